//! Evidence files: what they prove, and each way in which one is refused.

use baohan_seal::evidence::{
    EVIDENCE_BYTES_MAX, Evidence, EvidenceFault, RecordFault, Trust, Trusted, documents_of, verify,
};
use baohan_seal::{Policy, SignedCheckpoint};

use crate::specimen::{Specimen, key, witness};

/// The fault that a changed file is refused with.
fn refused(change: impl FnOnce(&mut Evidence)) -> EvidenceFault {
    let specimen = Specimen::new();
    let mut evidence = specimen.evidence.clone();
    change(&mut evidence);
    verify(&evidence.to_bytes().unwrap(), &specimen.trust()).unwrap_err()
}

fn record_fault(change: impl FnOnce(&mut Evidence)) -> (u64, RecordFault) {
    match refused(change) {
        EvidenceFault::Record { sequence, source } => (sequence, source),
        other => panic!("{other}"),
    }
}

#[test]
fn a_file_proves_the_records_by_the_keys_that_the_verifier_brings() {
    let specimen = Specimen::new();
    let verdict = verify(&specimen.bytes, &specimen.trust()).unwrap();
    assert_eq!((verdict.records, verdict.shard, verdict.checkpoint), (6, 1, 3));
    assert_eq!(verdict.trusted, Trusted::LedgerAndWitnesses);
    assert_eq!(verdict.trusted_witnesses, ["witness.example/one", "示例见证"]);
    assert_eq!(
        (&verdict.first_key, &verdict.signed_by),
        (&key(1).public_key().id(), &key(2).public_key().id())
    );
    assert_eq!((verdict.documents.len(), verdict.documents[0].kind.as_str()), (1, "sealed"));
}

#[test]
fn without_keys_of_ones_own_the_verdict_says_that_nothing_is_trusted() {
    let specimen = Specimen::new();
    let trusted = |trust: Trust| verify(&specimen.bytes, &trust).unwrap().trusted;
    assert_eq!(trusted(Trust::default()), Trusted::Nothing);
    assert_eq!(trusted(Trust { witnesses: None, ..specimen.trust() }), Trusted::Ledger);
    assert_eq!(trusted(Trust { ledger: None, ..specimen.trust() }), Trusted::Witnesses);
}

#[test]
fn the_same_file_in_compact_form_verifies_and_in_any_other_form_not() {
    let specimen = Specimen::new();
    let compact = serde_json::to_vec(&specimen.evidence).unwrap();
    assert!(verify(&compact, &specimen.trust()).is_ok());
    let blank = String::from_utf8(specimen.bytes.clone()).unwrap().replacen(": ", ":  ", 1);
    let upper = String::from_utf8(specimen.bytes.clone()).unwrap().replacen("f00d", "F00D", 1);
    for other in [blank, upper] {
        let fault = verify(other.as_bytes(), &specimen.trust()).unwrap_err();
        assert!(matches!(fault, EvidenceFault::Written), "{fault}");
    }
}

#[test]
fn another_key_or_other_witnesses_than_the_trusted_ones_are_refused() {
    let specimen = Specimen::new();
    let other_key = Trust { ledger: Some(key(2).public_key().clone()), witnesses: None };
    assert!(matches!(verify(&specimen.bytes, &other_key), Err(EvidenceFault::OtherKey { .. })));
    let of = vec![specimen.witnesses[0].clone(), witness("示例见证", &key(99))];
    let others = Trust { ledger: None, witnesses: Some(Policy { at_least: 2, of }) };
    assert!(matches!(verify(&specimen.bytes, &others), Err(EvidenceFault::Policy(_))));
}

#[test]
fn a_changed_record_is_named() {
    let (sequence, fault) = record_fault(|file| file.records[2].payload.push(' '));
    assert_eq!((sequence, matches!(fault, RecordFault::Proof(_))), (3, true));
    let (sequence, fault) = record_fault(|file| file.records[4].recorded_at_us += 1);
    assert_eq!((sequence, matches!(fault, RecordFault::Proof(_))), (5, true));
    let (sequence, fault) = record_fault(|file| drop(file.records[0].path.pop()));
    assert_eq!((sequence, matches!(fault, RecordFault::Proof(_))), (1, true));
}

#[test]
fn records_that_do_not_follow_on_each_other_are_refused() {
    assert_eq!(record_fault(|file| drop(file.records.remove(0))), (1, RecordFault::Order));
    assert_eq!(record_fault(|file| drop(file.records.remove(2))), (3, RecordFault::Order));
    assert_eq!(record_fault(|file| file.records.swap(1, 2)), (2, RecordFault::Order));
    assert_eq!(record_fault(|file| file.records[0].position = 0), (1, RecordFault::Order));
}

#[test]
fn a_record_of_something_else_is_refused() {
    let other = uuid::Uuid::from_u128(9);
    assert_eq!(record_fault(|file| file.records[3].aggregate_id = other), (4, RecordFault::OtherGuarantee));
    assert_eq!(record_fault(|file| file.guarantee = other), (1, RecordFault::OtherGuarantee));
    assert_eq!(
        record_fault(|file| file.records[5].aggregate_type = "other".into()),
        (6, RecordFault::OtherType)
    );
    assert_eq!(record_fault(|file| file.records[1].shard = 2), (2, RecordFault::Shard));
    assert_eq!(record_fault(|file| file.records[1].path[0] = "AB".repeat(32)), (2, RecordFault::Path));
    assert_eq!(record_fault(|file| file.records[1].recorded_at_us = i64::MAX), (2, RecordFault::Time));
}

