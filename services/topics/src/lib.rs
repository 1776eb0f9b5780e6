#![doc = include_str!("../README.md")]

mod checkpoint;
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

pub use checkpoint::{CheckpointReader, PublishedCheckpoint, checkpoint_record};
pub use error::Error;
pub use finding::Finding;
pub use names::{Topics, checkpoints_transactional_id, transactional_id};
pub use place::{End, end_of, end_of_checkpoints};
pub use provision::{check, ensure, ensure_checkpoints};
pub use reader::EventReader;
pub use record::{Outgoing, Published, Ready, key_of};
pub use settings::{Settings, Told};
pub use subject::Subject;
