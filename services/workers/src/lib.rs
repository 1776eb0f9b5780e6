#![doc = include_str!("../README.md")]

mod error;
mod expiry;
mod invoices;
mod quits;
mod renderer;
mod rounds;
mod underwriter;
mod unpaid;

pub use error::Error;
pub use expiry::Expiry;
pub use invoices::Invoices;
pub use quits::Quits;
pub use renderer::Renderer;
pub use rounds::{Duty, Rounds};
pub use underwriter::Underwriter;
pub use unpaid::Unpaid;