#[test]
fn what_nobody_has_signed_may_not_stand_in_the_file() {
    assert!(matches!(
        refused(|file| file.made_at = "2026-03-02T00:00:00.000000Z".into()),
        EvidenceFault::MadeAt
    ));
    assert!(matches!(refused(|file| file.documents.clear()), EvidenceFault::Documents));
    assert!(matches!(refused(|file| file.documents[0].bytes += 1), EvidenceFault::Documents));
    assert!(matches!(refused(|file| file.documents[0].kind = "plain".into()), EvidenceFault::Documents));
    assert!(matches!(refused(|file| file.keys.witnesses.swap(0, 1)), EvidenceFault::Witness(_)));
    assert!(matches!(refused(|file| drop(file.keys.witnesses.pop())), EvidenceFault::Witness(_)));
    let more = witness("third", &key(13));
    assert!(matches!(refused(|file| file.keys.witnesses.push(more)), EvidenceFault::Witness(_)));
}

#[test]
fn keys_that_the_introductions_do_not_lead_over_are_refused() {
    let more = key(3).public_key().clone();
    assert!(matches!(refused(|file| file.keys.ledger.push(more)), EvidenceFault::Keys));
    assert!(matches!(refused(|file| drop(file.keys.ledger.remove(1))), EvidenceFault::Keys));
    assert!(matches!(refused(|file| file.keys.ledger.clear()), EvidenceFault::NoKey));
    assert!(matches!(refused(|file| file.introductions.clear()), EvidenceFault::Keys));
    let without = |file: &mut Evidence| {
        file.introductions.clear();
        file.keys.ledger.pop();
    };
    assert!(matches!(refused(without), EvidenceFault::Chain(_)));
    let late = |file: &mut Evidence| {
        let bare = SignedCheckpoint::parse(&file.checkpoint).unwrap().bare();
        file.introductions.push(bare.note());
    };
    assert!(matches!(refused(late), EvidenceFault::Keys));
}

#[test]
fn a_checkpoint_of_another_ledger_is_refused() {
    let other = uuid::Uuid::from_u128(9);
    assert!(matches!(refused(|file| file.ledger = other), EvidenceFault::OtherLedger { .. }));
    let foreign = |file: &mut Evidence| {
        let mut checkpoint = SignedCheckpoint::parse(&file.checkpoint).unwrap().checkpoint().clone();
        checkpoint.ledger = other;
        file.ledger = other;
        file.checkpoint = SignedCheckpoint::sign(&checkpoint, &key(2)).unwrap().note();
    };
    assert!(matches!(refused(foreign), EvidenceFault::Chain(_)));
}

#[test]
fn a_file_of_another_form_is_refused() {
    assert!(matches!(refused(|file| file.format = "baohan.evidence/2".into()), EvidenceFault::Format(_)));
    assert!(matches!(refused(|file| file.records.clear()), EvidenceFault::Empty));
    assert!(matches!(refused(|file| file.checkpoint.clear()), EvidenceFault::Note(_)));
    let specimen = Specimen::new();
    let more = String::from_utf8(specimen.bytes).unwrap().replacen('{', "{\"more\": 1,", 1);
    assert!(matches!(verify(more.as_bytes(), &Trust::default()), Err(EvidenceFault::Form(_))));
    let long = vec![b' '; EVIDENCE_BYTES_MAX + 1];
    assert!(matches!(verify(&long, &Trust::default()), Err(EvidenceFault::TooLong)));
    assert!(verify(b"", &Trust::default()).is_err());
}

#[test]
fn a_file_that_is_put_together_leaves_out_what_does_not_verify() {
    let specimen = Specimen::new();
    let signed = SignedCheckpoint::parse(&specimen.evidence.checkpoint).unwrap();
    let introduction = SignedCheckpoint::parse(&specimen.evidence.introductions[0]).unwrap();
    let witnesses = [witness("witness.example/one", &key(99)), specimen.witnesses[1].clone()];
    let made = Evidence::new(
        specimen.evidence.guarantee,
        specimen.evidence.records.clone(),
        &signed,
        &specimen.first_key,
        &[introduction],
        &witnesses,
    );
    let made = made.unwrap();
    assert_eq!(made.keys.witnesses, [specimen.witnesses[1].clone()]);
    let verdict = verify(&made.to_bytes().unwrap(), &Trust::default()).unwrap();
    assert_eq!(verdict.cosigned_by, ["示例见证"]);
    let by_other = Evidence::new(made.guarantee, made.records, &signed, key(5).public_key(), &[], &[]);
    assert!(matches!(by_other, Err(EvidenceFault::Chain(_))));
}

#[test]
fn documents_are_those_that_payloads_name_each_once() {
    let plain =
        r#"{"type":"Restored","document":{"form":"plain","digest":"ab","media":"pdf","size_bytes":7}}"#;
    let found = documents_of([plain, "{}", "no json", plain, r#"{"document":"none"}"#]);
    assert_eq!(found.len(), 1);
    assert_eq!((found[0].kind.as_str(), found[0].sm3.as_str(), found[0].bytes), ("plain", "ab", 7));
}
