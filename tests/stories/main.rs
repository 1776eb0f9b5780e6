//! The built program as its users meet it: the quickstart, whole lives, an auditor, a move, personal data, the command line.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what the tests share is test code as well"
)]

use baohan_world as world;

#[path = "auditor.rs"]
mod auditor;
#[path = "claimed.rs"]
mod claimed;
#[path = "command_line.rs"]
mod command_line;
#[path = "lives.rs"]
mod lives;
#[path = "moving.rs"]
mod moving;
#[path = "personal_data.rs"]
mod personal_data;
#[path = "quickstart.rs"]
mod quickstart;
#[cfg(feature = "pkcs11")]
#[path = "token.rs"]
mod token;
