use std::sync::Arc;

use baohan_domain::{Guarantee, evolve, upcast};
use baohan_log::{StoredEvent, shard_of};
use uuid::Uuid;

use crate::change::Change;
use crate::checkpoint::{self, Checkpoint};
use crate::database::{Connection, Statement, Target};
use crate::error::{ApplyError, Error};
use crate::exposure;
use crate::guarantees;
use crate::handle::Projections;
use crate::projection::Projection;

impl Projections {
    /// Makes the rows of one guarantee anew from the log, in all projections and in one transaction, each up to where it
    /// stands; the runner goes on beside it. Sums lose what the guarantee's stored state adds to them, and gain what the
    /// log says. Answers whether there is such a guarantee.
    ///
    /// # Errors
    /// When the log or the database is not available, or an event cannot be applied; nothing is changed then.
    pub async fn rebuild_guarantee(&self, guarantee: Uuid) -> Result<bool, Error> {
        let shard = shard_of(guarantee, self.log().shards());
        let mut session = self.writer().await?;
        let mut transaction = session.begin().await?;
        let connection = &mut transaction.connection();
        let mut checkpoints = checkpoint::held(connection, shard, &Projection::ALL).await?;
        // Read behind the checkpoints, so that nothing that is applied is missing.
        let records = self.log().load(guarantee).await?.events;
        if records.is_empty() {
            return Ok(false);
        }
        let changes = told(&records)?;
        for checkpoint in &mut checkpoints {
            make_anew(guarantee, checkpoint, (&records, &changes), connection).await?;
            // Whoever applies the shard forgets what he remembers of it.
            checkpoint.epoch += 1;
        }
        checkpoint::save(connection, &checkpoints).await?;
        transaction.commit().await?;
        session.close().await?;
        self.tick();
        Ok(true)
    }
}

fn told(records: &[StoredEvent]) -> Result<Vec<Change<'_>>, Error> {
    let mut guarantee = Arc::<Guarantee>::default();
    let begins = records.first().map_or(0, |first| first.position);
    let mut changes = Vec::with_capacity(records.len());
    for stored in records {
        let event = upcast::read(&stored.event_type, &stored.event_version, &stored.payload)
            .map_err(|error| unfit(&error.into()))?;
        let after = Arc::new(evolve(Guarantee::clone(&guarantee), &event));
        changes.push(Change { stored, begins, event, before: guarantee, after: Arc::clone(&after) });
        guarantee = after;
    }
    Ok(changes)
}

async fn make_anew(
    guarantee: Uuid,
    checkpoint: &Checkpoint,
    (records, changes): (&[StoredEvent], &[Change<'_>]),
    connection: &mut Connection<'_>,
) -> Result<(), Error> {
    let projection = checkpoint.projection;
    let applied = records.iter().take_while(|stored| stored.position <= checkpoint.position).count();
    let (records, changes) = (&records[..applied], &changes[..applied]);
    let made = match projection {
        // Before the guarantee's own row is made anew: its name comes first in the order of the checkpoints.
        Projection::Exposure => sums_anew(checkpoint, changes, connection).await,
        Projection::Timeline => {
            for stored in records {
                let sql = "DELETE FROM timeline WHERE shard = ? AND position = ?";
                let delete = Statement::new(sql).bind(stored.shard).bind(stored.position);
                connection.execute(delete).await?;
            }
            projection.apply(records, changes, Target::Running, connection).await
        }
        // It holds nothing of the guarantee, but of the records, which never change.
        Projection::Seal => return Ok(()),
        Projection::Guarantees => {
            if let Some(first) = records.first() {
                guarantees::delete(first.shard, first.position, connection).await?;
            }
            projection.apply(records, changes, Target::Running, connection).await
        }
        Projection::Notices | Projection::Claims | Projection::Invoices | Projection::Sections => {
            let sql = format!("DELETE FROM {} WHERE guarantee = ?", projection.name());
            connection.execute(Statement::new(sql).bind(guarantee)).await?;
            projection.apply(records, changes, Target::Running, connection).await
        }
    };
    made.map_err(|error| unfit(&error))
}

/// What the row of the guarantee says goes out of the sums, and what the log says comes in.
async fn sums_anew(
    checkpoint: &Checkpoint,
    changes: &[Change<'_>],
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut differences = exposure::Differences::new();
    let Some(last) = changes.last() else { return Ok(()) };
    let stored = match guarantees::stored(last.stored.shard, last.begins, connection).await {
        Err(Error::Database(error)) => return Err(error.into()),
        stored => stored.ok().flatten(),
    };
    match stored.filter(|stored| stored.version == last.stored.sequence) {
        Some(stored) => {
            exposure::replace(&mut differences, &stored.guarantee, &last.after);
        }
        // The row is of another moment than the sums, and cannot tell what stands in them.
        None => return Ok(()),
    }
    exposure::add(differences, checkpoint.shard, Target::Running, connection).await
}

fn unfit(error: &ApplyError) -> Error {
    Error::BentRow { table: "the log", what: error.chain() }
}
