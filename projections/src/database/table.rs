//! A table as its projection writes it: many rows in one statement, whatever the database.

use std::borrow::Cow;

use futures::future::BoxFuture;
use sqlx::postgres::{PgArguments, PgConnection, Postgres};
use sqlx::query::Query;
use uuid::Uuid;

use super::connection::Connection;
use super::statement::Statement;
use super::value::{Kind, Value};
use crate::projection::Projection;

/// How many rows a statement of SQLite takes, largest first: few forms, so that each stays prepared, and with at most 40
/// columns well under its 32,766 parameters.
const ROWS_A_STATEMENT: [usize; 4] = [64, 16, 4, 1];

/// A column.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Column {
    pub name: &'static str,
    pub kind: Kind,
}

pub(crate) const fn id(name: &'static str) -> Column {
    Column { name, kind: Kind::Id }
}

pub(crate) const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

pub(crate) const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

pub(crate) const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes }
}

pub(crate) const fn flag(name: &'static str) -> Column {
    Column { name, kind: Kind::Flag }
}

/// What is known of a projection's table.
#[derive(Debug)]
pub(crate) struct Table {
    pub columns: &'static [Column],
    /// The columns of the primary key.
    pub key: &'static [&'static str],
    /// Columns that never change once they are written, so that their indexes are left alone.
    pub fixed: &'static [&'static str],
}

/// Which of a projection's tables is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// The one that answers.
    Running,
    /// The one that is built anew beside it.
    Beside,
}

impl Target {
    pub(crate) fn table(self, projection: Projection) -> Cow<'static, str> {
        match self {
            Self::Running => Cow::Borrowed(projection.name()),
            Self::Beside => Cow::Owned(format!("{}_beside", projection.name())),
        }
    }
}

/// Rows that are written together.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    columns: &'static [Column],
    values: Vec<Value<'a>>,
}

impl<'a> Rows<'a> {
    pub(crate) fn new(columns: &'static [Column]) -> Self {
        Self { columns, values: Vec::new() }
    }

    /// One more row, with a value for each column.
    pub(crate) fn push<const COLUMNS: usize>(&mut self, row: [Value<'a>; COLUMNS]) {
        debug_assert_eq!(COLUMNS, self.columns.len());
        self.values.extend(row);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.values.is_empty()
    }
}

impl Table {
    /// Writes rows that are not there yet.
    pub(crate) async fn insert(
        &self,
        table: &str,
        rows: &Rows<'_>,
        connection: &mut Connection<'_>,
    ) -> Result<(), sqlx::Error> {
        write_many(&self.head(table), rows, "", connection).await.map(drop)
    }

    /// Writes rows, also over those with the same key. No key stands twice among them.
    pub(crate) async fn put(
        &self,
        table: &str,
        rows: &Rows<'_>,
        connection: &mut Connection<'_>,
    ) -> Result<(), sqlx::Error> {
        let changing = self.columns.iter().map(|column| column.name);
        let changing = changing.filter(|name| !self.key.contains(name) && !self.fixed.contains(name));
        let sets: Vec<_> = changing.map(|name| format!("{name} = excluded.{name}")).collect();
        let tail = format!("ON CONFLICT ({}) DO UPDATE SET {}", self.key.join(", "), sets.join(", "));
        write_many(&self.head(table), rows, &tail, connection).await.map(drop)
    }

    /// Writes many rows that are not there yet, in the fastest way that the database has.
    pub(crate) async fn pour(
        &self,
        table: &str,
        rows: &Rows<'_>,
        connection: &mut Connection<'_>,
    ) -> Result<(), sqlx::Error> {
        match connection {
            Connection::Sqlite(_) => self.insert(table, rows, connection).await,
            Connection::Postgres(_) if rows.is_empty() => Ok(()),
            Connection::Postgres(postgres) => {
                let sql = format!("COPY {table} ({}) FROM STDIN (FORMAT binary)", self.names());
                copy(&sql, rows, postgres).await
            }
        }
    }

