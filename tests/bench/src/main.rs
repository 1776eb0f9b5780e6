#![doc = include_str!("../README.md")]

mod apply;
mod calls;
mod document;
mod fill;
mod growth;
mod ledger;
mod load;
mod peer;
mod postgres;
mod processor;
mod rebuild;
mod reconciliation;
mod seal;
mod start;

use clap::{Parser, Subcommand};

/// Measurements of the built program.
#[derive(Parser)]
struct Arguments {
    #[command(subcommand)]
    what: What,
}

/// What is measured.
#[derive(Subcommand)]
enum What {
    /// Signed applications by HTTP.
    Apply(apply::Arguments),
    /// Cost of a call among many guarantees.
    Growth(growth::Arguments),
    /// Start to ready, and idle memory.
    Start(start::Arguments),
    /// Signed applications on PostgreSQL, against a plain service.
    Postgres(postgres::Arguments),
    /// A rebuild of the list of guarantees, and what live writers lose by it.
    Rebuild(rebuild::Arguments),
    /// The list of a day among many guarantees, while others are written.
    Reconciliation(reconciliation::Arguments),
    /// Proofs from a large tree, and what sealing costs.
    Seal(seal::Arguments),
    /// Issues one after another.
    Document(document::Arguments),
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    match Arguments::parse().what {
        What::Apply(arguments) => apply::run(&arguments).await,
        What::Growth(arguments) => growth::run(&arguments).await,
        What::Start(arguments) => start::run(&arguments).await,
        What::Postgres(arguments) => postgres::run(&arguments).await,
        What::Rebuild(arguments) => rebuild::run(&arguments).await,
        What::Reconciliation(arguments) => reconciliation::run(&arguments).await,
        What::Seal(arguments) => seal::run(&arguments).await,
        What::Document(arguments) => document::run(&arguments).await,
    }
}
