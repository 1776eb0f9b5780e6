//! The projections' own database, SQLite or PostgreSQL: one statement for both wherever they agree.

mod connection;
mod dialect;
mod options;
mod origin;
mod pool;
mod row;
mod statement;
mod table;
mod value;

pub(crate) use connection::{Connection, Session, Transaction};
pub(crate) use dialect::Dialect;
pub use options::Options;
pub(crate) use origin::{create, prepare, schema};
pub(crate) use pool::Pool;
pub(crate) use row::Row;
pub(crate) use statement::Statement;
pub(crate) use table::{Column, Rows, Table, Target, bytes, flag, id, int, text, update_many};
pub(crate) use value::{Kind, kept_text};
