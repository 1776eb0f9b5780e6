//! An older backup of the store while the topic is ahead: nothing may be published that contradicts what was published.

use std::time::Duration;

use baohan_servers::{Record, until};
use serde_json::Value;

use crate::measure::alone;
use crate::world::{Fleet, Load, Memory, Plan, check, heads};

const STOPPED_WITHIN: Duration = Duration::from_mins(3);

/// In an order in which two readings can be compared.
fn sorted(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by_key(|record| (record.partition, record.offset));
    records
}

/// Why the shards are not published, by shard; none where one is.
fn stops(status: &Value) -> Vec<Option<String>> {
    let shards = status["publishing"]["shards"].as_array().cloned().unwrap_or_default();
    shards.iter().map(|shard| shard["stopped"].as_str().map(str::to_owned)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_an_older_backup_the_relay_stops_names_the_position_and_publishes_nothing() {
    let _alone = alone().await;
    let everything = "gateway,office,worker,notifier,projector,relay";
    let mut fleet = Fleet::start_as(&Plan { processes: vec![everything], ..Plan::default() }).await;
    let memory = Memory::new("BACKUP");
    let load = Load::begin(&fleet.doors(), &memory);
    load.answers(20).await;
    load.end().await;
    check::all(&fleet, &memory).await;
    let backup = fleet.postgres.backup().await;
    let heads_then = heads(fleet.store()).await;

    let ahead = Memory::new("AHEAD");
    let load = Load::begin(&fleet.doors(), &ahead);
    load.answers(60).await;
    load.end().await;
    check::all(&fleet, &ahead).await;
    let heads_ahead = heads(fleet.store()).await;
    assert!(heads_then.iter().zip(&heads_ahead).all(|(then, ahead)| then < ahead), "each shard is ahead");
    let published = sorted(fleet.kafka.console_consumer(&fleet.topic(), 1).await);

    fleet.members[0].kill();
    fleet.postgres.kill();
    fleet.postgres.restore(&backup);
    fleet.postgres.restart().await;
    assert_eq!(heads(fleet.store()).await, heads_then, "the older store is back");
    fleet.members[0].start_again();
    fleet.members[0].ready().await;
    let stopped = until("every shard stops", STOPPED_WITHIN, async || {
        let stopped: Option<Vec<String>> = stops(&fleet.status().await).into_iter().collect();
        stopped.filter(|stopped| stopped.len() == heads_then.len())
    })
    .await;
    for (reason, ahead) in stopped.iter().zip(&heads_ahead) {
        assert!(reason.contains(&ahead.to_string()), "position {ahead} is not named: {reason}");
    }
    let (log, metrics) = (fleet.members[0].log(), fleet.members[0].metrics().await);
    assert!(log.contains("ERROR"), "the log does not say it");
    assert!(
        metrics.lines().any(|line| line.contains("relay") && line.contains("stop")),
        "no metric says it:\n{metrics}"
    );

    // Business goes on, past the positions that are published, and not one record more is.
    let after = Memory::new("AFTER");
    let load = Load::begin(&fleet.doors(), &after);
    load.answers(80).await;
    load.end().await;
    fleet.store_rests().await;
    assert!(stops(&fleet.status().await).iter().all(Option::is_some), "a shard is published again");
    let now_published = sorted(fleet.kafka.console_consumer(&fleet.topic(), published.len()).await);
    assert!(
        now_published == published,
        "{} records were there, and now {}",
        published.len(),
        now_published.len()
    );
    // No list shows anything of the history that is lost.
    check::of_the_store(&fleet, &[&memory, &after]).await;
}
