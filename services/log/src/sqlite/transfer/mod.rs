//! A whole ledger out of SQLite and into it.

mod backup;
mod dump;
mod load;
mod origins;

pub(crate) use dump::Dump;
pub(crate) use load::Load;
