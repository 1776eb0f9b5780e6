#![doc = include_str!("../README.md")]

mod error;
mod export;
mod file;
mod import;
mod line;

pub use error::Error;
pub use export::{Exported, export};
pub use import::{Imported, import};
