#![doc = include_str!("../README.md")]

mod brought;
mod consistency;
mod error;
mod evidence;
mod finding;
mod inclusion;
mod kept;
mod report;
mod source;
mod verification;

pub use consistency::{Consistency, ShardConsistency, consistency};
pub use error::Error;
pub use evidence::evidence;
pub use finding::{Finding, Kind};
pub use inclusion::{Inclusion, inclusion};
pub use report::{CheckpointReport, Compared, FINDINGS_MAX, Report, ShardReport};
pub use source::{Body, Brought, OpenBody, Options, Progress, Sources, Step, Trust};
pub use verification::verify;
