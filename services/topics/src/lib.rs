#![doc = include_str!("../README.md")]

mod error;
mod finding;
pub mod headers;
mod names;
mod partition;
mod place;
mod provision;
mod reader;
mod record;
#[cfg(test)]
mod record_tests;
mod settings;
mod shape;
mod subject;

pub use error::Error;
pub use finding::Finding;
pub use names::{Topics, transactional_id};
pub use place::{End, end_of};
pub use provision::{check, ensure};
pub use reader::EventReader;
pub use record::{Outgoing, Published, Ready, key_of};
pub use settings::{Settings, Told};
pub use subject::Subject;
