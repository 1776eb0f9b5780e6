use baohan_log::{AppendError, Error};
use futures::future::join_all;
use uuid::Uuid;

use super::stage::{append, call, opened};

#[tokio::test]
async fn a_reader_goes_through_the_log_in_pieces() {
    let stage = opened().await;
    join_all((0..25).map(|_| stage.append(append(Uuid::new_v4(), 0, "Applied")))).await;
    let (mut after, mut pieces) = (0, Vec::new());
    loop {
        let piece = stage.read(0, after, 10).await.unwrap();
        let Some(last) = piece.last() else { break };
        after = last.position;
        pieces.push(piece.len());
    }
    assert_eq!((pieces, after), (vec![10, 10, 5], 25));
}

#[tokio::test]
async fn what_is_read_is_what_was_stored_however_much_of_it() {
    let stage = opened().await;
    let mut stored = Vec::new();
    for number in 0..40 {
        let mut append = append(Uuid::new_v4(), 0, "Applied");
        let first = append.events[0].clone();
        append.events = (0..40)
            .map(|place| baohan_log::NewEvent {
                id: Uuid::new_v4(),
                payload: format!(
                    "{{\"type\":\"Applied\",\"name\":\"江南 {number} {}\"}}",
                    "é ".repeat(place)
                ),
                ..first.clone()
            })
            .collect();
        if number == 20 {
            stage.renew_incarnation().await.unwrap();
        }
        stored.extend(stage.append(append).await.unwrap());
    }
    stored.sort_by_key(|event| (event.shard, event.position));
    let mut read = Vec::new();
    for shard in 0..stage.shards() {
        read.extend(stage.read(shard, 0, 10_000).await.unwrap());
    }
    assert_eq!(read, stored);
    let some = stage.read(0, 3, 700).await.unwrap();
    let wanted = stored.iter().filter(|event| event.shard == 0 && event.position > 3).take(700);
    assert!(some.iter().eq(wanted));
}

#[tokio::test]
async fn events_of_many_megabytes_are_read_as_well() {
    let stage = opened().await;
    let mut stored = Vec::new();
    for mebibytes in [0, 3, 3, 3, 0, 9, 0, 20, 9, 0] {
        let mut append = append(Uuid::new_v4(), 0, "Applied");
        let name = "x".repeat(mebibytes << 20);
        append.events[0].payload = format!("{{\"type\":\"Applied\",\"name\":\"{name}\"}}");
        stored.extend(stage.append(append).await.unwrap());
    }
    stored.sort_by_key(|event| (event.shard, event.position));
    let mut read = Vec::new();
    for shard in 0..stage.shards() {
        read.extend(stage.read(shard, 0, 10_000).await.unwrap());
    }
    assert!(read == stored, "{} of {} were read, or others", read.len(), stored.len());
}

#[tokio::test]
async fn there_is_nothing_in_a_shard_that_is_not() {
    let stage = opened().await;
    stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert!(stage.read(1, 0, 10).await.unwrap().is_empty());
    assert_eq!(stage.head(1), 0);
}

#[tokio::test]
async fn an_event_is_found_by_its_id() {
    let stage = opened().await;
    let stored = stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    assert_eq!(stage.event(stored[0].id).await.unwrap().as_ref(), stored.first());
    assert_eq!(stage.event(Uuid::new_v4()).await.unwrap(), None);
}

#[tokio::test]
async fn the_store_answers_a_ping() {
    let stage = opened().await;
    stage.ping().await.unwrap();
    stage.close().await;
    assert!(stage.ping().await.is_err());
}

#[tokio::test]
async fn whoever_only_reads_sees_what_another_writes_and_is_woken() {
    let stage = opened().await;
    let reader = stage.read_only().await;
    let mut watch = reader.watch();
    let stored = stage.append(append(Uuid::new_v4(), 0, "Applied")).await.unwrap();
    watch.wait_for(|head| *head == 1).await.unwrap();
    assert_eq!(reader.head(0), 1);
    assert_eq!(reader.read(0, 0, 10).await.unwrap(), stored);
    assert_eq!(reader.incarnation(), stage.incarnation());
}

#[tokio::test]
async fn whoever_only_reads_writes_nothing() {
    let stage = opened().await;
    let reader = stage.read_only().await;
    assert!(reader.is_read_only() && !stage.is_read_only());
    let refused = reader.append(append(Uuid::new_v4(), 0, "Applied")).await;
    assert!(matches!(refused, Err(AppendError::Store(Error::ReadOnly))));
    assert!(matches!(reader.record(call("baohanapply", "A1")).await, Err(Error::ReadOnly)));
    assert!(matches!(reader.move_checkpoint("reader", 0, 1).await, Err(Error::ReadOnly)));
    reader.close().await;
    assert_eq!(stage.head(0), 0);
}
