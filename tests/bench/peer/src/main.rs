#![doc = include_str!("../README.md")]

use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::routing::post;
use baohan_domain::command::Apply;
use baohan_domain::{Fingerprint, Guarantee, GuaranteeId};
use baohan_wire::{AnswerData, Application, Call, Directory, Platform, Receipt, Secret, answer, receive};
use chrono::{DateTime, Utc};
use clap::Parser;
use postgres_es::{PostgresCqrs, postgres_cqrs};
use sqlx::postgres::PgPoolOptions;

/// The table as postgres-es has it in its own `db/init.sql`.
const TABLE: &str = "CREATE TABLE IF NOT EXISTS events (
  aggregate_type text NOT NULL,
  aggregate_id text NOT NULL,
  sequence bigint CHECK (sequence >= 0) NOT NULL,
  event_type text NOT NULL,
  event_version text NOT NULL,
  payload json NOT NULL,
  metadata json NOT NULL,
  PRIMARY KEY (aggregate_type, aggregate_id, sequence)
)";

/// A plain service: axum, the wire's checks, the stock event store.
#[derive(Parser)]
struct Arguments {
    /// Where it listens.
    #[arg(long)]
    listen: String,
    /// Its database.
    #[arg(long)]
    database: String,
    /// Connections to it.
    #[arg(long, default_value_t = 32)]
    connections: u32,
    /// The platform's key.
    #[arg(long)]
    appkey: String,
    /// The platform's secret.
    #[arg(long)]
    secret: String,
}

struct Service {
    directory: Directory,
    events: PostgresCqrs<Guarantee>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    let pool =
        PgPoolOptions::new().max_connections(arguments.connections).connect(&arguments.database).await?;
    sqlx::query(TABLE).execute(&pool).await?;
    let mut platform = Platform::new(arguments.appkey, Secret::new(arguments.secret));
    platform.timestamp_window_seconds = 0;
    let directory = Directory::new([platform])?;
    let service = Service { directory, events: postgres_cqrs(pool, Vec::new(), ()) };
    let router = Router::new().route("/{interface}", post(take)).with_state(Arc::new(service));
    let listener = tokio::net::TcpListener::bind(&arguments.listen).await.context("the address")?;
    axum::serve(listener, router).await?;
    Ok(())
}

async fn take(State(service): State<Arc<Service>>, Path(interface): Path<String>, body: Bytes) -> Vec<u8> {
    let now = now();
    let receipt = receive(&service.directory, "", &interface, &body, now);
    let platform = receipt.platform.clone();
    match carry_out(&service, receipt, now).await {
        Ok(()) => answer(platform.as_deref(), true, "成功", AnswerData::None),
        Err(error) => answer(platform.as_deref(), false, &error.to_string(), AnswerData::None),
    }
}

async fn carry_out(service: &Service, receipt: Receipt, at: DateTime<Utc>) -> anyhow::Result<()> {
    let platform = receipt.platform.context("no platform")?;
    let call = receipt.result.map_err(|fault| anyhow::anyhow!("{fault:?}"))?;
    let Call::Apply(Application { application_no, terms, sealed, extra, .. }) = call else {
        anyhow::bail!("this service takes applications alone");
    };
    let id = GuaranteeId::of(&platform.appkey, receipt.platform_code.as_deref(), &application_no);
    let command = Apply {
        platform: platform.appkey.clone(),
        platform_code: receipt.platform_code,
        application_no,
        terms,
        sealed,
        extra,
        personal: BTreeMap::new(),
        content: Fingerprint::new(receipt.raw_sm3),
        at,
    };
    service.events.execute(&id.to_string(), command.into()).await?;
    Ok(())
}

fn now() -> DateTime<Utc> {
    #[expect(clippy::disallowed_methods, reason = "a measurement is of the real time")]
    Utc::now()
}
