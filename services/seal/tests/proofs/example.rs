//! The example of `docs/evidence.md`: the file, and the values that a verifier must come to.

use std::path::{Path, PathBuf};

use baohan_seal::evidence::{Evidence, verify};
use baohan_seal::{SignedCheckpoint, digest};

use crate::specimen::{Specimen, key};

fn at(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

#[test]
fn the_example_file_verifies_and_is_what_is_made_today() {
    let specimen = Specimen::new();
    let file = std::fs::read(at("tests/evidence/example.json")).unwrap();
    verify(&file, &specimen.trust()).unwrap();
    // A form that was given out stays as it is.
    assert_eq!(file, specimen.bytes, "the example is made anew by: {}", hex::encode(digest(&specimen.bytes)));
}

#[test]
fn the_page_names_the_values_that_the_example_comes_to() {
    let page = std::fs::read_to_string(at("docs/evidence.md")).unwrap();
    let file = std::fs::read(at("tests/evidence/example.json")).unwrap();
    let evidence = Evidence::parse(&file).unwrap();
    let signed = SignedCheckpoint::parse(&evidence.checkpoint).unwrap();
    let leaf = |at: usize| hex::encode(evidence.records[at].event().unwrap().leaf_hash());
    let values = [
        ("first key (id)", key(1).public_key().id()),
        ("key of the checkpoint (id)", key(2).public_key().id()),
        ("leaf of record 1", leaf(0)),
        ("leaf of record 6", leaf(5)),
        ("root of shard 1", hex::encode(signed.checkpoint().shards[1].root)),
        ("SM3 of the checkpoint's text", hex::encode(signed.digest())),
        ("key hash of the ledger's line", hex::encode(signed.key_hash())),
        ("SM3 of the file", hex::encode(digest(&file))),
    ];
    for (name, value) in values {
        let row = format!("| {name} | `{value}` |");
        assert!(page.contains(&row), "docs/evidence.md lacks the row {row}");
    }
}