    /// The columns' names.
    pub(crate) fn names(&self) -> String {
        names(self.columns)
    }

    fn head(&self, table: &str) -> String {
        format!("INSERT INTO {table} ({})", self.names())
    }
}

/// Writes over single columns of rows that are there: `set` and `condition` name the given row's columns
/// `given.column1, given.column2 …`. Answers how many rows were changed.
pub(crate) async fn update_many(
    table: &str,
    set: &str,
    condition: &str,
    rows: &Rows<'_>,
    connection: &mut Connection<'_>,
) -> Result<u64, sqlx::Error> {
    let head = format!("UPDATE {table} SET {set} FROM");
    let tail = format!("AS given WHERE {condition}");
    let mut changed = 0;
    match connection {
        Connection::Sqlite(_) => {
            let mut rest = rows.values.as_slice();
            for size in ROWS_A_STATEMENT {
                let cells = size * rows.columns.len();
                let sql = format!("{head} (VALUES {}) {tail}", marks(rows.columns.len(), size));
                while rest.len() >= cells && cells > 0 {
                    let (chunk, left) = rest.split_at(cells);
                    let statement = Statement::of(&sql, chunk);
                    changed += connection.execute(statement).await?;
                    rest = left;
                }
            }
        }
        Connection::Postgres(_) if rows.is_empty() => {}
        Connection::Postgres(postgres) => {
            let given: Vec<_> = (1..=rows.columns.len()).map(|number| format!("column{number}")).collect();
            let tail = format!("AS given({}) WHERE {condition}", given.join(", "));
            let sql = format!("{head} {} {tail}", unnest(rows.columns));
            changed = carried_out(&sql, rows, postgres).await?;
        }
    }
    Ok(changed)
}

async fn write_many(
    head: &str,
    rows: &Rows<'_>,
    tail: &str,
    connection: &mut Connection<'_>,
) -> Result<u64, sqlx::Error> {
    let mut written = 0;
    match connection {
        Connection::Sqlite(_) => {
            let mut rest = rows.values.as_slice();
            for size in ROWS_A_STATEMENT {
                let cells = size * rows.columns.len();
                if rest.len() < cells || cells == 0 {
                    continue;
                }
                let sql = format!("{head} VALUES {} {tail}", marks(rows.columns.len(), size));
                while rest.len() >= cells {
                    let (chunk, left) = rest.split_at(cells);
                    let statement = Statement::of(&sql, chunk);
                    written += connection.execute(statement).await?;
                    rest = left;
                }
            }
        }
        Connection::Postgres(_) if rows.is_empty() => {}
        Connection::Postgres(postgres) => {
            // One parameter a column, so that it is the same prepared statement for any number of rows.
            let sql = format!("{head} SELECT * FROM {} {tail}", unnest(rows.columns));
            written = carried_out(&sql, rows, postgres).await?;
        }
    }
    Ok(written)
}

fn names(columns: &[Column]) -> String {
    columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
}

fn marks(columns: usize, rows: usize) -> String {
    let row = format!("({})", vec!["?"; columns].join(","));
    vec![row; rows].join(",")
}

fn unnest(columns: &[Column]) -> String {
    let place = |(number, column): (usize, &Column)| {
        let array = match column.kind {
            Kind::Flag => "boolean",
            Kind::Int => "bigint",
            Kind::Text => "text",
            Kind::Id => "uuid",
            Kind::Bytes => "bytea",
        };
        format!("${number}::{array}[]")
    };
    format!("unnest({})", (1..).zip(columns).map(place).collect::<Vec<_>>().join(", "))
}

fn carried_out<'a>(
    sql: &'a str,
    rows: &'a Rows<'_>,
    connection: &'a mut PgConnection,
) -> BoxFuture<'a, Result<u64, sqlx::Error>> {
    Box::pin(async move { Ok(arrays(sql, rows).execute(connection).await?.rows_affected()) })
}

