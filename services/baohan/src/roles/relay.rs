use std::time::Duration;

use anyhow::Context as _;
use baohan_log::Log;
use baohan_relay::Relay;
use tokio_util::sync::CancellationToken;

use super::Running;

/// The checkpoint under which it is kept what is on the topic, for processes that do not publish. Nothing hangs on it: the
/// relay itself reads the topic.
pub const CONSUMER: &str = "relay";
/// How often that is kept.
const KEEP_EVERY: Duration = Duration::from_secs(2);

/// Starts to publish the log on Kafka.
pub fn start(running: &Running) -> anyhow::Result<Relay> {
    let foundation = &running.foundation;
    let settings = foundation.config.kafka.clone().context("the role relay needs [kafka]")?;
    let log = foundation.ledger.log().clone();
    let clock = std::sync::Arc::clone(&foundation.clock);
    let options = baohan_relay::Options::new(std::sync::Arc::new(move || clock.now()));
    let relay = Relay::new(log.clone(), settings, options);
    let (publishing, finish) = (relay.clone(), running.finish.clone());
    running.works.spawn(async move { publishing.run(finish).await });
    running.works.spawn(keep_standing(relay.clone(), log, running.finish.clone()));
    Ok(relay)
}

/// Keeps in the store how far the shards are published whose turn this process has.
async fn keep_standing(relay: Relay, log: Log, finish: CancellationToken) {
    let mut kept = vec![0; usize::from(log.shards())];
    while !finish.is_cancelled() {
        tokio::select! {
            () = finish.cancelled() => {}
            () = tokio::time::sleep(KEEP_EVERY) => {}
        }
        for (shard, kept) in relay.standing().shards.iter().zip(&mut kept) {
            let Some(published) = shard.published.filter(|published| published > kept) else { continue };
            match log.move_checkpoint(CONSUMER, shard.shard, published).await {
                Ok(_) => *kept = published,
                Err(error) => {
                    tracing::debug!(%error, shard = shard.shard, "how far it is published is not kept yet");
                }
            }
        }
    }
}
