#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod body;
mod call;
mod download;
mod gateway;
mod interfaces;
mod journal;
mod lookup;
mod measures;
mod options;
mod rate;
mod server;
mod trace;
mod verdict;

pub use gateway::{Gateway, Readiness};
pub use measures::METRICS;
pub use options::Options;
pub use rate::Share;
pub use server::{CONNECTIONS_MAX, DRAIN_TIME, HEADER_READ_TIME, HEADERS_BYTES_MAX, serve};
