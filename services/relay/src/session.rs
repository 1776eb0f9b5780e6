use std::sync::Arc;
use std::time::Duration;

use baohan_log::Tenure;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::batch::Batch;
use crate::failure::Failure;
use crate::fence::{Fence, Mark};
use crate::gathering::Gathering;
use crate::producer::ShardProducer;
use crate::shard::Shard;

/// Batches that are made ready while one is being published.
const BATCHES_AHEAD: usize = 2;
/// Most events of one transaction, roughly: batches that follow without a pause go together until it is reached, since each
/// transaction costs the broker some writes and the next one a wait of twenty milliseconds.
const TRANSACTION_EVENTS_MAX: usize = 20_000;
/// How long a transaction takes batches in: readers wait for its end.
const TRANSACTION_LASTS: Duration = Duration::from_millis(500);

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
    let is_open = matches!(&published, Err(failure) if !matches!(failure, Failure::Ousted(_)));
    // A producer says good-bye to its brokers, which may take a moment.
    tokio::task::spawn_blocking(move || {
        if is_open {
            producer.give_up();
        }
    });
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
        let batch = received.unwrap_or(Err(Failure::Ending))?;
        tokio::select! {
            biased;
            published = transact(shard, producer, batch, &mut ready, tenure) => published?,
            // The thread finds it out before its commit, and the broker knows the next producer's name.
            () = tenure.lost() => return Err(Failure::TurnLost),
        }
    }
}

/// One transaction: the batch, and those that come behind it without a pause.
async fn transact(
    shard: &Shard,
    producer: &Arc<ShardProducer>,
    first: Batch,
    ready: &mut mpsc::Receiver<Result<Batch, Failure>>,
    tenure: &Arc<Tenure>,
) -> Result<(), Failure> {
    shard.board.waits(shard.number, Some(first.first_stored_at));
    let deadline = Instant::now() + TRANSACTION_LASTS;
    at_work(producer, tenure, |producer, _| producer.begin()).await?;
    let (mut batch, mut count, mut then) = (first, 0, None);
    let position = loop {
        let (position, more_waits) = (batch.mark.position, batch.more_waits);
        count += batch.events.len();
        at_work(producer, tenure, move |producer, tenure| producer.send(batch, || tenure.is_held())).await?;
        if count >= TRANSACTION_EVENTS_MAX || Instant::now() >= deadline {
            break position;
        }
        // Where more waits in the store it is about to come; else what is here goes out at once.
        let next = match ready.try_recv() {
            Ok(next) => Some(next),
            Err(_) if more_waits => timeout_at(deadline, ready.recv()).await.ok().flatten(),
            Err(_) => None,
        };
        match next {
            Some(Ok(next)) => batch = next,
            // What was read before it is published first.
            Some(Err(failure)) => {
                then = Some(failure);
                break position;
            }
            None => break position,
        }
    };
    at_work(producer, tenure, |producer, tenure| producer.commit(|| tenure.is_held())).await?;
    shard.board.published(shard.number, position);
    then.map_or(Ok(()), Err)
}

/// What blocks, on a thread of its own.
async fn at_work(
    producer: &Arc<ShardProducer>,
    tenure: &Arc<Tenure>,
    work: impl FnOnce(&ShardProducer, &Tenure) -> Result<(), Failure> + Send + 'static,
) -> Result<(), Failure> {
    let (producer, tenure) = (Arc::clone(producer), Arc::clone(tenure));
    let working = tokio::task::spawn_blocking(move || work(&producer, &tenure));
    working.await.map_err(|_| Failure::Ending)?
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

/// A task that ends with whoever holds it.
struct Aborting(tokio::task::JoinHandle<()>);

impl Drop for Aborting {
    fn drop(&mut self) {
        self.0.abort();
    }
}
