#![doc = include_str!("../README.md")]

mod asyncapi;
mod change;
mod checkpoint;
mod folder;
mod form;
mod headers;
mod payload;
mod state;

pub use change::{Break, BreakKind, breaks};
pub use checkpoint::checkpoint;
pub use folder::{ASYNCAPI, Broken, Contract, EVENTS, Published};
pub use form::{DIALECT, Form};
pub use headers::headers;
pub use payload::payloads;
pub use state::state;
