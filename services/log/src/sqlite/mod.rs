//! The log on SQLite: all SQL of the crate stands in this folder.

mod audit;
mod batch;
mod checkpointer;
mod checkpoints;
mod chore;
mod column;
mod command;
mod connection;
mod deliveries;
mod events;
mod head;
mod idempotency;
mod incarnation;
mod insert;
mod journal;
mod kept;
mod keys;
mod known;
mod lockfile;
mod migrations;
mod numbers;
mod packed;
mod readings;
mod rows;
mod sections;
mod store;
mod transfer;
mod turns;
mod writer;

#[cfg(test)]
mod outage_tests;

pub(crate) use store::Store;
pub(crate) use transfer::{Dump, Load};
pub(crate) use turns::Place;
