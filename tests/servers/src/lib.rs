#![doc = include_str!("../README.md")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::missing_panics_doc,
    clippy::must_use_candidate,
    clippy::format_push_string,
    reason = "what tests share is test code: whatever goes wrong fails the test at once"
)]

mod console;
mod kafka;
mod kept;
mod patience;
mod port;
mod postgres;
mod proxy;
mod security;
mod shared;

pub use console::{Record, console_consumer};
pub use kafka::Kafka;
pub use kept::Kept;
pub use patience::{let_it_work, until, wait_a_moment};
pub use port::Port;
pub use postgres::{Backup, Database, Postgres};
pub use proxy::{Manner, Proxy};
pub use security::{Access, Security};
pub use shared::{Broker, database, fresh_prefix, kafka};