/// Each column of the rows as one array.
fn arrays<'q>(sql: &'q str, rows: &'q Rows<'_>) -> Query<'q, Postgres, PgArguments> {
    let width = rows.columns.len();
    rows.columns.iter().enumerate().fold(sqlx::query(sql), |query, (place, column)| {
        let cells = rows.values.iter().skip(place).step_by(width);
        match column.kind {
            Kind::Flag => query.bind(cells.map(as_flag).collect::<Vec<Option<bool>>>()),
            Kind::Int => query.bind(cells.map(as_int).collect::<Vec<Option<i64>>>()),
            Kind::Text => query.bind(cells.map(as_text).collect::<Vec<Option<&str>>>()),
            Kind::Id => query.bind(cells.map(as_id).collect::<Vec<Option<Uuid>>>()),
            Kind::Bytes => query.bind(cells.map(as_bytes).collect::<Vec<Option<&[u8]>>>()),
        }
    })
}

fn as_flag(value: &Value<'_>) -> Option<bool> {
    if let Value::Flag(flag) = value { Some(*flag) } else { None }
}

fn as_int(value: &Value<'_>) -> Option<i64> {
    if let Value::Int(number) = value { *number } else { None }
}

fn as_text<'v>(value: &'v Value<'_>) -> Option<&'v str> {
    if let Value::Text(text) = value { text.as_deref() } else { None }
}

fn as_id(value: &Value<'_>) -> Option<Uuid> {
    if let Value::Id(id) = value { *id } else { None }
}

fn as_bytes<'v>(value: &'v Value<'_>) -> Option<&'v [u8]> {
    if let Value::Bytes(bytes) = value { bytes.as_deref() } else { None }
}

/// What a binary copy begins with: signature, no flags, no extension.
const COPY_HEAD: &[u8] = b"PGCOPY\n\xff\r\n\0\0\0\0\0\0\0\0\0";
/// After how many bytes a piece of a copy is sent.
const COPY_PIECE_BYTES: usize = 1 << 20;
/// How nothing is written in place of a length; and, in two bytes, the end of all rows.
const COPY_NOTHING: i32 = -1;
const COPY_END: i16 = -1;

async fn copy(sql: &str, rows: &Rows<'_>, connection: &mut PgConnection) -> Result<(), sqlx::Error> {
    let mut copy = connection.copy_in_raw(sql).await?;
    let mut piece = COPY_HEAD.to_vec();
    let width = i16::try_from(rows.columns.len()).unwrap_or(i16::MAX);
    for row in rows.values.chunks(rows.columns.len()) {
        piece.extend(width.to_be_bytes());
        for value in row {
            copied(value, &mut piece);
        }
        if piece.len() >= COPY_PIECE_BYTES {
            copy.send(std::mem::take(&mut piece)).await?;
        }
    }
    piece.extend(COPY_END.to_be_bytes());
    copy.send(piece).await?;
    copy.finish().await?;
    Ok(())
}

fn copied(value: &Value<'_>, piece: &mut Vec<u8>) {
    let mut write = |bytes: Option<&[u8]>| match bytes {
        None => piece.extend(COPY_NOTHING.to_be_bytes()),
        Some(bytes) => {
            piece.extend(i32::try_from(bytes.len()).unwrap_or(i32::MAX).to_be_bytes());
            piece.extend(bytes);
        }
    };
    match value {
        Value::Flag(flag) => write(Some(&[u8::from(*flag)])),
        Value::Int(number) => write(number.map(i64::to_be_bytes).as_ref().map(|bytes| &bytes[..])),
        Value::Text(text) => write(text.as_deref().map(str::as_bytes)),
        Value::Id(id) => write(id.as_ref().map(|id| &id.as_bytes()[..])),
        Value::Bytes(bytes) => write(bytes.as_deref()),
    }
}
