//! The lives that are shown, one a file.

pub mod cancelled;
pub mod claimed;
pub mod declined;
pub mod platform_away;
pub mod quit;
pub mod wrongly_signed;
