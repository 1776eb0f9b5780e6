use futures::StreamExt as _;
use futures::stream::BoxStream;
use sqlx::Row as _;
use sqlx::postgres::{PgConnection, PgRow};
use uuid::Uuid;

use super::super::column;
use super::super::events::{columns, event};
use super::super::store::Store;
use super::super::{deliveries, idempotency, journal, sections};
use super::origins;
use crate::error::Error;
use crate::key::KeyState;
use crate::log::StoreKind;
use crate::number::Reservation;
use crate::reading::Reading;
use crate::transfer::{Beside, Dump as WholeDump, Item, Kept, Standing};

/// What a dump waits for is nobody's patience: it may run for hours.
const PATIENT: &str = "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0";

/// From a row to what it is.
type Reader = fn(&PgRow) -> Result<Item, Error>;

/// One transaction that reads: it sees the store as it stood at its first statement.
pub(crate) struct Dump {
    connection: PgConnection,
}

impl Store {
    pub(crate) async fn dump(&self) -> Result<WholeDump, Error> {
        // Out of the pool, so that it is closed with its transaction.
        let mut connection = self.pool().acquire().await?.detach();
        sqlx::raw_sql(PATIENT).execute(&mut connection).await?;
        sqlx::raw_sql("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").execute(&mut connection).await?;
        let rows = sqlx::query("SELECT position, incarnation FROM heads ORDER BY shard")
            .fetch_all(&mut connection)
            .await?;
        let first = rows.first().ok_or_else(|| Error::Damaged("there is no head".to_owned()))?;
        let incarnation: Uuid = first.try_get(1)?;
        let positions = rows.iter().map(|row| column::number(row, 0)).collect::<Result<Vec<_>, _>>()?;
        let ledger = Some(self.ledger());
        let standing = |heads| Standing { kind: StoreKind::Postgres, ledger, incarnation, heads };
        WholeDump::new(Dump { connection }, &positions, standing).await
    }
}

impl Dump {
    pub(crate) async fn events(&mut self, shard: u16, after: u64, limit: usize) -> Result<Vec<Kept>, Error> {
        // The shard stands in the statement, so that it is planned over this shard's tables alone.
        let select = format!(
            concat!(
                "SELECT ",
                columns!(),
                ", k.wrapped, k.destroyed_at FROM events AS e
                   LEFT JOIN keys AS k ON k.shard = {shard} AND k.position = e.position
                  WHERE e.shard = {shard} AND e.position > $1 ORDER BY e.position LIMIT $2"
            ),
            shard = shard
        );
        let rows = sqlx::query(&select)
            .bind(column::stored(after))
            .bind(column::stored(limit as u64))
            .fetch_all(&mut self.connection)
            .await?;
        rows.iter().map(kept).collect()
    }

    pub(crate) fn beside(&mut self, table: Beside) -> BoxStream<'_, Result<Item, Error>> {
        let (sql, item): (&str, Reader) = match table {
            Beside::Journal => {
                (journal::SELECT_ALL, |row| Ok(Item::Journal(Box::new(journal::whole(row)?.entry))))
            }
            Beside::Numbers => {
                ("SELECT number, aggregate_id FROM guarantee_numbers ORDER BY number", |row| {
                    Ok(Item::Number { number: row.try_get(0)?, aggregate_id: row.try_get(1)? })
                })
            }
            Beside::Reservations => {
                ("SELECT date, serial, aggregate_id FROM number_reservations ORDER BY date, serial", |row| {
                    let reservation = Reservation { date: row.try_get(0)?, serial: column::number(row, 1)? };
                    Ok(Item::Reservation { reservation, aggregate_id: row.try_get(2)? })
                })
            }
            Beside::Idempotency => {
                (idempotency::SELECT_ALL, |row| Ok(Item::Idempotency(idempotency::record(row)?)))
            }
            Beside::Deliveries => {
                (deliveries::SELECT_ALL, |row| Ok(Item::Delivery(deliveries::delivery(row)?)))
            }
            Beside::Attempts => {
                (deliveries::SELECT_ATTEMPTS, |row| Ok(Item::Attempt(deliveries::attempt(row)?)))
            }
            Beside::SectionFacts => (
                "SELECT platform, section_no, status, content, told_at FROM section_facts ORDER BY fact",
                |row| Ok(Item::SectionFact { platform: row.try_get(0)?, fact: sections::fact(row, 1)? }),
            ),
            Beside::SectionWatermarks => {
                ("SELECT platform, watermark FROM section_watermarks ORDER BY platform", |row| {
                    Ok(Item::SectionWatermark { platform: row.try_get(0)?, watermark: row.try_get(1)? })
                })
            }
            Beside::Readings => {
                ("SELECT aggregate_id, actor, fields, at FROM readings ORDER BY reading", |row| {
                    Ok(Item::Reading(Reading {
                        aggregate_id: row.try_get(0)?,
                        actor: row.try_get(1)?,
                        fields: row.try_get(2)?,
                        at: row.try_get(3)?,
                    }))
                })
            }
            Beside::Origins => (origins::SELECT, |row| Ok(Item::Origin(origins::origin(row)?))),
        };
        sqlx::query(sql).fetch(&mut self.connection).map(move |row| item(&row?)).boxed()
    }
}

fn kept(row: &PgRow) -> Result<Kept, Error> {
    let key = match (row.try_get(11)?, row.try_get(12)?) {
        (_, Some(at)) => KeyState::Destroyed { at },
        (Some(wrapped), None) => KeyState::Wrapped(wrapped),
        (None, None) => KeyState::None,
    };
    Ok(Kept { event: event(row)?, key })
}
