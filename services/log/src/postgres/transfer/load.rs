use sqlx::Row as _;
use sqlx::postgres::PgConnection;
use uuid::Uuid;

use super::super::column::{stored, stored_shard};
use super::super::connection::Place;
use super::super::migrations;
use super::copying::Rows;
use super::origins;
use crate::error::Error;
use crate::event::AGGREGATE_TYPE;
use crate::key::KeyState;
use crate::log::Options;
use crate::transfer::{Beside, Item, Kept, Origin};

/// Positions for which tables are made at once, as parts of one table's.
const AHEAD_SHARE: u64 = 2;
/// The tables that must hold nothing.
const TABLES: [&str; 13] = [
    "events",
    "journal",
    "keys",
    "guarantee_numbers",
    "number_reservations",
    "idempotency",
    "deliveries",
    "attempts",
    "section_facts",
    "section_watermarks",
    "readings",
    "origins",
    "kept_checkpoints",
];

/// One transaction that holds all heads from its begin to its end: nobody else appends meanwhile, and what ends before leaves nothing.
pub(crate) struct Load {
    connection: PgConnection,
    incarnation: Uuid,
    shards: u16,
    /// Up to here there are tables.
    made: u64,
    partition_size: u64,
}

impl Load {
    pub(crate) async fn begin(options: &Options) -> Result<Self, Error> {
        let place = Place::of(&options.url)?;
        let mut connection = place.for_tables().await?;
        migrations::run(&mut connection, &place, options).await?;
        sqlx::raw_sql("SET idle_in_transaction_session_timeout = 0; BEGIN").execute(&mut connection).await?;
        let heads = sqlx::query("SELECT incarnation FROM heads ORDER BY shard FOR NO KEY UPDATE")
            .fetch_all(&mut connection)
            .await?;
        let first = heads.first().ok_or_else(|| Error::Damaged("there is no head".to_owned()))?;
        let incarnation = first.try_get(0)?;
        for table in TABLES {
            let holds = format!("SELECT EXISTS (SELECT FROM {table})");
            if sqlx::query_scalar(&holds).fetch_one(&mut connection).await? {
                return Err(Error::NotEmpty { table });
            }
        }
        let size: i64 =
            sqlx::query_scalar("SELECT partition_size FROM baohan_ledger").fetch_one(&mut connection).await?;
        let partition_size = u64::try_from(size).unwrap_or(1);
        let shards = u16::try_from(heads.len()).unwrap_or(u16::MAX);
        Ok(Self { connection, incarnation, shards, made: 0, partition_size })
    }

    pub(crate) fn incarnation(&self) -> Uuid {
        self.incarnation
    }

    pub(crate) fn shards(&self) -> u16 {
        self.shards
    }

    pub(crate) async fn events(&mut self, events: &[Kept]) -> Result<(), Error> {
        let highest = events.iter().map(|kept| kept.event.position).max().unwrap_or(0);
        if highest > self.made || self.made == 0 {
            self.made = highest + self.partition_size / AHEAD_SHARE;
            sqlx::query("SELECT baohan_make_partitions($1)")
                .bind(stored(self.made))
                .execute(&mut self.connection)
                .await?;
        }
        let (mut rows, mut ids, mut keys) = (Rows::default(), Rows::default(), Rows::default());
        for Kept { event, key } in events {
            let (shard, position) = (stored_shard(event.shard), stored(event.position));
            rows.text(AGGREGATE_TYPE)
                .plain(event.aggregate_id)
                .plain(stored(event.sequence))
                .text(&event.event_type)
                .text(&event.event_version)
                .text(&event.payload)
                .text(&event.metadata)
                .plain(event.id)
                .plain(shard)
                .plain(position)
                .time(event.recorded_at)
                .plain(event.incarnation)
                .end();
            ids.plain(event.id).plain(shard).plain(position).end();
            let (wrapped, destroyed_at) = match key {
                KeyState::None => continue,
                KeyState::Wrapped(wrapped) => (Some(wrapped.as_slice()), None),
                KeyState::Destroyed { at } => (None, Some(*at)),
            };
            keys.plain(shard).plain(position).maybe_bytes(wrapped).maybe_time(destroyed_at).end();
        }
        let into = "events (aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata, id, shard, position, \
                    recorded_at, incarnation)";
        rows.copy(&mut self.connection, into).await?;
        ids.copy(&mut self.connection, "event_ids (id, shard, position)").await?;
        keys.copy(&mut self.connection, "keys (shard, position, wrapped, destroyed_at)").await
    }

    pub(crate) async fn beside(&mut self, items: &[Item]) -> Result<(), Error> {
        for of_one_table in items.chunk_by(|one, next| one.table() == next.table()) {
            let mut rows = Rows::default();
            for item in of_one_table {
                match item {
                    Item::Origin(origin) => origins::add(&mut self.connection, origin).await?,
                    item => row_of(item, &mut rows),
                }
            }
            if let Some(first) = of_one_table.first() {
                rows.copy(&mut self.connection, columns_of(first.table())).await?;
            }
        }
        Ok(())
    }

