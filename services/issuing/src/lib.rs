#![doc = include_str!("../README.md")]

mod desk;
mod error;
mod number;
mod papers;

pub use desk::{Institution, Issuing, PlatformNames, UNNUMBERED};
pub use error::IssuingError;
pub use number::NumberPattern;
pub use papers::Incomplete;
