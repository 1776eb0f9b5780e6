use std::sync::Arc;

use baohan_log::Tenure;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::batch::Batch;
use crate::failure::Failure;
use crate::fence::{Fence, Mark};
use crate::gathering::{BATCH_EVENTS_MAX, Gathering};
use crate::producer::ShardProducer;
use crate::shard::Shard;

/// Batches that are made ready while one is being published.
const BATCHES_AHEAD: usize = 2;
/// Most events of one transaction, roughly: batches that wait go together until it is reached.
const TRANSACTION_EVENTS_MAX: usize = 2 * BATCH_EVENTS_MAX;

/// Publishes a shard, from the place where the topic ends, until something is in the way. Whatever it is: the next session asks
/// the topic again, and nothing is believed that was not read there.
pub(crate) async fn run(
    shard: &Shard,
    tenure: &Arc<Tenure>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let opening = open(shard, tenure);
    let (producer, gathering, first) = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        () = tenure.lost() => return Err(Failure::TurnLost),
        opened = opening => opened?,
    };
    let published = publish_on(shard, &producer, gathering, first, tenure, stop).await;
    // A producer says good-bye to its brokers, which may take a moment.
    tokio::task::spawn_blocking(move || drop(producer));
    published
}

/// Publishes what is stored, for as long as nothing is in the way.
async fn publish_on(
    shard: &Shard,
    producer: &Arc<ShardProducer>,
    gathering: Gathering,
    first: Option<Batch>,
    tenure: &Arc<Tenure>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let (sender, mut ready) = mpsc::channel(BATCHES_AHEAD);
    // Ends with this session, whichever way.
    let _gathering = Aborting(tokio::spawn(gather(gathering, first, sender)));
    loop {
        let received = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(()),
            () = tenure.lost() => return Err(Failure::TurnLost),
            received = ready.recv() => received,
        };
        let mut batches = vec![received.unwrap_or(Err(Failure::Ending))?];
        let mut count = batches[0].events.len();
        let mut then = None;
        while count < TRANSACTION_EVENTS_MAX && then.is_none() {
            match ready.try_recv() {
                Ok(Ok(batch)) => {
                    count += batch.events.len();
                    batches.push(batch);
                }
                // What was read before it is published first.
                Ok(Err(failure)) => then = Some(failure),
                Err(_) => break,
            }
        }
        publish(shard, producer, batches, tenure).await?;
        if let Some(failure) = then {
            return Err(failure);
        }
    }
}

/// Shuts out whoever published before, reads the topic's end, and compares it with the store.
async fn open(
    shard: &Shard,
    tenure: &Arc<Tenure>,
) -> Result<(Arc<ShardProducer>, Gathering, Option<Batch>), Failure> {
    let (settings, number) = (shard.settings.clone(), shard.number);
    let opening = tokio::task::spawn_blocking(move || ShardProducer::open(&settings, number));
    let producer = opening.await.map_err(|_| Failure::Ending)??;
    if !tenure.is_held() {
        return Err(Failure::TurnLost);
    }
    let end = baohan_topics::end_of(&shard.settings, shard.number).await?;
    if end.last.is_none() && end.first_offset > 0 {
        return Err(Fence::Emptied { shard: number, first_offset: end.first_offset }.into());
    }
    let last = end.last.as_ref().map(Mark::of);
    let position = last.map_or(0, |last| last.position);
    let mut gathering = Gathering::new(shard.log.clone(), number, last, shard.guarantees_max);
    let first = gathering.try_next().await?;
    shard.board.opened(number, position);
    tracing::info!(
        shard = number,
        position,
        fence = tenure.fence(),
        "shard {number} is published from position {position} on"
    );
    Ok((Arc::new(producer), gathering, first))
}

async fn gather(
    mut gathering: Gathering,
    first: Option<Batch>,
    sender: mpsc::Sender<Result<Batch, Failure>>,
) {
    if let Some(first) = first
        && sender.send(Ok(first)).await.is_err()
    {
        return;
    }
    loop {
        let next = gathering.next().await;
        let is_over = next.is_err();
        if sender.send(next).await.is_err() || is_over {
            return;
        }
    }
}

async fn publish(
    shard: &Shard,
    producer: &Arc<ShardProducer>,
    mut batches: Vec<Batch>,
    tenure: &Arc<Tenure>,
) -> Result<(), Failure> {
    let Some(position) = batches.last().map(|last| last.mark.position) else { return Ok(()) };
    shard.board.waits(shard.number, batches.first().map(|first| first.first_stored_at));
    let (its_producer, its_tenure) = (Arc::clone(producer), Arc::clone(tenure));
    let publishing =
        tokio::task::spawn_blocking(move || its_producer.publish(&mut batches, || its_tenure.is_held()));
    tokio::select! {
        biased;
        published = publishing => published.map_err(|_| Failure::Ending)??,
        // The thread finds it out before its commit, and the broker knows the next producer's name.
        () = tenure.lost() => return Err(Failure::TurnLost),
    }
    shard.board.published(shard.number, position);
    Ok(())
}

/// A task that ends with whoever holds it.
struct Aborting(tokio::task::JoinHandle<()>);

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}
