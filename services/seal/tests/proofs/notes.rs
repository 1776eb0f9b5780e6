//! Checkpoints and their signatures as text.

use baohan_seal::{
    COSIGNATURES_MAX, ChainFault, Checkpoint, Cosignature, INTRODUCTIONS_MAX, KeyChain, NoteFault, Policy,
    PublicKey, SignedCheckpoint, Signer,
};
use proptest::prelude::*;

use crate::specimen::{Ledger, key, witness};

fn first() -> SignedCheckpoint {
    SignedCheckpoint::sign(&Ledger::new(&[3, 0], 2).checkpoint(1, None), &key(1)).unwrap()
}

/// A checkpoint by one key that introduces another.
fn introducing(number: u64, by: &Signer, new: &Signer) -> SignedCheckpoint {
    let mut checkpoint = Ledger::new(&[3], 2).checkpoint(number, None);
    checkpoint.previous = (number > 1).then_some([7; 32]);
    checkpoint.introduces = Some(new.public_key().clone());
    SignedCheckpoint::sign(&checkpoint, by).unwrap()
}

#[test]
fn the_text_of_a_checkpoint_is_the_one_that_is_described() {
    let signed = first();
    let empty = "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b";
    let root = hex::encode(signed.checkpoint().shards[0].root);
    let text = format!(
        "baohan.checkpoint/1\nledger 00000000-0000-0000-0000-00000000f00d\nnumber 1\ntime 2026-03-01T08:00:01.123456Z\n\
         shard 0 3 {root}\nshard 1 0 {empty}\nprevious -\n"
    );
    assert_eq!(signed.text(), text);
    let note = signed.note();
    assert!(
        note.starts_with(&format!("{text}\n\u{2014} baohan/00000000-0000-0000-0000-00000000f00d ")),
        "{note}"
    );
    assert_eq!(note.lines().count(), 9);
}

#[test]
fn a_note_is_read_as_it_was_written() {
    let (old, new) = (key(1), key(2));
    let mut signed = introducing(4, &old, &new);
    assert!(signed.add(Cosignature::make("w", 1, signed.text(), &key(9)).unwrap()));
    assert!(signed.add(Cosignature::make("v", u64::MAX, signed.text(), &key(9)).unwrap()));
    let read = SignedCheckpoint::parse(&signed.note()).unwrap();
    assert_eq!(read, signed);
    assert_eq!(read.checkpoint().introduces.as_ref(), Some(new.public_key()));
    read.verify(old.public_key()).unwrap();
    assert!(read.verify(new.public_key()).is_err());
    assert_eq!(read.bare().cosignatures(), []);
}

#[test]
fn a_text_that_is_no_checkpoint_is_refused_and_the_line_named() {
    let text = first().text().to_owned();
    for (from, to, named) in [
        ("checkpoint/1", "checkpoint/2", "baohan.checkpoint/1"),
        ("ledger ", "leger ", "ledger"),
        ("number 1", "number one", "number"),
        ("time 2026", "time gone", "time"),
        ("previous -", "previous +", "previous"),
        ("shard 0 3", "shard 0 x", "shard"),
        ("previous -\n", "previous -\nmore\n", "introduces"),
    ] {
        let fault = Checkpoint::parse(&text.replace(from, to)).unwrap_err();
        assert!(matches!(fault, NoteFault::Line(line) if line == named), "{from} -> {to}: {fault}");
    }
}

#[test]
fn a_checkpoint_that_makes_no_sense_is_neither_read_nor_signed() {
    let text = first().text().to_owned();
    for (from, to) in [
        ("number 1", "number 0"),
        ("number 1", "number 2"),
        ("number 1", "number 01"),
        ("shard 0 3", "shard 1 3"),
        ("shard 0 3", "shard 0 +3"),
        (".123456Z", ".123456+00:00"),
        (".123456Z", ".1234560Z"),
        ("f00d", "F00D"),
        ("\n", "\r\n"),
        ("previous -\n", "previous -"),
        ("previous -\n", "previous -\n\n"),
    ] {
        let fault = Checkpoint::parse(&text.replace(from, to)).unwrap_err();
        assert!(matches!(fault, NoteFault::Sense(_) | NoteFault::Line(_)), "{from} -> {to}: {fault}");
    }
    let mut checkpoint = first().checkpoint().clone();
    checkpoint.shards.clear();
    assert!(SignedCheckpoint::sign(&checkpoint, &key(1)).is_err());
}

