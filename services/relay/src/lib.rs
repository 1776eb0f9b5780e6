#![doc = include_str!("../README.md")]

mod batch;
#[cfg(test)]
mod batch_tests;
mod board;
mod deliveries;
mod failure;
mod fence;
mod folding;
mod hand;
mod meters;
mod producer;
mod publisher;
mod reading;
mod relay;
mod session;
mod shard;
mod snapshot;
mod snapshots;
mod standing;
mod states;

pub use fence::Fence;
pub use relay::{Options, Relay};
#[cfg(feature = "schema")]
pub use snapshot::state_schema;
pub use standing::{Phase, ShardStanding, Standing, Trouble};
