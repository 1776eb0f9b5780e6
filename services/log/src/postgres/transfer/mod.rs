//! A whole ledger out of PostgreSQL and into it.

mod copying;
mod dump;
mod load;
mod origins;

pub(crate) use dump::Dump;
pub(crate) use load::Load;
