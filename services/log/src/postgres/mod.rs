//! The log on PostgreSQL: all SQL for it stands in this folder and in `migrations/postgres`.

mod alone;
mod asking;
mod audit;
mod batch;
mod checkpoints;
mod column;
mod command;
mod connection;
mod deliveries;
mod events;
mod heads;
mod idempotency;
mod incarnation;
mod journal;
mod kept;
mod keys;
mod lane;
mod listening;
mod loading;
mod lost;
mod migrations;
mod numbers;
mod partitions;
mod readings;
mod sections;
mod store;
mod telling;
mod transfer;
mod turns;

pub(crate) use store::Store;
pub(crate) use transfer::{Dump, Load};
