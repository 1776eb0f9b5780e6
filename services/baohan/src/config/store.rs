//! `[store]` and `[projections]`: the databases.

use super::database::{self, DatabaseUrl};
use super::section::Section;

/// More shards than a topic has partitions anywhere we know.
const SHARDS_MAX: u16 = 256;
/// What a new PostgreSQL store gets: room for eight appenders and eight partitions on Kafka.
const SHARDS: u16 = 8;
/// Connections of one process: its appender a shard, its readers, its turns and its listener.
const CONNECTIONS: u32 = 16;
/// With fewer a process could wait for itself.
const CONNECTIONS_MIN: u32 = 4;
/// A PostgreSQL server has some hundred for all processes together.
const CONNECTIONS_MAX: u32 = 200;

/// Where the event log lies.
#[derive(Debug, Clone)]
pub struct Store {
    /// `sqlite:FILE` or `postgres://…`.
    pub url: DatabaseUrl,
    /// How many shards a new PostgreSQL store gets.
    pub shards: u16,
    /// How many connections this process opens to PostgreSQL.
    pub connections: u32,
}

/// Where the projections lie.
#[derive(Debug, Clone)]
pub struct Projections {
    /// `sqlite:FILE` or `postgres://…`.
    pub url: DatabaseUrl,
}

impl Store {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let url = database::read(section, &database::sqlite("data/ledger.db"));
        // The number of shards is fixed when a PostgreSQL store is made; an SQLite store has one.
        let shards = section.count("shards", u32::from(SHARDS), 1..=u32::from(SHARDS_MAX));
        let connections = section.count("connections", CONNECTIONS, CONNECTIONS_MIN..=CONNECTIONS_MAX);
        Self { url, shards: u16::try_from(shards).unwrap_or(SHARDS), connections }
    }
}

impl Projections {
    /// Reads the section; unless told otherwise they lie beside the store: an SQLite file beside its file, in the same
    /// PostgreSQL database otherwise.
    pub fn read(section: &mut Section<'_>, store: &Store) -> Self {
        let beside = if store.url.is_postgres() {
            store.url.clone()
        } else {
            database::made(baohan_projections::Options::beside(store.url.expose()).url)
        };
        let url = database::read(section, &beside);
        if url == store.url && !url.is_postgres() {
            section.wrong("url", "is the store's own file: the projections need one of their own", None);
        }
        if store.url.is_postgres() && !url.is_postgres() {
            section.report().warn(
                "[projections] lie in a file of this machine, while the store is shared: each machine builds its own",
            );
        }
        Self { url }
    }
}
