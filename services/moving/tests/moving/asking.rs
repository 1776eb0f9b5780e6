//! After a move, whoever asks gets the answers that he got before.

use baohan_domain::Refusal;
use baohan_ledger::Error;
use baohan_log::{AppendError, IdempotencyRecord};

use crate::place::Place;
use crate::written::{ERASED, GUARANTEES, NUMBER, PHONE, annotate, apply, fill, id};

/// A filled ledger that was moved, and where it lies now.
async fn moved(old: Place, new: Place) -> Place {
    let log = old.open().await;
    fill(&old, &log).await;
    log.close().await;
    let file = old.exported("moved.gz").await;
    new.import(&file).await.unwrap();
    new
}

async fn answers_as_before(place: Place) {
    let log = place.open().await;
    let ledger = place.ledger(&log);
    let before = log.heads().await.unwrap();
    for guarantee in (0..GUARANTEES).filter(|guarantee| *guarantee != ERASED) {
        let again = apply(&place, &ledger, guarantee, "a").await.unwrap();
        assert!(!again.is_changed(), "guarantee {guarantee}");
        let other = apply(&place, &ledger, guarantee, "b").await;
        assert!(matches!(other, Err(Error::Refused(Refusal::OtherContent))), "{other:?}");
    }
    assert_eq!(log.heads().await.unwrap(), before, "a repeat changes nothing");
    let history = ledger.history(id(1)).await.unwrap();
    let application = history.guarantee.application().unwrap();
    let opened = history.keyring.open("contact_phone", &application.personal["contact_phone"]).unwrap();
    assert_eq!(opened, PHONE);
    assert!(ledger.history(id(ERASED)).await.unwrap().keyring.is_erased());
    for guarantee in 0..5 {
        let later = chrono::NaiveDate::from_ymd_opt(2027, 1, 1).unwrap();
        let reservation = log.reserve_number(id(guarantee).uuid(), later).await.unwrap();
        assert_eq!(reservation.serial, u64::from(guarantee) + 1);
    }
    assert_eq!(log.guarantee_number_owner(NUMBER).await.unwrap(), Some(id(0).uuid()));
    let other = IdempotencyRecord {
        key: "core/1".into(),
        content_sm3: "cd".repeat(32),
        status: 500,
        body: vec![],
        at: (place.options.now)(),
    };
    assert_eq!(log.remember(other).await.unwrap().body, b"{\"status\":\"issued\"}");
    assert_eq!(log.section_watermark("jyzx-test").await.unwrap().as_deref(), Some("mark 0"));
    assert_eq!(log.section_fact("jyzx-test", "E3200000001000001001").await.unwrap().unwrap().status, "0");
    assert_eq!(log.readings(id(1).uuid(), 9).await.unwrap()[0].actor, "审计");
    log.close().await;
    goes_on(&place, before).await;
}

/// New events come behind those that were moved, in the guarantee and in the shard.
async fn goes_on(place: &Place, before: Vec<u64>) {
    let log = place.open().await;
    let ledger = place.ledger(&log);
    let sequence = log.load(id(2).uuid()).await.unwrap().events.len() as u64;
    annotate(place, &ledger, 2, "after the move").await;
    let events = log.load(id(2).uuid()).await.unwrap().events;
    let last = events.last().unwrap();
    assert_eq!((last.sequence, last.incarnation), (sequence + 1, log.incarnation()));
    assert_eq!(last.position, before[usize::from(last.shard)] + 1);
    let stale = baohan_log::Append {
        aggregate_id: id(2).uuid(),
        expected_sequence: sequence,
        events: vec![],
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    };
    assert!(matches!(log.append(stale).await, Err(AppendError::Store(_))));
    log.close().await;
}

#[tokio::test]
async fn a_ledger_that_was_moved_from_file_to_file_answers_as_before_and_goes_on() {
    answers_as_before(moved(Place::sqlite(), Place::sqlite()).await).await;
}

#[tokio::test]
async fn a_ledger_that_was_moved_to_a_server_answers_as_before_and_goes_on() {
    answers_as_before(moved(Place::sqlite(), Place::postgres(4).await).await).await;
}

#[tokio::test]
async fn a_ledger_that_was_moved_from_a_server_answers_as_before_and_goes_on() {
    answers_as_before(moved(Place::postgres(4).await, Place::sqlite()).await).await;
}
