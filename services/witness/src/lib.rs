#![doc = include_str!("../README.md")]

mod fault;
mod memory;
mod meters;
mod router;
mod witness;

pub use fault::MemoryFault;
pub use witness::{Now, Witness};
