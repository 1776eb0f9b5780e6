use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};

use super::runtime;
use crate::quickstart::{self, Servers};

/// Shows whole lives of guarantees: the ledger and a trading centre's platform in one process, talking over HTTP.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan quickstart          plays the lives, then stays up until Ctrl-C
  baohan quickstart --once   ends then; exit code 0 only if every step came out right
  baohan quickstart --store postgres --postgres postgres://postgres@127.0.0.1:5432/postgres --kafka 127.0.0.1:9092

With servers each run makes a database and topics of its own on them, and shows at the end how the events arrived.")]
pub struct Quickstart {
    /// Ends when the lives are over.
    #[arg(long)]
    once: bool,
    /// Where the ledger, the documents and the log lie; each run in a new folder below it.
    #[arg(long, value_name = "FOLDER", default_value = "quickstart")]
    data: PathBuf,
    /// Where the events are kept.
    #[arg(long, value_enum, default_value = "sqlite")]
    store: Kind,
    /// A PostgreSQL server, for a user who may make databases.
    #[arg(long, value_name = "URL", required_if_eq("store", "postgres"))]
    postgres: Option<String>,
    /// Kafka's brokers, on which the events are published: HOST:PORT,…
    #[arg(long, value_name = "BROKERS")]
    kafka: Option<String>,
}

/// The kinds of stores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// A file.
    Sqlite,
    /// A server's database.
    Postgres,
}

impl Quickstart {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        let postgres = self.postgres.filter(|_| self.store == Kind::Postgres);
        let servers = Servers { postgres, kafka: self.kafka };
        runtime()?.block_on(quickstart::run(&self.data, self.once, &servers))?;
        Ok(ExitCode::SUCCESS)
    }
}
