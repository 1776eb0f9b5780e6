use futures::FutureExt;
use futures::future::BoxFuture;
use sqlx::SqliteConnection;
use tokio::sync::oneshot;

use crate::error::Error;

/// Anything that is written beside events and calls: it rides in the same transactions, and is answered after the commit.
pub(super) trait Chore: Send {
    /// Does it, within a transaction; again where that transaction failed for another's sake.
    fn carry_out<'c>(&'c mut self, connection: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), Error>>;
    /// The transaction is durable.
    fn answer(self: Box<Self>);
    /// It is not stored.
    fn fail(self: Box<Self>, error: Error);
}

/// A chore with an answer.
pub(super) struct Work<A, F> {
    carry_out: F,
    done: Option<A>,
    reply: oneshot::Sender<Result<A, Error>>,
}

impl<A, F> Work<A, F> {
    pub(super) fn new(carry_out: F, reply: oneshot::Sender<Result<A, Error>>) -> Self {
        Self { carry_out, done: None, reply }
    }
}

impl<A, F> Chore for Work<A, F>
where
    A: Send,
    F: for<'c> Fn(&'c mut SqliteConnection) -> BoxFuture<'c, Result<A, Error>> + Send,
{
    fn carry_out<'c>(&'c mut self, connection: &'c mut SqliteConnection) -> BoxFuture<'c, Result<(), Error>> {
        let work = (self.carry_out)(connection);
        let done = &mut self.done;
        async move {
            *done = Some(work.await?);
            Ok(())
        }
        .boxed()
    }

    fn answer(self: Box<Self>) {
        // Whoever asked may have gone; then nobody needs the answer.
        let _ = self.reply.send(self.done.ok_or(Error::Closed));
    }

    fn fail(self: Box<Self>, error: Error) {
        let _ = self.reply.send(Err(error));
    }
}
