//! The built program from outside: its process, the platform that calls it, the office that decides.

#![allow(dead_code, reason = "each test binary uses a part of it")]

pub mod office;
pub mod platform;
pub mod process;

pub use office::Office;
pub use platform::Platform;
pub use process::Ledger;
