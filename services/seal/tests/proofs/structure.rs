//! Files that are well written and say something that nobody has signed: refused by our verifier and by the one in Python alike.

use baohan_seal::evidence::{Evidence, Trust, verify};
use baohan_seal::{Checkpoint, Cosignature, SignedCheckpoint, Signer};
use uuid::Uuid;

use crate::python::said;
use crate::specimen::{Specimen, key, witness};

type Change = fn(&mut Evidence);

const OTHER: Uuid = Uuid::from_u128(0x07_4E12);

/// Signs another checkpoint in place of the file's.
fn signed_anew(file: &mut Evidence, by: &Signer, change: impl FnOnce(&mut Checkpoint)) {
    let mut checkpoint = SignedCheckpoint::parse(&file.checkpoint).unwrap().checkpoint().clone();
    change(&mut checkpoint);
    file.keys.witnesses.clear();
    file.checkpoint = SignedCheckpoint::sign(&checkpoint, by).unwrap().note();
}

const CHANGES: [(&str, Change); 27] = [
    ("another format", |file| file.format.push('0')),
    ("another ledger", |file| file.ledger = OTHER),
    ("another guarantee", |file| file.guarantee = OTHER),
    ("another time", |file| file.made_at = file.made_at.replace("03.1", "04.1")),
    ("no records", |file| file.records.clear()),
    ("the first record is missing", |file| drop(file.records.remove(0))),
    ("a record is missing", |file| drop(file.records.remove(3))),
    ("records change places", |file| file.records.swap(2, 3)),
    ("a record twice", |file| file.records.insert(1, file.records[0].clone())),
    ("another payload", |file| file.records[2].payload.push('\n')),
    ("other metadata", |file| file.records[5].metadata = "{}".into()),
    ("another event type", |file| file.records[0].event_type = "Issued".into()),
    ("another shard", |file| file.records.iter_mut().for_each(|record| record.shard = 0)),
    ("another position", |file| file.records[5].position += 1),
    ("a position that the tree lacks", |file| file.records[5].position = u64::MAX),
    ("another aggregate type", |file| file.records[4].aggregate_type = "other".into()),
    ("another incarnation", |file| file.records[4].incarnation = OTHER),
    ("a path that is too short", |file| drop(file.records[1].path.pop())),
    ("a path that is too long", |file| file.records[1].path.push("00".repeat(32))),
    ("another document", |file| file.documents[0].sm3 = "5b".repeat(32)),
    ("one more document", |file| file.documents.push(file.documents[0].clone())),
    ("no introduction", |file| file.introductions.clear()),
    ("one key too many", |file| file.keys.ledger.push(key(3).public_key().clone())),
    ("a witness that has not signed", |file| file.keys.witnesses[1] = witness("示例见证", &key(99))),
    ("signed by a key that was given up", |file| signed_anew(file, &key(1), |_| {})),
    ("signed by a stranger", |file| signed_anew(file, &key(66), |_| {})),
    ("a co-signature of another text", |file| {
        let mut signed = SignedCheckpoint::parse(&file.checkpoint).unwrap().bare();
        let text = signed.text().replace("number 3", "number 4");
        signed.add(Cosignature::make("witness.example/one", 1, &text, &key(11)).unwrap());
        file.keys.witnesses.truncate(1);
        file.checkpoint = signed.note();
    }),
];

#[test]
fn a_change_that_nobody_signed_is_refused_by_both_verifiers() {
    let specimen = Specimen::new();
    for (name, change) in CHANGES {
        let mut evidence = specimen.evidence.clone();
        change(&mut evidence);
        let bytes = evidence.to_bytes().unwrap();
        assert!(verify(&bytes, &Trust::default()).is_err(), "ours takes {name}");
        let python = said(&bytes, &[]);
        assert!(python.is_err(), "the one in Python takes {name}");
    }
}

#[test]
fn what_the_ledger_signed_anew_is_taken_by_both_verifiers() {
    let mut evidence = Specimen::new().evidence;
    signed_anew(&mut evidence, &key(2), |_| {});
    let bytes = evidence.to_bytes().unwrap();
    verify(&bytes, &Trust::default()).unwrap();
    said(&bytes, &[]).unwrap();
}
