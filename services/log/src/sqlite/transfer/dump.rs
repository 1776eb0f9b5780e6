use chrono::{DateTime, Utc};
use futures::StreamExt as _;
use futures::stream::BoxStream;
use sqlx::SqliteConnection;
use sqlx::sqlite::SqliteRow;

use super::super::column;
use super::super::events;
use super::super::head;
use super::super::journal;
use super::super::store::Store;
use super::super::{deliveries, idempotency, numbers, readings, sections};
use super::origins;
use crate::error::Error;
use crate::log::StoreKind;
use crate::transfer::{Beside, Dump as WholeDump, Item, Kept, Standing};

/// From a row to what it is.
type Reader = fn(&SqliteRow) -> Result<Item, Error>;

/// One transaction that reads: it sees the store as it stood at its first statement.
pub(crate) struct Dump {
    connection: SqliteConnection,
}

impl Store {
    pub(crate) async fn dump(&self) -> Result<WholeDump, Error> {
        // Out of the pool, so that it is closed with its transaction.
        let mut connection = self.readers().acquire().await?.detach();
        sqlx::query("BEGIN").execute(&mut connection).await?;
        let head = head::fetch(&mut connection).await?;
        let (ledger, incarnation) = (Some(self.ledger()), head.incarnation);
        let standing = |heads| Standing { kind: StoreKind::Sqlite, ledger, incarnation, heads };
        WholeDump::new(Dump { connection }, &[head.position], standing).await
    }
}

impl Dump {
    pub(crate) async fn events(&mut self, after: u64, limit: usize) -> Result<Vec<Kept>, Error> {
        events::kept(&mut self.connection, after, limit).await
    }

    pub(crate) fn beside(&mut self, table: Beside) -> BoxStream<'_, Result<Item, Error>> {
        let (sql, item): (&str, Reader) = match table {
            Beside::Journal => {
                (journal::SELECT_ALL, |row| Ok(Item::Journal(Box::new(journal::whole(row)?.entry))))
            }
            Beside::Numbers => {
                ("SELECT number, aggregate_id FROM guarantee_numbers ORDER BY number", |row| {
                    Ok(Item::Number {
                        number: column::text(row, 0)?,
                        aggregate_id: column::aggregate(row, 1)?,
                    })
                })
            }
            Beside::Reservations => {
                ("SELECT date, serial, aggregate_id FROM number_reservations ORDER BY date, serial", |row| {
                    Ok(Item::Reservation {
                        reservation: numbers::reservation(row)?,
                        aggregate_id: column::aggregate(row, 2)?,
                    })
                })
            }
            Beside::Idempotency => {
                (idempotency::SELECT_ALL, |row| Ok(Item::Idempotency(idempotency::record(row)?)))
            }
            Beside::Deliveries => (deliveries::SELECT_ALL, |row| {
                Ok(Item::Delivery(deliveries::delivery(row, DateTime::<Utc>::MAX_UTC)?))
            }),
            Beside::Attempts => {
                (deliveries::SELECT_ATTEMPTS, |row| Ok(Item::Attempt(deliveries::attempt(row)?)))
            }
            Beside::SectionFacts => (
                "SELECT platform, section_no, status, content, told_at FROM section_facts ORDER BY fact",
                |row| {
                    Ok(Item::SectionFact { platform: column::text(row, 0)?, fact: sections::fact(row, 1)? })
                },
            ),
            Beside::SectionWatermarks => {
                ("SELECT platform, watermark FROM section_watermarks ORDER BY platform", |row| {
                    Ok(Item::SectionWatermark {
                        platform: column::text(row, 0)?,
                        watermark: column::text(row, 1)?,
                    })
                })
            }
            Beside::Readings => {
                ("SELECT aggregate_id, actor, fields, at FROM readings ORDER BY reading", |row| {
                    Ok(Item::Reading(readings::reading(row)?))
                })
            }
            Beside::Origins => (origins::SELECT, |row| Ok(Item::Origin(origins::origin(row)?))),
        };
        sqlx::query(sql).fetch(&mut self.connection).map(move |row| item(&row?)).boxed()
    }
}