#[test]
fn a_note_of_another_form_is_refused() {
    let note = first().note();
    let other = Cosignature::make("w", 1, first().text(), &key(9)).unwrap().line();
    for wrong in [
        String::new(),
        note.replace("\n\n", "\n"),
        note.trim_end().to_owned(),
        format!("{note}\n"),
        format!("{note}{other}\n{other}\n"),
        format!("{note}more\n"),
        note.replace("\u{2014} baohan/", "\u{2014} baohan+"),
        note.replace("\u{2014} baohan/", "- baohan/"),
        note.replace("\u{2014} baohan/", "\u{2014} other/"),
        note.replace("=\n", "\n"),
        format!("{}\n{other}\n", first().text()),
        "x".repeat(baohan_seal::NOTE_BYTES_MAX + 1),
    ] {
        assert!(SignedCheckpoint::parse(&wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_second_line_of_the_same_witness_is_not_added_and_there_is_a_bound() {
    let mut signed = first();
    let line = Cosignature::make("w", 1, signed.text(), &key(9)).unwrap();
    assert!(signed.add(line.clone()));
    assert!(!signed.add(Cosignature::make("w", 2, signed.text(), &key(9)).unwrap()));
    assert_eq!(signed.cosignatures(), [line]);
    let own = signed.checkpoint().signed_as();
    assert!(!signed.add(Cosignature::make(&own, 2, signed.text(), &key(9)).unwrap()));
    for number in 1..COSIGNATURES_MAX {
        let name = format!("w{number}");
        assert!(signed.add(Cosignature::make(&name, 1, signed.text(), &key(9)).unwrap()));
    }
    assert!(!signed.add(Cosignature::make("over", 1, signed.text(), &key(9)).unwrap()));
}

#[test]
fn a_name_that_could_break_a_line_signs_nothing() {
    for name in ["", "a b", "a\nb", "a+b", "a\u{a0}b", &"n".repeat(129)] {
        assert!(matches!(Cosignature::make(name, 1, "text", &key(9)), Err(NoteFault::Name)), "{name:?}");
    }
}

#[test]
fn a_cosignature_is_of_one_name_one_time_one_text_and_one_key() {
    let signer = key(9);
    let line = Cosignature::make("w", 5, "text\n", &signer).unwrap();
    line.verify("text\n", signer.public_key()).unwrap();
    assert!(line.verify("text", signer.public_key()).is_err());
    assert!(line.verify("text\n", key(8).public_key()).is_err());
    let renamed = Cosignature::parse(&line.line().replace(" w ", " v ")).unwrap();
    assert!(renamed.verify("text\n", signer.public_key()).is_err());
}

#[test]
fn a_ledger_signature_is_not_taken_for_a_witness_and_the_other_way_round() {
    let keys = key(1);
    let signed = first();
    let own = signed.note().lines().last().unwrap().to_owned();
    assert!(Cosignature::parse(&own).is_err());
    let name = signed.checkpoint().signed_as();
    let line = Cosignature::make(&name, 1, signed.text(), &keys).unwrap().line();
    assert!(SignedCheckpoint::parse(&format!("{}\n{line}\n", signed.text())).is_err());
}

#[test]
fn a_policy_counts_witnesses_that_signed_with_their_key_each_key_once() {
    let mut signed = first();
    for (name, number) in [("a", 11), ("b", 12), ("c", 13), ("d", 12)] {
        assert!(signed.add(Cosignature::make(name, 1, signed.text(), &key(number)).unwrap()));
    }
    let of = vec![
        witness("a", &key(11)),
        witness("b", &key(12)),
        witness("c", &key(99)),
        witness("d", &key(12)),
        witness("e", &key(14)),
    ];
    let policy = |at_least| Policy { at_least, of: of.clone() };
    assert_eq!(policy(2).counts(&signed).unwrap(), ["a", "b"]);
    let fault = policy(3).counts(&signed).unwrap_err();
    assert_eq!((fault.have, fault.lacking), (vec!["a".into(), "b".into()], vec!["c".into(), "e".into()]));
    assert_eq!(Policy::default().counts(&signed), Ok(Vec::new()));
}

#[test]
fn the_key_of_a_checkpoint_is_the_one_introduced_before_it() {
    let (one, two, three) = (key(1), key(2), key(3));
    let mut chain = KeyChain::new(Ledger::new(&[1], 1).id, one.public_key().clone());
    chain.introduce(&introducing(4, &one, &two)).unwrap();
    chain.append(&introducing(9, &two, &three)).unwrap();
    let keys: Vec<&PublicKey> = [1, 4, 5, 9, 10].map(|number| chain.key_of(number)).into();
    let expected = [&one, &one, &two, &two, &three].map(Signer::public_key);
    assert_eq!(keys, expected);
    assert_eq!((chain.newest(), chain.keys().count()), (three.public_key(), 3));
}

#[test]
fn keys_that_are_introduced_without_end_are_refused() {
    let one = key(1);
    let mut chain = KeyChain::new(Ledger::new(&[1], 1).id, one.public_key().clone());
    let most = u64::try_from(INTRODUCTIONS_MAX).unwrap();
    (1..=most).for_each(|number| chain.introduce(&introducing(number, &one, &one)).unwrap());
    assert!(matches!(chain.introduce(&introducing(most + 1, &one, &one)), Err(ChainFault::TooMany)));
}

#[test]
fn a_checkpoint_that_does_not_follow_on_the_chain_is_refused() {
    let (one, two) = (key(1), key(2));
    let mut chain = KeyChain::new(Ledger::new(&[1], 1).id, one.public_key().clone());
    assert!(matches!(chain.introduce(&first()), Err(ChainFault::NoIntroduction(1))));
    chain.append(&first()).unwrap();
    chain.introduce(&introducing(4, &one, &two)).unwrap();
    let order = chain.append(&introducing(4, &one, &two));
    assert!(matches!(order, Err(ChainFault::Order { number: 4, after: 4 })));
    let given_up = chain.append(&introducing(5, &one, &key(3)));
    assert!(matches!(given_up, Err(ChainFault::NotSigned { number: 5, .. })));
    let elsewhere = KeyChain::new(uuid::Uuid::nil(), one.public_key().clone());
    assert!(matches!(elsewhere.verify(&first()), Err(ChainFault::OtherLedger { .. })));
}

proptest! {
    #[test]
    fn a_changed_byte_of_a_note_is_refused_or_breaks_a_signature(place in any::<usize>(), flip in 1..=255u8) {
        let mut signed = first();
        prop_assert!(signed.add(Cosignature::make("w", 1, signed.text(), &key(9)).unwrap()));
        let mut bytes = signed.note().into_bytes();
        let place = place % bytes.len();
        bytes[place] ^= flip;
        let Ok(note) = String::from_utf8(bytes) else { return Ok(()) };
        let Ok(read) = SignedCheckpoint::parse(&note) else { return Ok(()) };
        let policy = Policy { at_least: 1, of: vec![witness("w", &key(9))] };
        prop_assert!(read.verify(key(1).public_key()).is_err() || policy.counts(&read).is_err());
    }

    #[test]
    fn whatever_is_read_as_a_note_is_written_the_same(note in "\\PC{0,200}") {
        if let Ok(read) = SignedCheckpoint::parse(&note) {
            prop_assert_eq!(read.note(), note);
        }
    }
}
