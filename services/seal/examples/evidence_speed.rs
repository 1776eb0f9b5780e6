//! How long it takes to verify an evidence file: `cargo run --release -p baohan-seal --example evidence_speed [FILE]`.

use std::process::ExitCode;
use std::time::{Duration, Instant};

use baohan_seal::evidence::{EvidenceFault, Trust, verify};

/// Verified so often that the ninety-ninth percentile is more than a guess.
const TIMES: usize = 2_000;
/// The example of docs/evidence.md.
const EXAMPLE: &[u8] = include_bytes!("../../../tests/evidence/example.json");

fn main() -> ExitCode {
    let file = match std::env::args().nth(1).map(std::fs::read) {
        None => EXAMPLE.to_vec(),
        Some(Ok(file)) => file,
        Some(Err(error)) => {
            eprintln!("the file cannot be read: {error}");
            return ExitCode::FAILURE;
        }
    };
    match measured(&file) {
        Ok((median, p99, longest)) => {
            println!("{} bytes: median {median:?}, p99 {p99:?}, longest {longest:?}", file.len());
            ExitCode::SUCCESS
        }
        Err(fault) => {
            eprintln!("the file does not verify: {fault}");
            ExitCode::FAILURE
        }
    }
}

fn measured(file: &[u8]) -> Result<(Duration, Duration, Duration), EvidenceFault> {
    let mut took = Vec::with_capacity(TIMES);
    for _ in 0..TIMES {
        let start = Instant::now();
        verify(file, &Trust::default())?;
        took.push(start.elapsed());
    }
    took.sort_unstable();
    Ok((took[TIMES / 2], took[TIMES * 99 / 100], took[TIMES - 1]))
}