    pub(crate) async fn finish(mut self: Box<Self>, origin: &Origin, positions: &[u64]) -> Result<(), Error> {
        origins::add(&mut self.connection, origin).await?;
        sqlx::query(
            "UPDATE heads AS h SET position = m.position,
                    recorded_at = greatest(h.recorded_at, (SELECT e.recorded_at FROM events AS e
                                                            WHERE e.shard = h.shard AND e.position = m.position))
               FROM unnest($1::smallint[], $2::bigint[]) AS m (shard, position) WHERE h.shard = m.shard",
        )
        .bind((0..self.shards).map(stored_shard).collect::<Vec<_>>())
        .bind(positions.iter().map(|position| stored(*position)).collect::<Vec<_>>())
        .execute(&mut self.connection)
        .await?;
        // The counts from which each day's next number is taken.
        sqlx::raw_sql("INSERT INTO number_days (date, serial) SELECT date, max(serial) FROM number_reservations GROUP BY date")
            .execute(&mut self.connection)
            .await?;
        // And the tables into which the next events go.
        sqlx::query("SELECT baohan_make_partitions($1)")
            .bind(stored(self.partition_size / AHEAD_SHARE))
            .execute(&mut self.connection)
            .await?;
        sqlx::raw_sql("COMMIT").execute(&mut self.connection).await?;
        // What the planner goes by; a store without it is slow, and whole.
        sqlx::raw_sql("ANALYZE").execute(&mut self.connection).await?;
        Ok(())
    }
}

fn columns_of(table: Beside) -> &'static str {
    match table {
        Beside::Journal => {
            "journal (id, received_at, platform, interface, application_no, aggregate_id, outcome, code, message, diagnosis, marks, \
             body_sm3, duration_us, remote, correlation_id, body)"
        }
        Beside::Numbers => "guarantee_numbers (number, aggregate_id)",
        Beside::Reservations => "number_reservations (aggregate_id, date, serial)",
        Beside::Idempotency => "idempotency (key, content_sm3, status, at, body)",
        Beside::Deliveries => "deliveries (notice_id, state, attempts, next_at)",
        Beside::Attempts => {
            "attempts (id, notice_id, number, started_at, duration_ms, status, outcome, next_at, reply, settled)"
        }
        Beside::SectionFacts => "section_facts (platform, section_no, status, content, told_at)",
        Beside::SectionWatermarks => "section_watermarks (platform, watermark)",
        Beside::Readings => "readings (id, aggregate_id, actor, fields, at)",
        // They are few, and are added one by one.
        Beside::Origins => "origins",
    }
}

fn row_of(item: &Item, rows: &mut Rows) {
    match item {
        Item::Journal(entry) => rows
            .plain(entry.id)
            .time(entry.received_at)
            .maybe_text(entry.platform.as_deref())
            .text(&entry.interface)
            .maybe_text(entry.application_no.as_deref())
            .maybe_plain(entry.aggregate_id)
            .text(&entry.outcome)
            .maybe_text(entry.code.as_deref())
            .maybe_text(entry.message.as_deref())
            .maybe_text(entry.diagnosis.as_deref())
            .maybe_text(entry.marks.as_deref())
            .text(&entry.body_sm3)
            .plain(stored(entry.duration_us))
            .maybe_text(entry.remote.as_deref())
            .maybe_plain(entry.correlation_id)
            .maybe_bytes(entry.body.as_deref()),
        Item::Number { number, aggregate_id } => rows.text(number).plain(aggregate_id),
        Item::Reservation { aggregate_id, reservation } => {
            rows.plain(aggregate_id).plain(reservation.date).plain(stored(reservation.serial))
        }
        Item::Idempotency(record) => rows
            .text(&record.key)
            .text(&record.content_sm3)
            .plain(record.status)
            .time(record.at)
            .bytes(&record.body),
        Item::Delivery(delivery) => rows
            .plain(delivery.notice_id)
            .text(&delivery.state)
            .plain(delivery.attempts)
            .maybe_time(delivery.next_at),
        Item::Attempt(attempt) => rows
            .plain(Uuid::new_v4())
            .plain(attempt.notice_id)
            .plain(attempt.number)
            .time(attempt.started_at)
            .plain(stored(attempt.duration_ms))
            .maybe_plain(attempt.status)
            .text(&attempt.outcome)
            .maybe_time(attempt.next_at)
            .maybe_text(attempt.reply.as_deref())
            .plain(true),
        Item::SectionFact { platform, fact } => rows
            .text(platform)
            .text(&fact.section_no)
            .text(&fact.status)
            .text(&fact.content)
            .time(fact.told_at),
        Item::SectionWatermark { platform, watermark } => rows.text(platform).text(watermark),
        Item::Reading(reading) => rows
            .plain(Uuid::new_v4())
            .plain(reading.aggregate_id)
            .text(&reading.actor)
            .text(&list_of(&reading.fields))
            .time(reading.at),
        Item::Origin(_) => return,
    };
    rows.end();
}

/// A list of texts as PostgreSQL reads it.
fn list_of(texts: &[String]) -> String {
    let quoted = texts.iter().map(|text| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")));
    format!("{{{}}}", quoted.collect::<Vec<_>>().join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_written_as_postgres_reads_it() {
        let texts = ["phone", "a,b", "say \"x\"", "\\", ""].map(str::to_owned);
        assert_eq!(list_of(&texts), r#"{"phone","a,b","say \"x\"","\\",""}"#);
    }
}
