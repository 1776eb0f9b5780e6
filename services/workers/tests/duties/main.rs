//! Workers, stepped by hand on a real store with real documents.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod clock;
mod decisions;
mod desk;
mod openings;
