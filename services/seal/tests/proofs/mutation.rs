//! Evidence files that were bent at random.

use baohan_seal::evidence::{Trust, verify};
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::specimen::Specimen;

const MUTATIONS: u32 = 20_000;

/// One random change of a file that leaves other bytes than it had.
fn mutated(bytes: &[u8], rng: &mut TestRng) -> Vec<u8> {
    let mut draw =
        |below: usize| usize::try_from(rng.next_u64() % u64::try_from(below.max(1)).unwrap()).unwrap();
    let mut changed = bytes.to_vec();
    let place = draw(bytes.len());
    match draw(8) {
        0 => changed[place] ^= 1 << draw(8),
        1 => changed[place] = u8::try_from(draw(256)).unwrap(),
        2 => drop(changed.remove(place)),
        3 => changed.insert(place, bytes[draw(bytes.len())]),
        4 => changed.truncate(place),
        5 => {
            let other = draw(bytes.len());
            changed.swap(place, other);
        }
        6 => {
            // A stretch of the file over another one.
            let length = draw(40).min(bytes.len() - place);
            let from = draw(bytes.len() - length);
            changed[place..place + length].copy_from_slice(&bytes[from..from + length]);
        }
        _ => {
            // One digit by another, so that the file stays readable.
            let digits: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at].is_ascii_hexdigit()).collect();
            changed[digits[draw(digits.len())]] = b"0123456789abcdef"[draw(16)];
        }
    }
    changed
}

#[test]
fn twenty_thousand_bent_files_never_verify() {
    let specimen = Specimen::new();
    let trust = specimen.trust();
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let compact = serde_json::to_vec(&specimen.evidence).unwrap();
    let mut tried = 0;
    while tried < MUTATIONS {
        let whole = if tried % 2 == 0 { &specimen.bytes } else { &compact };
        let bent = mutated(whole, &mut rng);
        if bent == *whole {
            continue;
        }
        tried += 1;
        // Even a verifier who trusts the file's own keys takes none of them.
        let trust = if tried % 3 == 0 { &Trust::default() } else { &trust };
        let verdict = verify(&bent, trust);
        assert!(verdict.is_err(), "verified: {}", String::from_utf8_lossy(&bent));
    }
}

#[test]
fn a_file_cut_short_anywhere_never_verifies() {
    let specimen = Specimen::new();
    for end in 0..specimen.bytes.len() {
        assert!(verify(&specimen.bytes[..end], &Trust::default()).is_err(), "cut at {end}");
    }
}
