use baohan_seal::witnessing::Reason;

use crate::ledger::{LEDGER, Ledger};
use crate::stage::{Stage, open, pinned};

#[tokio::test]
async fn what_was_seen_is_remembered_after_a_new_start() {
    let mut ledger = Ledger::new(LEDGER, 1);
    let stage = Stage::of(&[&ledger]).await;
    let first = ledger.grow(0, 3).checkpoint();
    stage.cosigns(&ledger, &first, 0).await;
    let stage = stage.again(&[&ledger]).await;
    let mut fork = Ledger::new(LEDGER, 1);
    let other = fork.grow(0, 4).checkpoint();
    stage.refuses(&fork.request(&other, 0), Reason::Inconsistent).await;
    let second = ledger.grow(1, 1).checkpoint();
    stage.cosigns(&ledger, &second, 1).await;
}

#[tokio::test]
async fn ledgers_are_remembered_apart() {
    let (mut one, mut two) = (Ledger::new(LEDGER, 1), Ledger::new(uuid::Uuid::from_u128(2), 2));
    let stage = Stage::of(&[&one, &two]).await;
    let (a, b) = (one.grow(0, 3).checkpoint(), two.grow(0, 30).checkpoint());
    stage.cosigns(&one, &a, 0).await;
    stage.cosigns(&two, &b, 0).await;
    let stage = stage.again(&[&one, &two]).await;
    assert_eq!(stage.remembered(one.id()).await.unwrap().text(), a.text());
    assert_eq!(stage.remembered(two.id()).await.unwrap().text(), b.text());
}

#[tokio::test]
async fn a_line_that_a_crash_has_torn_is_as_if_it_had_never_been_asked() {
    let mut ledger = Ledger::new(LEDGER, 1);
    let stage = Stage::of(&[&ledger]).await;
    let first = ledger.grow(0, 3).checkpoint();
    stage.cosigns(&ledger, &first, 0).await;
    let whole = std::fs::read(stage.file(LEDGER)).unwrap();
    std::fs::write(stage.file(LEDGER), [whole.as_slice(), &whole[..whole.len() / 2]].concat()).unwrap();
    let stage = stage.again(&[&ledger]).await;
    assert_eq!(stage.remembered(LEDGER).await.unwrap().text(), first.text());
    let second = ledger.grow(0, 1).checkpoint();
    stage.cosigns(&ledger, &second, 1).await;
}

#[tokio::test]
async fn two_witnesses_never_share_a_folder() {
    let ledger = Ledger::new(LEDGER, 1);
    let stage = Stage::of(&[&ledger]).await;
    let Err(fault) = open(stage.folder(), pinned(&[&ledger])) else { panic!("it is let in") };
    assert_eq!(fault.code(), "witness-memory-in-use");
}

#[tokio::test]
async fn a_memory_that_was_altered_stops_the_start() {
    let mut ledger = Ledger::new(LEDGER, 1);
    let stage = Stage::of(&[&ledger]).await;
    let first = ledger.grow(0, 3).checkpoint();
    stage.cosigns(&ledger, &first, 0).await;
    let text = std::fs::read_to_string(stage.file(LEDGER)).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(format!("{LEDGER}.memory"));
    std::fs::write(&file, text.replace("number 1", "number 2")).unwrap();
    let Err(fault) = open(folder.path(), pinned(&[&ledger])) else { panic!("it is opened") };
    assert_eq!(fault.code(), "witness-memory-bent");
}

#[tokio::test]
async fn a_name_that_no_signature_line_takes_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", "a b", "a+b", &"x".repeat(200)] {
        let signer = std::sync::Arc::new(crate::ledger::key(1));
        let now = std::sync::Arc::new(|| chrono::DateTime::UNIX_EPOCH);
        let opened = baohan_witness::Witness::open(folder.path(), signer, name, Vec::new(), now);
        assert_eq!(opened.err().map(|fault| fault.code()), Some("witness-name"), "{name:?}");
    }
}

#[tokio::test]
async fn where_nothing_can_be_kept_nothing_is_signed() {
    let ledger = Ledger::new(LEDGER, 1);
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join(format!("{LEDGER}.memory"))).unwrap();
    let Err(fault) = open(folder.path(), pinned(&[&ledger])) else { panic!("it is opened") };
    assert_eq!(fault.code(), "witness-memory-unavailable");
}
