//! The platform as an institution meets it: real HTTP on loopback.
#![expect(clippy::unwrap_used, reason = "what the tests share is test code as well")]

mod addresses;
mod any_bytes;
mod control;
mod dialects;
mod institution;
mod misconduct;
mod notices;
mod sections;
mod seven;
mod stage;
