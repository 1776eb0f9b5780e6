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
    let mut changes = Vec::with_capacity(records.len());
    for stored in records {
        let event = upcast::read(&stored.event_type, &stored.event_version, &stored.payload)
            .map_err(|error| unfit(&error.into()))?;
        let after = Arc::new(evolve(Guarantee::clone(&guarantee), &event));
        changes.push(Change { stored, event, before: guarantee, after: Arc::clone(&after) });
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
        Projection::Exposure => sums_anew(guarantee, checkpoint, changes, connection).await,
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
        Projection::Guarantees
        | Projection::Notices
        | Projection::Claims
        | Projection::Invoices
        | Projection::Sections => {
            let column = if projection == Projection::Guarantees { "id" } else { "guarantee" };
            let sql = format!("DELETE FROM {} WHERE {column} = ?", projection.name());
            connection.execute(Statement::new(sql).bind(guarantee)).await?;
            projection.apply(records, changes, Target::Running, connection).await
        }
    };
    made.map_err(|error| unfit(&error))
}

/// What the row of the guarantee says goes out of the sums, and what the log says comes in.
async fn sums_anew(
    guarantee: Uuid,
    checkpoint: &Checkpoint,
    changes: &[Change<'_>],
    connection: &mut Connection<'_>,
) -> Result<(), ApplyError> {
    let mut known = std::collections::HashMap::new();
    let loaded = guarantees::load(&[guarantee], &mut known, Target::Running, connection).await;
    if let Err(Error::Database(error)) = loaded {
        return Err(error.into());
    }
    let version = changes.len() as u64;
    let mut differences = exposure::Differences::new();
    match known.get(&guarantee).filter(|known| known.version == version) {
        Some(stored) => {
            let after = changes.last().map(|change| Arc::clone(&change.after)).unwrap_or_default();
            exposure::replace(&mut differences, &stored.guarantee, &after);
        }
        // The row is of another moment than the sums, and cannot tell what stands in them.
        None => return Ok(()),
    }
    exposure::add(differences, checkpoint.shard, Target::Running, connection).await
}

fn unfit(error: &ApplyError) -> Error {
    Error::BentRow { table: "the log", what: error.chain() }
}
