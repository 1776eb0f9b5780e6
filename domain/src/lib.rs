#![doc = include_str!("../README.md")]

pub mod aggregate;
pub mod calendar;
pub mod command;
pub mod event;
pub mod evolve;
pub mod identity;
pub mod money;
pub mod numbers;
pub mod personal;
pub mod refusal;
#[cfg(feature = "schema")]
mod schema;
pub mod state;
pub mod terms;
pub mod underwriting;
pub mod upcast;

pub use command::{Command, Decision, decide};
pub use event::Event;
pub use evolve::{evolve, evolve_into};
pub use identity::GuaranteeId;
pub use money::{Money, MoneyError, Rate};
pub use numbers::{ApplicationNo, GuaranteeNo, InvoiceNo, NumberError};
pub use personal::{Envelope, Fingerprint, PersonalData};
pub use refusal::Refusal;
pub use state::{Guarantee, Life, Status};
pub use terms::{DocumentRef, Form, Media, SealMode, SealedField, Terms};
