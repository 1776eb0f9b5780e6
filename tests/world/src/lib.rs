#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    reason = "what tests share is test code: whatever goes wrong fails the test at once"
)]

pub mod check;
pub mod platform;
pub mod process;

mod asked;
mod centre;
mod fleet;
mod load;
mod member;
mod office;
mod records;
mod setting;

pub use asked::{Asked, Doors, Outcome, What};
pub use centre::{Centre, Heard};
pub use fleet::{Fleet, Plan};
pub use load::{Load, Memory};
pub use member::Member;
pub use office::Office;
pub use platform::Platform;
pub use process::Ledger;
pub use records::{Row, heads, records};
