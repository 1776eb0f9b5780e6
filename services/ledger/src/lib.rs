#![doc = include_str!("../README.md")]

mod clock;
mod context;
mod desk;
mod error;
mod history;
mod journal;
mod keyring;
mod master_key;
mod proof;
mod turn;

pub use clock::{Clock, ManualClock, SystemClock};
pub use context::{Context, Outcome};
pub use desk::{CONFLICTS_MAX, Ledger};
pub use error::{Error, Severity};
pub use history::{History, Recorded, read};
pub use keyring::{Erased, Keyring, OpenError};
pub use master_key::{MASTER_KEY_BYTES, MasterKey, MasterKeyError};
pub use proof::{ProofError, is_claimed, prove};
pub use turn::InTurn;
