#![doc = include_str!("../README.md")]

mod board;
mod error;
mod failure;
mod folder;
mod introductions;
mod making;
mod meters;
mod outlet;
mod outlets;
mod producer;
mod sealer;
mod standing;
mod topic;
mod witnessed;

pub use error::Error;
pub use failure::Failure;
pub use outlets::{Outlets, WitnessAt};
pub use sealer::{DEMANDED_UNDER, Sealer};
pub use standing::{Newest, OutletStanding, Phase, Standing, Trouble};
