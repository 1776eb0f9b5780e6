#![doc = include_str!("../README.md")]

mod circuit;
mod delivery;
mod gate;
mod hold;
mod letter;
mod notifier;
mod outlets;
mod patience;
mod sections;
mod transport;

pub use circuit::{Circuit, FAILURES_MAX, PAUSE_MAX, PAUSE_MIN};
pub use letter::{Letterhead, Unwritten};
pub use notifier::{Notifier, Round, Wiring};
pub use patience::Patience;
pub use sections::{PollError, Polled, SectionPoller};
pub use transport::{Delivered, Transport};
