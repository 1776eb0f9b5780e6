//! The desk on a real store: repeats, races, keys, erasure, dry runs.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot go on fails")]

mod desk;
mod erasure;
mod keys;
mod proof;
mod races;
mod repeats;
