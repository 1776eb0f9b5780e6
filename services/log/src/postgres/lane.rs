use std::time::Duration;

use sqlx::Connection;
use tokio::sync::mpsc;

use super::batch::{self, Failed};
use super::command::Command;
use super::connection::{Identity, Place, Session, answered};
use super::heads::Heads;
use super::incarnation;
use super::lost;
use super::partitions;
use super::telling::Telling;
use crate::error::Error;
use crate::fault;
use crate::gathering::Gathering;
use crate::log::Now;

/// Commands that wait at most in each lane; beyond it, callers wait to be let in. Each may hold a message of up to a mebibyte.
pub(super) const QUEUE_MAX: usize = 1_024;
/// Commands of one transaction at most: enough that the round trip and the disk's wait are shared by many, few enough that none waits long
/// for it, and that a lock on the heads is short.
const BATCH_MAX: usize = 128;
/// How often a batch is asked again where others were faster, or its partition was missing.
const TRIES: usize = 8;
/// How often a batch is written again after its answer got lost and it was found not to be stored.
const LOSSES: usize = 2;
/// How long a lane leaves a server alone that could not be reached, in milliseconds; it says so to whoever asks meanwhile.
const REST_MS: u64 = 200;

/// Writes to some of the shards: takes what waits, writes it by one round trip, and answers after the commit. No other lane of this process
/// writes to them, so none waits for another's lock.
pub(super) struct Lane {
    pub(super) place: Place,
    /// Absent: it broke, and is opened again for the next batch.
    pub(super) session: Option<Session>,
    pub(super) heads: Heads,
    pub(super) now: Now,
    pub(super) telling: Telling,
}

/// What became of a batch.
enum Outcome {
    Written,
    /// Nothing of it is stored, and it may be asked again.
    Passing(sqlx::Error),
    /// Nothing of it is stored, since a table is missing that can be made.
    NoPartition(sqlx::Error),
    /// Nothing of it is stored.
    Failed(Error),
    /// The answer got lost.
    Lost(sqlx::Error, Identity),
}

impl Lane {
    /// Works until it is told to close, or nobody is left who could ask.
    pub(super) async fn run(mut self, queue: mpsc::Receiver<Command>) {
        let mut gathering = Gathering::of(queue, BATCH_MAX);
        while let Some(batch) = gathering.next().await {
            if batch.iter().any(|command| matches!(command, Command::Close)) {
                gathering.close();
            }
            self.settle(batch).await;
        }
        if let Some(session) = self.session
            && let Err(error) = session.connection.close().await
        {
            tracing::warn!(%error, "a connection of the log was not closed cleanly");
        }
    }

    /// Writes a batch, whatever comes between, and answers all of it.
    async fn settle(&mut self, mut batch: Vec<Command>) {
        let (mut tries, mut losses) = (0, 0);
        while !batch.is_empty() {
            tries += 1;
            let error = match self.transact(&mut batch).await {
                Outcome::Written => return batch.into_iter().for_each(Command::answer),
                Outcome::Passing(_) if tries < TRIES => continue,
                Outcome::NoPartition(_) if tries < TRIES && self.make_partitions(&batch).await => continue,
                Outcome::Lost(error, identity) => {
                    losses += 1;
                    tracing::warn!(%error, commands = batch.len(), "the answer to a transaction of the log got lost");
                    match lost::find(&self.place, &identity, batch).await {
                        Ok(found) => {
                            self.publish(found.heads);
                            found.stored.into_iter().for_each(Command::answer);
                            batch = found.not_stored;
                        }
                        Err(commands) => return fail_all(commands, &lost::unknown(error)),
                    }
                    if losses < LOSSES {
                        continue;
                    }
                    Error::from(error)
                }
                Outcome::Passing(error) | Outcome::NoPartition(error) => error.into(),
                Outcome::Failed(error) if fault::is_of_one_command(&error) && batch.len() > 1 => {
                    return self.settle_each(batch).await;
                }
                Outcome::Failed(error) => error,
            };
            tracing::warn!(%error, commands = batch.len(), "a transaction of the log failed");
            return fail_all(batch, &error);
        }
    }

    /// One of them is refused for its own sake, and only alone it can be told which.
    async fn settle_each(&mut self, batch: Vec<Command>) {
        for command in batch {
            Box::pin(self.settle(vec![command])).await;
        }
    }

    /// Writes a batch durably, or nothing of it.
    async fn transact(&mut self, batch: &mut [Command]) -> Outcome {
        let mut session = match self.session.take() {
            Some(session) => session,
            None => match self.connect().await {
                Ok(session) => session,
                Err(error) => {
                    tokio::time::sleep(Duration::from_millis(REST_MS)).await;
                    return Outcome::Failed(error);
                }
            },
        };
        let now = (self.now)();
        let written = answered_batch(batch::write(&mut session.connection, now, batch)).await;
        let error = match written {
            Ok(heads) => {
                self.session = Some(session);
                self.publish(heads);
                return Outcome::Written;
            }
            // It is stored, but not understood: what is there now can be found out.
            Err(Failed::Reading(error)) => return Outcome::Failed(error),
            Err(Failed::Asking(error)) => error,
        };
        if fault::is_lost(&error) {
            return Outcome::Lost(error, session.identity);
        }
        self.session = Some(session);
        if fault::is_passing(&error) {
            Outcome::Passing(error)
        } else if fault::lacks_partition(&error) {
            Outcome::NoPartition(error)
        } else {
            let error = Error::from(error);
            if !fault::is_of_one_command(&error) {
                // A server that does not write any more may have been replaced by another one.
                self.session = None;
            }
            Outcome::Failed(error)
        }
    }

    /// Another server than before may answer: then what follows has another incarnation.
    async fn connect(&self) -> Result<Session, Error> {
        let mut session = self.place.session().await?;
        if let Some(renewed) = answered(incarnation::of_server(&mut session.connection)).await? {
            self.heads.publish_incarnation(renewed);
        }
        Ok(session)
    }

    /// Only what is durable is published, and before anybody is answered.
    fn publish(&self, heads: Vec<(u16, u64)>) {
        if self.heads.publish(heads.iter().copied()) && self.heads.are_heard() {
            self.telling.tell(heads);
        }
    }

    async fn make_partitions(&self, batch: &[Command]) -> bool {
        let events = batch.iter().map(Command::events).sum();
        let made = match self.place.for_tables().await {
            Ok(mut connection) => partitions::make(&mut connection, events).await,
            Err(error) => Err(error),
        };
        if let Err(error) = &made {
            tracing::error!(%error, "a partition of events is missing and cannot be made");
        }
        made.is_ok()
    }
}

async fn answered_batch<A>(asked: impl Future<Output = Result<A, Failed>>) -> Result<A, Failed> {
    let answer = answered(async {
        match asked.await {
            Ok(answer) => Ok(Ok(answer)),
            Err(Failed::Asking(error)) => Err(error),
            Err(failed @ Failed::Reading(_)) => Ok(Err(failed)),
        }
    });
    answer.await.map_err(Failed::Asking)?
}

fn fail_all(commands: Vec<Command>, error: &Error) {
    for command in commands {
        command.fail(error.clone());
    }
}
