//! The ledger's own id, the checkpoints that were signed over it, and what witnesses signed of them.

use baohan_log::{
    COSIGNATURE_BYTES_MAX, Error, KEPT_CHECKPOINTS_MAX, KeptCheckpoint, KeptCosignature, NOTE_BYTES_MAX,
};
use futures::future::join_all;

use super::stage::{noon, opened};

#[tokio::test]
async fn the_ledgers_id_outlives_a_restart_and_a_new_incarnation() {
    let stage = opened().await;
    let ledger = stage.ledger();
    assert_eq!(ledger.get_version_num(), 4, "{ledger} is random");
    assert_eq!(stage.read_only().await.ledger(), ledger);
    stage.renew_incarnation().await.unwrap();
    let stage = stage.reopened().await;
    assert_eq!(stage.ledger(), ledger);
    assert_ne!(opened().await.ledger(), ledger, "another store is another ledger");
}

#[tokio::test]
async fn checkpoints_are_kept_as_they_came_and_in_order() {
    let stage = opened().await;
    assert_eq!(stage.newest_checkpoint().await.unwrap(), None);
    for (number, note) in [(1, "one\n\n— a b\n"), (2, "two"), (3, "three")] {
        stage.at(i64::try_from(number).unwrap());
        assert!(stage.keep_checkpoint(number, note).await.unwrap());
    }
    let stage = stage.reopened().await;
    let kept = |number: u64, note: &str, seconds| KeptCheckpoint {
        number,
        note: note.to_owned(),
        kept_at: noon(seconds),
    };
    assert_eq!(stage.kept_checkpoint(1).await.unwrap(), Some(kept(1, "one\n\n— a b\n", 1)));
    assert_eq!(stage.newest_checkpoint().await.unwrap(), Some(kept(3, "three", 3)));
    assert_eq!(stage.kept_checkpoint(0).await.unwrap(), None);
    assert_eq!(stage.kept_checkpoint(4).await.unwrap(), None);
    assert_eq!(
        stage.kept_checkpoints(1, KEPT_CHECKPOINTS_MAX).await.unwrap(),
        [kept(2, "two", 2), kept(3, "three", 3)]
    );
    assert_eq!(stage.kept_checkpoints(0, 1).await.unwrap().len(), 1);
    assert_eq!(stage.kept_checkpoints(3, 9).await.unwrap(), []);
}

#[tokio::test]
async fn a_number_is_given_once_and_none_is_left_out() {
    let stage = opened().await;
    assert!(stage.keep_checkpoint(1, "one").await.unwrap());
    assert!(stage.keep_checkpoint(1, "one").await.unwrap(), "the same again is kept already");
    assert!(!stage.keep_checkpoint(1, "another").await.unwrap());
    for number in [0, 3, u64::MAX] {
        let refused = stage.keep_checkpoint(number, "far").await;
        assert!(matches!(refused, Err(Error::Invalid(_))), "{number}: {refused:?}");
    }
    let long = "x".repeat(NOTE_BYTES_MAX + 1);
    assert!(matches!(stage.keep_checkpoint(2, &long).await, Err(Error::Invalid(_))));
    assert!(stage.keep_checkpoint(2, &long[1..]).await.unwrap());
    assert_eq!(stage.kept_checkpoint(1).await.unwrap().unwrap().note, "one");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_want_the_same_number_one_gets_it() {
    let stage = opened().await;
    let notes: Vec<String> = (0..12).map(|number| format!("note {number}")).collect();
    let answers = join_all(notes.iter().map(|note| stage.keep_checkpoint(1, note))).await;
    let kept: Vec<_> = notes.iter().zip(answers).filter(|(_, answer)| *answer.as_ref().unwrap()).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(stage.newest_checkpoint().await.unwrap().unwrap().note, *kept[0].0);
}

#[tokio::test]
async fn of_a_witness_the_first_signature_stays() {
    let stage = opened().await;
    stage.keep_checkpoint(1, "one").await.unwrap();
    stage.keep_checkpoint(2, "two").await.unwrap();
    for (number, witness, line) in
        [(1, "north", "— north AAAA"), (1, "south", "— south BBBB"), (1, "north", "— north CCCC")]
    {
        stage.keep_cosignature(number, witness, line).await.unwrap();
    }
    let of = |witness: &str, line: &str| KeptCosignature {
        witness: witness.to_owned(),
        line: line.to_owned(),
        kept_at: noon(0),
    };
    let wanted = [of("north", "— north AAAA"), of("south", "— south BBBB")];
    assert_eq!(stage.cosignatures(1).await.unwrap(), wanted);
    assert_eq!(stage.cosignatures(2).await.unwrap(), []);
    assert_eq!(stage.read_only().await.cosignatures(1).await.unwrap(), wanted);
}

#[tokio::test]
async fn a_signature_of_no_checkpoint_and_one_too_long_are_refused() {
    let stage = opened().await;
    assert!(matches!(stage.keep_cosignature(1, "north", "line").await, Err(Error::Invalid(_))));
    stage.keep_checkpoint(1, "one").await.unwrap();
    let long = "x".repeat(COSIGNATURE_BYTES_MAX);
    assert!(matches!(stage.keep_cosignature(1, "north", &long).await, Err(Error::Invalid(_))));
    assert_eq!(stage.cosignatures(1).await.unwrap(), []);
}

#[tokio::test]
async fn whoever_only_reads_keeps_nothing() {
    let stage = opened().await;
    let reader = stage.read_only().await;
    assert!(matches!(reader.keep_checkpoint(1, "one").await, Err(Error::ReadOnly)));
    stage.keep_checkpoint(1, "one").await.unwrap();
    assert!(matches!(reader.keep_cosignature(1, "north", "line").await, Err(Error::ReadOnly)));
    assert_eq!(reader.newest_checkpoint().await.unwrap().unwrap().note, "one");
}
