use baohan_sealer::{Error, Outlets, Phase};
use baohan_servers::database;
use chrono::TimeDelta;
use sqlx::Connection as _;
use sqlx::sqlite::SqliteConnection;

use crate::stage::{KEY, Stage, public};

#[tokio::test(flavor = "multi_thread")]
async fn the_first_checkpoint_says_whose_key_it_is_and_the_next_wait_for_something_to_seal() {
    let mut stage = Stage::new().await;
    let sealer = stage.sealer(Outlets::default());
    let first = sealer.step().await.unwrap().unwrap();
    assert_eq!((first.checkpoint().number, first.checkpoint().previous), (1, None));
    assert_eq!(first.checkpoint().shards, stage.trees().await);
    first.verify(&public(KEY)).unwrap();
    assert_eq!(sealer.step().await.unwrap(), None);

    stage.lived(1..4).await;
    let second = sealer.step().await.unwrap().unwrap();
    assert_eq!(second.checkpoint().number, 2);
    assert_eq!(second.checkpoint().previous, Some(first.digest()));
    assert_eq!(second.checkpoint().shards, stage.trees().await);
    assert_eq!(sealer.step().await.unwrap(), None);
    assert_eq!(stage.chain().await.len(), 2);
    let standing = sealer.standing();
    assert_eq!(standing.newest.map(|newest| (newest.number, newest.events)), Some((2, 9)));
    assert_eq!((standing.phase, standing.counted), (Phase::Working, Some(2)));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_seal_does_not_have_yet_is_sealed_when_it_has_it() {
    let mut stage = Stage::new().await;
    let sealer = stage.sealer(Outlets::default());
    sealer.step().await.unwrap();
    stage.live(1..3).await;
    assert_eq!(sealer.step().await.unwrap(), None);
    stage.applied().await;
    let signed = sealer.step().await.unwrap().unwrap();
    assert_eq!(signed.checkpoint().shards, stage.trees().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn every_shard_is_in_a_checkpoint() {
    let store = database().await;
    let mut stage = Stage::on(&store.url).await;
    let sealer = stage.sealer(Outlets::default());
    for guarantees in [1..20, 20..21, 21..60] {
        stage.lived(guarantees).await;
        let signed = sealer.step().await.unwrap().unwrap();
        assert_eq!(signed.checkpoint().shards, stage.trees().await);
        assert_eq!(signed.checkpoint().shards.len(), 4);
    }
    assert_eq!(stage.chain().await.len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sealers_at_once_make_one_chain() {
    let store = database().await;
    let mut one = Stage::on(&store.url).await;
    let other = Stage::on(&store.url).await;
    let sealers = [one.sealer(Outlets::default()), other.sealer(Outlets::default())];
    // Clocks never agree, so that both would write another text.
    other.clock.advance(TimeDelta::milliseconds(3));
    for round in 0..25 {
        one.lived(round * 10 + 1..round * 10 + 3).await;
        one.clock.advance(TimeDelta::seconds(1));
        other.clock.advance(TimeDelta::seconds(1));
        let (a, b) = tokio::join!(sealers[0].step(), sealers[1].step());
        assert!(a.unwrap().is_some() || b.unwrap().is_some());
    }
    let chain = one.chain().await;
    assert!(chain.len() >= 25);
    assert_eq!(chain.last().unwrap().checkpoint().shards, one.trees().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_is_introduced_by_the_old_one_at_once_and_signs_from_then_on() {
    let mut stage = Stage::new().await;
    stage.lived(1..3).await;
    stage.sealer(Outlets::default()).step().await.unwrap();

    let alone = stage.sealer_of(2, None, Outlets::default());
    let refused = alone.step().await.unwrap_err();
    assert!(matches!(refused, Error::OtherKey { number: 1, .. }), "{refused}");
    assert_eq!((refused.code(), refused.wants_somebody()), ("seal-key-differs", true));
    assert!(refused.to_string().contains(&public(2).id()), "{refused}");
    assert_eq!(alone.standing().phase, Phase::Stopped);

    let renewing = stage.sealer_of(2, Some(KEY), Outlets::default());
    // Nothing has changed but the key.
    let introducing = renewing.step().await.unwrap().unwrap();
    assert_eq!(introducing.checkpoint().introduces, Some(public(2)));
    introducing.verify(&public(KEY)).unwrap();
    assert_eq!(renewing.step().await.unwrap(), None);
    stage.lived(3..5).await;
    renewing.step().await.unwrap().unwrap().verify(&public(2)).unwrap();

    // The old one is of no use any more, and not needed.
    stage.lived(5..6).await;
    let old = stage.sealer(Outlets::default()).step().await.unwrap_err();
    assert_eq!(old.code(), "seal-key-differs");
    stage.sealer_of(2, None, Outlets::default()).step().await.unwrap().unwrap();
    // And once more.
    let third = stage.sealer_of(3, Some(2), Outlets::default());
    assert_eq!(third.step().await.unwrap().unwrap().checkpoint().introduces, Some(public(3)));
    stage.lived(6..7).await;
    third.step().await.unwrap().unwrap().verify(&public(3)).unwrap();
    assert_eq!(stage.chain().await.len(), 6);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_back_does_not_set_the_ledger_back() {
    let mut stage = Stage::new().await;
    let sealer = stage.sealer(Outlets::default());
    let first = sealer.step().await.unwrap().unwrap();
    stage.clock.advance(TimeDelta::hours(-3));
    stage.lived(1..2).await;
    let second = sealer.step().await.unwrap().unwrap();
    assert_eq!(second.checkpoint().time, first.checkpoint().time);
    stage.clock.advance(TimeDelta::hours(4));
    stage.lived(2..3).await;
    let third = sealer.step().await.unwrap().unwrap();
    assert_eq!(third.checkpoint().time, first.checkpoint().time + TimeDelta::hours(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seal_that_contradicts_the_last_checkpoint_is_never_signed() {
    let mut stage = Stage::new().await;
    stage.lived(1..10).await;
    let sealer = stage.sealer(Outlets::default());
    sealer.step().await.unwrap();
    stage.lived(10..12).await;
    // Somebody rewrites what was sealed.
    let mut tables = SqliteConnection::connect(&stage.tables()).await.unwrap();
    let sql = "UPDATE seal SET hash = randomblob(32) WHERE level = 0 AND number = 3";
    let altered = sqlx::query(sql).execute(&mut tables).await;
    let altered = altered.unwrap().rows_affected();
    assert_eq!(altered, 1);
    let refused = sealer.step().await.unwrap_err();
    assert_eq!((refused.code(), refused.wants_somebody()), ("seal-inconsistent", true), "{refused}");
    let standing = sealer.standing();
    assert_eq!(standing.phase, Phase::Stopped);
    assert_eq!(standing.trouble.map(|trouble| trouble.code), Some("seal-inconsistent"));
    assert_eq!(stage.chain().await.len(), 1);
}
