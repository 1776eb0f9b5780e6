#![doc = include_str!("../README.md")]

pub mod access;

mod asked;
mod authorisation;
mod call;
mod checkpoints;
mod csv;
mod description;
mod events;
mod evidence;
mod idempotency;
mod lexical;
mod list;
mod office;
mod probes;
mod problem;
mod process;
mod query;
mod roles;
mod router;
mod routes;
mod stream;
mod tokens;
mod view;
mod write;

pub use office::{Metrics, Office, Setup};
pub use problem::{KINDS, Kind, ProblemBody};
pub use process::{Process, Publisher, Publishing, SealOutlet, SealTeller, SealingHere, ShardPublishing};
pub use roles::{Role, Roles};
pub use router::{description, router};
pub use tokens::{Caller, Token, Tokens};
