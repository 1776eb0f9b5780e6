use std::sync::Arc;
use std::time::Duration;

use baohan_log::Tenure;
use tokio::sync::mpsc;
use tokio::time::{Instant, timeout_at};
use tokio_util::sync::CancellationToken;

use crate::batch::{Batch, Folded};
use crate::failure::Failure;
use crate::fence::{Fence, Mark};
use crate::folding::Folding;
use crate::publisher::Publisher;
use crate::reading::{Reading, Slice};
use crate::shard::Shard;
use crate::snapshots::Snapshots;

/// Slices that are read while one is made records.
const SLICES_AHEAD: usize = 1;
/// Batches that are made ready while one is being published: about as many as are made while a transaction is committed.
const BATCHES_AHEAD: usize = 4;
/// Most events of one transaction, roughly: batches that follow without a pause go together until it is reached, since each
/// transaction costs the broker some writes and the next one a wait of twenty milliseconds.
const TRANSACTION_EVENTS_MAX: usize = 20_000;
/// How long a transaction takes batches in: readers wait for its end.
const TRANSACTION_LASTS: Duration = Duration::from_millis(500);
/// Bytes of states that are held back within a transaction, so that of several of a guarantee but the newest is sent.
const STATES_BYTES_HELD: usize = 8 * 1024 * 1024;

type Ahead<T> = mpsc::Receiver<Result<T, Failure>>;

/// Publishes a shard, from the place where the topic ends, until something is in the way. Whatever it is: the next session asks
/// the topic again, and nothing is believed that was not read there.
pub(crate) async fn run(
    shard: &Shard,
    tenure: &Arc<Tenure>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let opening = open(shard, tenure);
    let (publisher, reading, first) = tokio::select! {
        () = stop.cancelled() => return Ok(()),
        () = tenure.lost() => return Err(Failure::TurnLost),
        opened = opening => opened?,
    };
    let outcome = publish_on(shard, &publisher, reading, first, tenure, stop).await;
    publisher.end(matches!(&outcome, Err(failure) if !matches!(failure, Failure::Ousted(_))));
    outcome
}

/// Publishes what is stored, for as long as nothing is in the way.
async fn publish_on(
    shard: &Shard,
    publisher: &Publisher,
    reading: Reading,
    first: Option<Slice>,
    tenure: &Arc<Tenure>,
    stop: &CancellationToken,
) -> Result<(), Failure> {
    let folding = Folding::new(shard.log.clone(), shard.number, shard.guarantees_max)?;
    let (read, slices) = mpsc::channel(SLICES_AHEAD);
    let (folded, mut ready) = mpsc::channel(BATCHES_AHEAD);
    // They end with this session, whichever way.
    let _reading = Aborting(tokio::spawn(read_on(reading, first, read)));
    let _folding = Aborting(tokio::spawn(fold_on(folding, slices, folded)));
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
            outcome = transact(shard, publisher, batch, &mut ready) => outcome?,
            // The thread finds it out before its commit, and the broker knows the next producer's name.
            () = tenure.lost() => return Err(Failure::TurnLost),
        }
    }
}

/// One transaction: the batch, and those that come behind it without a pause.
async fn transact(
    shard: &Shard,
    publisher: &Publisher,
    first: Batch,
    ready: &mut Ahead<Batch>,
) -> Result<(), Failure> {
    shard.board.waits(shard.number, Some(first.first_stored_at));
    let deadline = Instant::now() + TRANSACTION_LASTS;
    publisher.does(|producer, _| producer.begin()).await?;
    let (mut batch, mut count, mut held, mut then) = (first, 0, Vec::new(), None);
    let position = loop {
        let Batch { events, states, position, more_waits, .. } = batch;
        count += events.len();
        publisher.does(move |producer, tenure| producer.send(events, || tenure.is_held())).await?;
        held.push(states);
        if held.iter().map(Snapshots::bytes).sum::<usize>() >= STATES_BYTES_HELD {
            let states = std::mem::take(&mut held);
            publisher.does(move |producer, _| producer.send_states(&states)).await?;
        }
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
    let end = publisher.does(move |producer, tenure| {
        producer.send_states(&held)?;
        producer.commit(|| tenure.is_held())
    });
    end.await?;
    shard.board.published(shard.number, position);
    then.map_or(Ok(()), Err)
}

/// Shuts out whoever published before, reads the topic's end, and compares it with the store.
async fn open(shard: &Shard, tenure: &Arc<Tenure>) -> Result<(Publisher, Reading, Option<Slice>), Failure> {
    let number = shard.number;
    let publisher = Publisher::open(shard.settings.clone(), number, tenure).await?;
    if !tenure.is_held() {
        return Err(Failure::TurnLost);
    }
    let end = baohan_topics::end_of(&shard.settings, number).await?;
    if end.last.is_none() && end.first_offset > 0 {
        return Err(Fence::Emptied { shard: number, first_offset: end.first_offset }.into());
    }
    let last = end.last.as_ref().map(Mark::of);
    let position = last.map_or(0, |last| last.position);
    let mut reading = Reading::new(shard.log.clone(), number, last);
    let first = reading.try_next().await?;
    shard.board.opened(number, position);
    tracing::info!(
        shard = number,
        position,
        fence = tenure.fence(),
        "shard {number} is published from position {position} on"
    );
    Ok((publisher, reading, first))
}

/// Reads slice after slice, until something is in the way.
async fn read_on(mut reading: Reading, first: Option<Slice>, sender: mpsc::Sender<Result<Slice, Failure>>) {
    if let Some(first) = first
        && sender.send(Ok(first)).await.is_err()
    {
        return;
    }
    loop {
        let next = reading.next().await;
        let is_over = next.is_err();
        if sender.send(next).await.is_err() || is_over {
            return;
        }
    }
}

/// Makes batches of slices, in order. What is in the way comes behind the records before it.
async fn fold_on(
    mut folding: Folding,
    mut slices: Ahead<Slice>,
    sender: mpsc::Sender<Result<Batch, Failure>>,
) {
    while let Some(slice) = slices.recv().await {
        let folded = match slice {
            Ok(slice) => folding.fold(slice).await.unwrap_or_else(Folded::failed),
            Err(failure) => Folded::failed(failure),
        };
        if let Some(batch) = folded.batch
            && sender.send(Ok(batch)).await.is_err()
        {
            return;
        }
        if let Some(failure) = folded.then {
            // Nobody may wait any longer.
            let _ = sender.send(Err(failure)).await;
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
