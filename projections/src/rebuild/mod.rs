//! Projections that are built anew beside the running ones, and switched over.

mod changes;
mod crew;
mod folds;
mod order;
mod pace;
mod shard;
mod single;
mod switch;

pub use order::RebuildState;
pub(crate) use order::{Order, all, places};

pub(crate) use crew::keep;
