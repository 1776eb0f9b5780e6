#![doc = include_str!("../README.md")]

mod applier;
mod audit;
mod batch;
mod change;
mod checkpoint;
mod database;
mod error;
mod export;
mod gathering;
mod handle;
mod heads;
mod page;
mod projection;
mod rebuild;
mod rows;
mod runner;
mod source;
mod states;
mod status;
mod viewer;

pub mod claims;
pub mod exposure;
pub mod guarantees;
pub mod invoices;
pub mod notices;
pub mod seal;
pub mod sections;
pub mod timeline;

pub use applier::BATCH_EVENTS_MAX;
pub use audit::{AuditedGuarantee, AuditedLeaf, AuditedNode, AuditedTimeline};
pub use change::Change;
pub use database::Options;
pub use error::{ApplyError, Error};
pub use export::Difference;
pub use guarantees::view::GuaranteeView;
pub use handle::Projections;
pub use page::{LIMIT_DEFAULT, LIMIT_MAX, Page, Slice};
pub use projection::Projection;
pub use rebuild::RebuildState;
pub use runner::Runner;
pub use status::{RebuildStatus, ShardStatus, Status, Stopped};
pub use viewer::Viewer;
