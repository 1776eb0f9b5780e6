//! The form of a checkpoint, held against real ones.

use baohan_contract::checkpoint;
use baohan_seal::{Checkpoint, PublicKey, ShardRoot, SignedCheckpoint, Signer, SigningKey};
use chrono::DateTime;
use uuid::Uuid;

fn key(number: u8) -> Signer {
    SigningKey::from_bytes(&[number; 32]).unwrap().into()
}

fn note(number: u64, shards: usize, introduces: Option<PublicKey>) -> String {
    let checkpoint = Checkpoint {
        ledger: Uuid::from_u128(0x0b7f_9a52_6a0c_4b0a_9f0e_3f0f_0f0f_0f0f),
        number,
        time: DateTime::from_timestamp(1_772_625_600, 123_456_000).unwrap(),
        shards: vec![ShardRoot::empty(); shards],
        previous: (number > 1).then_some([7; 32]),
        introduces,
    };
    SignedCheckpoint::sign(&checkpoint, &key(1)).unwrap().note()
}

#[test]
fn every_signed_checkpoint_fits_its_form_and_what_is_bent_does_not() {
    let form = jsonschema::validator_for(&checkpoint().schema).unwrap();
    let fits = |text: &str| form.is_valid(&serde_json::Value::from(text));
    for right in [note(1, 1, None), note(2, 8, None), note(1_000_000, 256, Some(key(2).public_key().clone()))]
    {
        assert!(fits(&right), "{right}");
    }
    let right = note(2, 8, None);
    for bent in [
        right.replace("number 2", "number 0"),
        right.replace("shard 0 0", "shard 0 -1"),
        right.replace("checkpoint/1", "checkpoint/2"),
        right.replace("\n\n", "\n"),
        format!("{right}more"),
        format!(" {right}"),
    ] {
        assert!(!fits(&bent), "{bent}");
    }
}
