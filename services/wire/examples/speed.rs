//! How long a signed application takes from its bytes to its fields: `cargo run --release -p baohan-wire --example speed`.

use std::hint::black_box;
use std::time::Instant;

use baohan_wire::{Directory, DirectoryError, Platform, Secret, receive};
use chrono::DateTime;

/// Enough for a figure that does not move between runs.
const ROUNDS: u32 = 200_000;

fn main() -> Result<(), DirectoryError> {
    let body = include_bytes!("../tests/fixtures/wild/W01-apply.json");
    let platform = Platform::new("jyzx-wild", Secret::new("wild-secret-01"));
    let directory = Directory::new([Platform { timestamp_window_seconds: 0, ..platform }])?;
    let now = DateTime::UNIX_EPOCH;
    let is_taken = receive(&directory, "", "baohanapply", body, now).result.is_ok();
    let begun = Instant::now();
    for _ in 0..ROUNDS {
        black_box(receive(&directory, "", "baohanapply", black_box(body), now).result.is_ok());
    }
    let each = begun.elapsed() / ROUNDS;
    println!("taken: {is_taken}; {each:?} for one application of {} bytes", body.len());
    Ok(())
}
