use axum::Json;
use axum::extract::State;
use baohan_log::StoreKind;
use baohan_projections::Status;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::office::Office;
use crate::problem::{Problem, ProblemBody};
use crate::process::{Publishing, SealingHere, ShardPublishing};

/// How the ledger stands, as this process sees it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LedgerStatus {
    process: ProcessStatus,
    store: StoreStatus,
    /// Projection by projection.
    projections: Vec<Status>,
    /// On Kafka; absent: there is no Kafka.
    #[serde(skip_serializing_if = "Option::is_none")]
    publishing: Option<TopicStatus>,
    /// The seal.
    seal: SealStatus,
    /// What one process at a time does, and which one.
    turns: Vec<TurnStatus>,
}

/// How the seal stands.
#[derive(Debug, Serialize, ToSchema)]
struct SealStatus {
    /// The ledger's own id, which its checkpoints bear.
    ledger: Uuid,
    /// The newest checkpoint; absent: nothing was ever signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    newest: Option<NewestCheckpoint>,
    /// How many events no checkpoint covers.
    unsealed_events: u64,
    /// How it is done in this process, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    here: Option<SealingHere>,
}

/// The newest checkpoint.
#[derive(Debug, Serialize, ToSchema)]
struct NewestCheckpoint {
    /// Its number.
    number: u64,
    /// When it was made.
    time: DateTime<Utc>,
    /// Whether it counts by the policy.
    counts: bool,
    /// The witnesses that have not co-signed it.
    lacking: Vec<String>,
}

/// The process that answers.
#[derive(Debug, Serialize, ToSchema)]
struct ProcessStatus {
    /// The program's version.
    version: &'static str,
    /// What it does.
    roles: Vec<&'static str>,
    /// When it was started.
    started_at: DateTime<Utc>,
    /// Whether writes are refused.
    read_only: bool,
}

/// The store, which all processes share.
#[derive(Debug, Serialize, ToSchema)]
struct StoreStatus {
    /// `sqlite` or `postgres`.
    kind: &'static str,
    /// Renewed when the store goes on from a backup.
    incarnation: Uuid,
    /// The last position of each shard, from shard 0 on, asked of the store now.
    heads: Vec<u64>,
}

/// The topic of events.
#[derive(Debug, Serialize, ToSchema)]
struct TopicStatus {
    /// Its name.
    topic: String,
    #[serde(flatten)]
    publishing: Publishing,
}

/// Who has a turn.
#[derive(Debug, Serialize, ToSchema)]
struct TurnStatus {
    /// What it is the turn to do.
    name: String,
    /// Whose it is: an id of this one tenure.
    holder: Uuid,
    /// Grows with each new holder.
    fence: u64,
    /// Until when it is his unless he renews it.
    until: DateTime<Utc>,
}

/// How the ledger stands: roles, store, projections, publishing, turns.
#[utoipa::path(get, path = "/api/v1/status", tag = "running",
    responses((status = 200, body = LedgerStatus), (status = "default", body = ProblemBody)))]
pub(crate) async fn status(State(office): State<Office>) -> Result<Json<LedgerStatus>, Problem> {
    let log = office.log();
    let process = office.process();
    let heads = log.heads().await?;
    let turns = log.turns().await?.into_iter().map(|turn| TurnStatus {
        name: turn.name,
        holder: turn.holder,
        fence: turn.fence,
        until: turn.until,
    });
    let publishing = match &process.topic {
        None => None,
        Some(topic) => {
            Some(TopicStatus { topic: topic.clone(), publishing: publishing(&office, &heads).await? })
        }
    };
    let seal = seal(&office, &heads).await?;
    Ok(Json(LedgerStatus {
        process: ProcessStatus {
            version: env!("CARGO_PKG_VERSION"),
            roles: process.roles.clone(),
            started_at: process.started_at,
            read_only: office.is_read_only(),
        },
        store: StoreStatus {
            kind: match log.store_kind() {
                StoreKind::Sqlite => "sqlite",
                StoreKind::Postgres => "postgres",
            },
            incarnation: log.incarnation(),
            heads,
        },
        projections: office.projections().status(office.ledger().now()).await?,
        publishing,
        seal,
        turns: turns.collect(),
    }))
}

async fn seal(office: &Office, heads: &[u64]) -> Result<SealStatus, Problem> {
    let events: u64 = heads.iter().sum();
    let here = office.process().sealer.as_ref().map(|sealer| sealer());
    let ledger = office.log().ledger();
    let Some(kept) = office.log().newest_checkpoint().await? else {
        return Ok(SealStatus { ledger, newest: None, unsealed_events: events, here });
    };
    let signed = office.signed(&kept).await?;
    let policy = &office.trust().policy;
    let has = |name: &String| signed.cosignatures().iter().any(|one| one.name() == name);
    let newest = NewestCheckpoint {
        number: kept.number,
        time: signed.checkpoint().time,
        counts: policy.counts(&signed).is_ok(),
        lacking: policy.of.iter().map(|witness| witness.name.clone()).filter(|name| !has(name)).collect(),
    };
    let sealed: u64 = signed.checkpoint().shards.iter().map(|shard| shard.size).sum();
    Ok(SealStatus { ledger, newest: Some(newest), unsealed_events: events.saturating_sub(sealed), here })
}

/// What this process knows itself, and for the other shards what the store keeps of it.
async fn publishing(office: &Office, heads: &[u64]) -> Result<Publishing, Problem> {
    let process = office.process();
    let own = process.publisher.as_ref().map(|publisher| publisher());
    let trouble = own.as_ref().and_then(|own| own.trouble.clone());
    let mut shards = Vec::with_capacity(heads.len());
    for (shard, &head) in (0_u16..).zip(heads) {
        let here = own.as_ref().and_then(|own| own.shards.iter().find(|own| own.shard == shard));
        let told = if let Some(here) = here.filter(|here| here.phase != "elsewhere") {
            ShardPublishing { head: head.max(here.published.unwrap_or(0)), ..here.clone() }
        } else {
            let kept = office.log().checkpoint(process.published_under, shard).await?;
            ShardPublishing::elsewhere(shard, (kept > 0).then_some(kept), head)
        };
        shards.push(told);
    }
    Ok(Publishing { trouble, shards })
}
