//! Where the tables come from, and when they are built anew.

use baohan_log::Log;
use uuid::Uuid;

use super::connection::{Connection, Session};
use super::dialect::{Dialect, Schema};
use super::statement::Statement;
use super::table::Target;
use crate::checkpoint;
use crate::error::Error;
use crate::projection::Projection;

/// The form of all tables and of what stands in them. Raised by whoever changes a table, an `apply` or the domain's
/// state; a database of another form is built anew from the log.
pub const SCHEMA_VERSION: i64 = 5;
/// The schema of ours on PostgreSQL, so that the log and the projections can share a database.
pub(super) const SCHEMA_NAME: &str = "projections";
const SCHEMA: &str = include_str!("../schema.sql");
/// Two processes that start at once make the tables one after the other: a number that nobody else locks by.
const PREPARING: i64 = 0x6261_6f68_616e;

/// Makes the tables where they are missing, and anew where they belong to another ledger, history or version. Answers
/// the database's mark: a name of its own, by which several databases over one log are told apart.
pub(crate) async fn prepare(session: &mut Session, log: &Log) -> Result<Uuid, Error> {
    let mut transaction = session.begin().await?;
    let connection = &mut transaction.connection();
    if connection.dialect() == Dialect::Postgres {
        let lock = Statement::new("SELECT pg_advisory_xact_lock(?)").bind(PREPARING);
        connection.fetch_all(lock).await?;
        // Asking first: who may not make a schema can still use one that is there.
        let asked = Statement::new("SELECT 1 FROM pg_namespace WHERE nspname = ?").bind(SCHEMA_NAME);
        if connection.fetch_optional(asked).await?.is_none() {
            connection.run(&format!("CREATE SCHEMA {SCHEMA_NAME}")).await?;
        }
    }
    let tables = tables(connection).await?;
    let (mark, why) = match reason_to_build(&tables, connection, log).await? {
        Reason::None(mark) => {
            transaction.rollback().await?;
            return Ok(mark);
        }
        Reason::New(why) => (Uuid::now_v7(), why),
        Reason::Old(mark, why) => (mark, why),
    };
    tracing::info!(reason = %why, "projections are built from the log: {why}");
    for table in tables {
        connection.run(&format!("DROP TABLE \"{table}\"")).await?;
    }
    let ours = connection.dialect().schema(SCHEMA, "", "");
    for statement in ours.tables {
        connection.run(&statement).await?;
    }
    for projection in Projection::ALL {
        create(projection, Target::Running, 0, connection).await?;
        index(projection, Target::Running, 0, connection).await?;
    }
    let origin = Statement::new("INSERT INTO origin (schema_version, incarnation, mark) VALUES (?, ?, ?)")
        .bind(SCHEMA_VERSION)
        .bind(log.incarnation())
        .bind(mark);
    connection.execute(origin).await?;
    checkpoint::begin(connection, log.shards()).await?;
    transaction.commit().await?;
    Ok(mark)
}

/// Makes a projection's table, without its indexes. The generation keeps the names of indexes apart.
pub(crate) async fn create(
    projection: Projection,
    target: Target,
    generation: u64,
    connection: &mut Connection<'_>,
) -> Result<(), sqlx::Error> {
    for statement in schema(projection, target, generation, connection.dialect()).tables {
        connection.run(&statement).await?;
    }
    Ok(())
}

/// Makes a table's indexes.
async fn index(
    projection: Projection,
    target: Target,
    generation: u64,
    connection: &mut Connection<'_>,
) -> Result<(), sqlx::Error> {
    for statement in schema(projection, target, generation, connection.dialect()).indexes {
        connection.run(&statement).await?;
    }
    Ok(())
}

/// A projection's schema.
pub(crate) fn schema(projection: Projection, target: Target, generation: u64, dialect: Dialect) -> Schema {
    let name = format!("{}_{generation}", projection.name());
    dialect.schema(projection.schema(), &target.table(projection), &name)
}

async fn tables(connection: &mut Connection<'_>) -> Result<Vec<String>, Error> {
    let sql = match connection.dialect() {
        Dialect::Sqlite => {
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
        }
        Dialect::Postgres => {
            "SELECT tablename::text AS name FROM pg_tables WHERE schemaname = current_schema() ORDER BY 1"
        }
    };
    let rows = connection.fetch_all(Statement::new(sql)).await?;
    rows.iter().map(|row| Ok(row.get("name")?)).collect()
}

enum Reason {
    /// They are ours, and go on; their mark.
    None(Uuid),
    /// Nothing is there, or nothing that can be read.
    New(String),
    /// They are built anew under the mark that they have.
    Old(Uuid, String),
}

async fn reason_to_build(
    tables: &[String],
    connection: &mut Connection<'_>,
    log: &Log,
) -> Result<Reason, Error> {
    if tables.is_empty() {
        return Ok(Reason::New("there are none yet".to_owned()));
    }
    if !tables.iter().any(|table| table == "origin") {
        // Nothing of ours: dropping these tables could cost somebody his data.
        return Err(Error::Foreign);
    }
    let origin = connection.fetch_optional(Statement::new("SELECT * FROM origin")).await?;
    let Some(origin) = origin else { return Ok(Reason::New("their origin is unknown".to_owned())) };
    let version: i64 = origin.get("schema_version")?;
    // The columns beside it may have another form as well.
    let Ok(mark) = origin.get::<Uuid>("mark") else {
        return Ok(Reason::New(format!("their form is {version}, and {SCHEMA_VERSION} is needed")));
    };
    if version != SCHEMA_VERSION {
        return Ok(Reason::Old(mark, format!("their form is {version}, and {SCHEMA_VERSION} is needed")));
    }
    let why = why_not(&origin.get::<Uuid>("incarnation")?, connection, log).await?;
    Ok(why.map_or(Reason::None(mark), |why| Reason::Old(mark, why)))
}

async fn why_not(
    incarnation: &Uuid,
    connection: &mut Connection<'_>,
    log: &Log,
) -> Result<Option<String>, Error> {
    if *incarnation != log.incarnation() {
        return Ok(Some("they come from another incarnation of the ledger".to_owned()));
    }
    let all = checkpoint::all(connection).await?;
    if all.iter().any(|checkpoint| checkpoint.shard >= log.shards()) {
        return Ok(Some("they come from a ledger with more shards".to_owned()));
    }
    let heads = crate::heads::of(log).await?;
    for shard in 0..log.shards() {
        let checkpoints: Vec<_> = all.iter().filter(|checkpoint| checkpoint.shard == shard).collect();
        if checkpoints.len() != Projection::ALL.len() {
            return Ok(Some(format!("shard {shard} is not known to all of them")));
        }
        for checkpoint in checkpoints {
            if let Some(why) = checkpoint.contradicts(log, &heads).await? {
                return Ok(Some(why));
            }
        }
    }
    Ok(None)
}
