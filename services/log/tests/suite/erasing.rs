use baohan_log::{Append, JournalEntry, KeyState};
use bytes::Bytes;
use uuid::Uuid;

use super::stage::{Stage, append, call, noon, opened};

pub const PLANTED: &str = "13800138000-planted";

fn body() -> Bytes {
    Bytes::from(format!("{{\"mobile\":\"{PLANTED}\"}}"))
}

/// An aggregate's first event, brought by a call with the planted number in its body.
pub fn applied(aggregate_id: Uuid, application_no: &str) -> Append {
    let mut entry = call("baohanapply", application_no);
    (entry.aggregate_id, entry.body) = (Some(aggregate_id), Some(body()));
    let mut applied = append(aggregate_id, 0, "Applied");
    applied.events[0].metadata = format!(r#"{{"journal_id":"{}"}}"#, entry.id);
    applied.journal = Some(entry);
    applied.key = Some(b"a wrapped key, sixty bytes or so".to_vec());
    applied
}

pub fn erasure(received_at: i64) -> JournalEntry {
    JournalEntry {
        id: Uuid::now_v7(),
        received_at: noon(received_at),
        interface: "erase".to_owned(),
        outcome: "erased".to_owned(),
        ..Default::default()
    }
}

async fn has_body(stage: &Stage, id: Uuid) -> bool {
    stage.journal_entry(id).await.unwrap().unwrap().entry.body.is_some()
}

#[tokio::test]
async fn the_key_is_gone_and_the_events_stay() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    let stored = stage.append(applied(id, "A1")).await.unwrap();
    let entry = erasure(60);
    let erased = stage.erase_key(id, entry.clone()).await.unwrap().unwrap();
    assert_eq!((erased.destroyed_at, erased.repeated, erased.bodies), (noon(60), false, 1));
    let stream = stage.load(id).await.unwrap();
    assert_eq!(stream.key, KeyState::Destroyed { at: noon(60) });
    assert_eq!(stream.events, stored);
    assert_eq!(stage.journal_entry(entry.id).await.unwrap().unwrap().entry, entry);
}

#[tokio::test]
async fn all_calls_of_the_aggregate_lose_their_bodies_and_no_others() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    let first = applied(id, "A1");
    let by_event = first.journal.as_ref().unwrap().id;
    stage.append(first).await.unwrap();
    let recorded = async |change: &dyn Fn(&mut JournalEntry)| {
        let mut entry = call("baohanapply", "A1");
        (entry.aggregate_id, entry.body) = (None, Some(body()));
        change(&mut entry);
        stage.record(entry).await.unwrap()
    };
    let refused_before_known = recorded(&|_| ()).await;
    let repeated = recorded(&|entry| entry.aggregate_id = Some(id)).await;
    let without_number = recorded(&|entry| {
        (entry.aggregate_id, entry.application_no) = (Some(id), None);
    })
    .await;
    let of_other_platform = recorded(&|entry| entry.platform = Some("other".to_owned())).await;
    let of_other_aggregate = recorded(&|entry| entry.aggregate_id = Some(Uuid::from_u128(9))).await;
    let of_other_number = recorded(&|entry| entry.application_no = Some("A2".to_owned())).await;
    let erased = stage.erase_key(id, erasure(60)).await.unwrap().unwrap();
    for (entry, name) in [
        (by_event, "brought an event"),
        (refused_before_known, "refused before it was known whose it is"),
        (repeated, "names the aggregate"),
        (without_number, "names the aggregate and no number"),
    ] {
        assert!(!has_body(&stage, entry).await, "{name}");
        let stays = stage.journal_entry(entry).await.unwrap().unwrap().entry;
        assert_eq!(stays.body_sm3, "ab".repeat(32), "what it was can still be proven");
    }
    for entry in [of_other_platform, of_other_aggregate, of_other_number] {
        assert!(has_body(&stage, entry).await);
    }
    assert_eq!(erased.bodies, 4);
}

#[tokio::test]
async fn the_entry_of_the_erasure_can_name_where_else_to_look() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    stage.append(append(id, 0, "Applied")).await.unwrap();
    let mut refused = call("baohanapply", "A7");
    refused.aggregate_id = None;
    let refused_id = stage.record(refused).await.unwrap();
    let mut entry = erasure(60);
    (entry.platform, entry.application_no) = (Some("demo".to_owned()), Some("A7".to_owned()));
    assert_eq!(stage.erase_key(id, entry).await.unwrap().unwrap().bodies, 1);
    assert!(!has_body(&stage, refused_id).await);
}

#[tokio::test]
async fn asked_again_it_erases_what_has_come_since() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    stage.append(applied(id, "A1")).await.unwrap();
    stage.erase_key(id, erasure(60)).await.unwrap();
    let mut later = call("baohanapply", "A1");
    later.aggregate_id = Some(id);
    stage.record(later).await.unwrap();
    let again = stage.erase_key(id, erasure(90)).await.unwrap().unwrap();
    assert_eq!((again.destroyed_at, again.repeated, again.bodies), (noon(60), true, 1));
}

#[tokio::test]
async fn an_aggregate_without_a_key_is_marked_too() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    stage.append(append(id, 0, "Applied")).await.unwrap();
    stage.erase_key(id, erasure(60)).await.unwrap().unwrap();
    assert_eq!(stage.load(id).await.unwrap().key, KeyState::Destroyed { at: noon(60) });
}

#[tokio::test]
async fn an_unknown_aggregate_is_not_erased_and_nothing_is_kept_of_it() {
    let stage = opened().await;
    let entry = erasure(60);
    assert_eq!(stage.erase_key(Uuid::new_v4(), entry.clone()).await.unwrap(), None);
    assert_eq!(stage.journal_entry(entry.id).await.unwrap(), None);
}

#[test]
fn a_key_is_not_shown() {
    assert_eq!(format!("{:?}", KeyState::Wrapped(vec![1, 2])), "Wrapped(***)");
}
