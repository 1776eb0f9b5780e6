use baohan_log::{AppendError, EVENTS_MAX, Error, KeyState};
use uuid::Uuid;

use super::stage::{append, call, event, noon, opened};

#[tokio::test]
async fn what_was_appended_is_loaded_as_it_was() {
    let stage = opened().await;
    let id = Uuid::new_v4();
    let mut first = append(id, 0, "Applied");
    first.events.push(event("PremiumPaid"));
    first.key = Some(vec![1, 2, 3]);
    let wanted = first.events.clone();
    let stored = stage.append(first).await.unwrap();
    let stream = stage.load(id).await.unwrap();
    assert_eq!(stream.events, stored);
    assert_eq!(stream.key, KeyState::Wrapped(vec![1, 2, 3]));
    for ((stored, wanted), number) in stored.iter().zip(&wanted).zip(1..) {
        assert_eq!(
            (stored.id, &stored.payload, &stored.metadata, &stored.event_type, &stored.event_version),
            (wanted.id, &wanted.payload, &wanted.metadata, &wanted.event_type, &wanted.event_version)
        );
        assert_eq!((stored.sequence, stored.position, stored.shard), (number, number, 0));
        assert_eq!(stored.recorded_at, noon(0));
    }
}

#[tokio::test]
async fn payload_bytes_stay_as_they_are() {
    let stage = opened().await;
    let mut odd = append(Uuid::new_v4(), 0, "Applied");
    odd.events[0].payload = "{ \"金额\" :\t\"1.10\", \"x\":1.10e0, \"quote\":\"\\u0041'\" }".to_owned();
    let wanted = odd.events[0].payload.clone();
    let id = odd.aggregate_id;
    stage.append(odd).await.unwrap();
    assert_eq!(stage.load(id).await.unwrap().events[0].payload, wanted);
}

#[tokio::test]
async fn an_unknown_aggregate_has_no_events_and_no_key() {
    let stage = opened().await;
    let stream = stage.load(Uuid::new_v4()).await.unwrap();
    assert!(stream.events.is_empty());
    assert_eq!(stream.key, KeyState::None);
}

#[tokio::test]
async fn the_key_is_the_first_events_alone() {
    let stage = opened().await;
    let (id, other) = (Uuid::new_v4(), Uuid::new_v4());
    let mut first = append(id, 0, "Applied");
    first.key = Some(vec![9]);
    stage.append(first).await.unwrap();
    stage.append(append(other, 0, "Applied")).await.unwrap();
    stage.append(append(id, 1, "Issued")).await.unwrap();
    assert_eq!(stage.load(id).await.unwrap().key, KeyState::Wrapped(vec![9]));
    assert_eq!(stage.load(other).await.unwrap().key, KeyState::None);
    let mut late = append(id, 2, "Restored");
    late.key = Some(vec![8]);
    assert!(matches!(stage.append(late).await, Err(AppendError::Store(Error::Invalid(_)))));
}

#[tokio::test]
async fn another_sequence_than_expected_is_a_conflict_and_stores_nothing() {
    let stage = opened().await;
    let id = Uuid::new_v4();
    stage.append(append(id, 0, "Applied")).await.unwrap();
    for (expected, name) in [(0, "again"), (2, "ahead"), (7, "far ahead")] {
        let mut refused = append(id, expected, name);
        refused.journal = Some(call("baohanapply", "A1"));
        let journal_id = refused.journal.as_ref().unwrap().id;
        match stage.append(refused).await {
            Err(AppendError::Conflict { actual }) => assert_eq!(actual, 1),
            other => panic!("{other:?}"),
        }
        assert_eq!(stage.journal_entry(journal_id).await.unwrap(), None);
    }
    assert_eq!(stage.all().await.len(), 1);
}

#[tokio::test]
async fn nothing_and_too_much_are_refused() {
    let stage = opened().await;
    let mut nothing = append(Uuid::new_v4(), 0, "Applied");
    nothing.events.clear();
    assert!(matches!(stage.append(nothing).await, Err(AppendError::Store(Error::Invalid(_)))));
    let mut much = append(Uuid::new_v4(), 0, "Applied");
    much.events = (0..=EVENTS_MAX).map(|_| event("Annotated")).collect();
    assert!(matches!(stage.append(much).await, Err(AppendError::Store(Error::Invalid(_)))));
    assert_eq!(stage.head(0), 0);
}

#[tokio::test]
async fn as_many_events_as_are_allowed_go_in_at_once() {
    let stage = opened().await;
    let mut much = append(Uuid::new_v4(), 0, "Applied");
    much.events = (0..EVENTS_MAX).map(|_| event("Annotated")).collect();
    stage.append(much).await.unwrap();
    assert_eq!(stage.all().await.len(), EVENTS_MAX);
}

#[tokio::test]
async fn time_never_goes_back() {
    let stage = opened().await;
    for (seconds, expected) in [(10, 10), (3, 10), (-86_400, 10), (11, 11)] {
        stage.at(seconds);
        let stored = stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
        assert_eq!(stored[0].recorded_at, noon(expected));
    }
    stage.at(0);
    let stage = stage.reopened().await;
    let stored = stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert_eq!(stored[0].recorded_at, noon(11), "nor over a restart");
}

#[tokio::test]
async fn the_wake_up_comes_with_the_commit() {
    let stage = opened().await;
    let mut watch = stage.watch();
    watch.mark_unchanged();
    stage.record(call("baohanapply", "A1")).await.unwrap();
    assert!(!watch.has_changed().unwrap(), "a call without events wakes nobody");
    stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert!(watch.has_changed().unwrap(), "whoever is answered finds the head moved");
    assert_eq!((*watch.borrow_and_update(), stage.head(0)), (1, 1));
}

#[tokio::test]
async fn an_event_id_is_used_once() {
    let stage = opened().await;
    let first = append(Uuid::new_v4(), 0, "Applied");
    let mut second = append(Uuid::new_v4(), 0, "Applied");
    second.events[0].id = first.events[0].id;
    stage.append(first).await.unwrap();
    assert!(matches!(stage.append(second).await, Err(AppendError::Store(Error::Rejected(_)))));
    stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert_eq!(stage.all().await.len(), 2);
}

#[tokio::test]
async fn positions_and_the_incarnation_outlive_a_restart() {
    let stage = opened().await;
    stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    let incarnation = stage.incarnation();
    let stage = stage.reopened().await;
    assert_eq!((stage.incarnation(), stage.head(0), stage.shards()), (incarnation, 1, 1));
    let stored = stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert_eq!(stored[0].position, 2);
    assert_ne!(opened().await.incarnation(), incarnation);
}

#[tokio::test]
async fn a_closed_log_says_so() {
    let stage = opened().await;
    stage.close().await;
    stage.close().await;
    let refused = stage.append(append(Uuid::new_v4(), 0, "Applied")).await;
    assert!(matches!(refused, Err(AppendError::Store(Error::Closed))));
    assert!(matches!(stage.load(Uuid::new_v4()).await, Err(Error::Closed)));
}
