use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use baohan_ledger::{Clock, SystemClock};
use baohan_log::Log;
use baohan_projections::{Options, Projection, Projections};
use baohan_seal::{Signer, SigningKey, verify_consistency, verify_inclusion};
use baohan_sealer::{Outlets, Sealer};
use baohan_servers::Postgres;
use clap::Args;
use hdrhistogram::Histogram;
use tempfile::TempDir;
use tokio::task::{JoinHandle, JoinSet};
use tokio_util::sync::CancellationToken;

use crate::fill::{Stage, append, fill};
use crate::processor;

/// Each filled guarantee has two events.
const EVENTS_EACH: u32 = 2;
/// How often a second events are appended.
const TICKS_A_SECOND: u32 = 100;
/// The longest latency that is told apart, in microseconds.
const LATENCY_MICROS_MAX: u64 = 60_000_000;
/// How long the projections may take after the last event.
const CAUGHT_UP_WITHIN: Duration = Duration::from_mins(1);
/// How often a checkpoint is made, as the ledger does it.
const SEALED_EVERY: Duration = Duration::from_secs(1);
/// The key of a measurement: any will do.
const KEY: [u8; 32] = [7; 32];

/// The constants of `SplitMix64`, which scatters counted numbers.
const SCATTER: [u64; 3] = [0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB];

/// Proofs from a large tree, and what sealing costs.
#[derive(Args)]
pub struct Arguments {
    /// How many leaves the tree has.
    #[arg(long, default_value_t = 1_000_000)]
    leaves: u32,
    /// How many proofs of each kind.
    #[arg(long, default_value_t = 5_000)]
    proofs: u64,
    /// Events a second while the cost is measured.
    #[arg(long, default_value_t = 1_000)]
    a_second: u32,
    /// For how many seconds, with the seal and without.
    #[arg(long, default_value_t = 30)]
    seconds: u32,
    /// How often, with it and without in turn.
    #[arg(long, default_value_t = 2)]
    rounds: u32,
    /// On PostgreSQL, whose processor time counts too; else on SQLite.
    #[arg(long)]
    postgres: bool,
}

/// Runs it and prints the figures.
pub async fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let server = if arguments.postgres { Some(Postgres::start().await) } else { None };
    proofs(arguments, server.as_ref()).await?;
    cost(arguments, server.as_ref()).await
}

/// Where a ledger lies: a folder for a file, or a database.
async fn place(server: Option<&Postgres>) -> anyhow::Result<(TempDir, String)> {
    let folder = TempDir::new()?;
    let url = match server {
        Some(server) => server.database().await.url,
        None => format!("sqlite:{}/ledger.db", folder.path().display()),
    };
    Ok((folder, url))
}

async fn proofs(arguments: &Arguments, server: Option<&Postgres>) -> anyhow::Result<()> {
    let (_folder, url) = place(server).await?;
    // One tree with all leaves.
    let options = baohan_log::Options::new(&url, Arc::new(|| SystemClock.now())).with_shards(1);
    Log::open(&options).await?.close().await;
    fill(&url, 0, arguments.leaves / EVENTS_EACH, Stage::Paid).await?;
    let log = Log::open(&options).await?;
    let projections = Projections::open(log.clone(), Options::beside(&url)).await?;
    let (began, before) = (Instant::now(), processor::seconds(server)?);
    let leaves = projections.runner_of(&[Projection::Seal]).await?.catch_up().await? as u64;
    let (took, spent) = (began.elapsed().as_secs_f64(), processor::seconds(server)? - before);
    let count = f64::from(u32::try_from(leaves).unwrap_or(u32::MAX));
    println!(
        "seal: {leaves} leaves sealed in {took:.1} s: {:.0}/s, {:.1} µs of processor each",
        count / took,
        spent * 1e6 / count
    );
    let root = projections.sealed_root(0, leaves).await?.context("the root")?;
    let mut inclusion = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
    let mut consistency = inclusion.clone();
    for number in 0..arguments.proofs {
        let at = scattered(number, leaves);
        let leaf = projections.audited_leaves(0, at..at + 1).await?.pop().context("a leaf")?;
        let leaf = leaf.hash.context("its hash")?;
        let asked = Instant::now();
        let path = projections.inclusion_path(0, at, leaves).await?.context("a path")?;
        record(&mut inclusion, asked);
        verify_inclusion(&leaf, at, leaves, &path, &root)?;
        let was = projections.sealed_root(0, at).await?.context("an older root")?;
        let asked = Instant::now();
        let path = projections.consistency_path(0, at, leaves).await?.context("a path")?;
        record(&mut consistency, asked);
        verify_consistency(at, &was, leaves, &root, &path)?;
    }
    for (what, latencies) in [("inclusion", &inclusion), ("consistency", &consistency)] {
        let (p50, p99, max) = (millis(latencies, 0.5), millis(latencies, 0.99), millis(latencies, 1.0));
        println!(
            "seal: {} {what} paths at {leaves} leaves: p50 {p50:.2} ms, p99 {p99:.2} ms, max {max:.2} ms",
            latencies.len()
        );
    }
    projections.close().await;
    log.close().await;
    Ok(())
}

/// A number below another, scattered, and the same in each run.
fn scattered(number: u64, below: u64) -> u64 {
    let mixed = number.wrapping_add(1).wrapping_mul(SCATTER[0]);
    let mixed = (mixed ^ mixed >> 30).wrapping_mul(SCATTER[1]);
    (mixed ^ mixed >> 27).wrapping_mul(SCATTER[2]) % below
}

fn record(latencies: &mut Histogram<u64>, since: Instant) {
    latencies.saturating_record(u64::try_from(since.elapsed().as_micros()).unwrap_or(u64::MAX));
}

#[expect(clippy::cast_precision_loss, reason = "a figure for people")]
fn millis(latencies: &Histogram<u64>, quantile: f64) -> f64 {
    latencies.value_at_quantile(quantile) as f64 / 1000.0
}

/// What a run with the seal, or without it, took.
#[derive(Default)]
struct Run {
    cores: f64,
    appended: Option<Histogram<u64>>,
}

async fn cost(arguments: &Arguments, server: Option<&Postgres>) -> anyhow::Result<()> {
    let (mut without, mut with) = (Run::default(), Run::default());
    for _ in 0..arguments.rounds {
        for (run, seals) in [(&mut without, false), (&mut with, true)] {
            loaded(arguments, server, seals, run).await?;
        }
    }
    let rounds = f64::from(arguments.rounds);
    let (without_cores, with_cores) = (without.cores / rounds, with.cores / rounds);
    println!(
        "seal: {} appends/s take {with_cores:.3} cores with the seal and a checkpoint a second, {without_cores:.3} alone: it costs {:.3} of a core",
        arguments.a_second,
        with_cores - without_cores
    );
    for (what, run) in [("with the seal", with), ("without it", without)] {
        if let Some(appended) = run.appended {
            println!(
                "seal: appends {what}: p50 {:.2} ms, p99 {:.2} ms",
                millis(&appended, 0.5),
                millis(&appended, 0.99)
            );
        }
    }
    Ok(())
}

/// Appends so many events a second, and nothing else; or with them the seal and who signs it. The other projections would only add their noise.
async fn loaded(
    arguments: &Arguments,
    server: Option<&Postgres>,
    seals: bool,
    run: &mut Run,
) -> anyhow::Result<()> {
    let (_folder, url) = place(server).await?;
    let log = Log::open(&baohan_log::Options::new(&url, Arc::new(|| SystemClock.now()))).await?;
    let projections = Projections::open(log.clone(), Options::beside(&url)).await?;
    let stop = CancellationToken::new();
    let mut working = Vec::new();
    if seals {
        let runner = projections.runner_of(&[Projection::Seal]).await?;
        working.push(tokio::spawn(runner.run(stop.clone().cancelled_owned())));
        working.push(sealing(&log, &projections, &stop)?);
    }
    let (before, began) = (processor::seconds(server)?, Instant::now());
    let appended = paced(&log, arguments).await?;
    if seals {
        projections.caught_up_with(&[Projection::Seal], CAUGHT_UP_WITHIN).await?;
    }
    let (spent, took) = (processor::seconds(server)? - before, began.elapsed().as_secs_f64());
    run.cores += spent / took;
    match &mut run.appended {
        Some(known) => known.add(appended)?,
        None => run.appended = Some(appended),
    }
    stop.cancel();
    for working in working {
        working.await?;
    }
    ensure!(seals == log.newest_checkpoint().await?.is_some(), "checkpoints are made where it seals");
    projections.close().await;
    log.close().await;
    Ok(())
}

fn sealing(log: &Log, projections: &Projections, stop: &CancellationToken) -> anyhow::Result<JoinHandle<()>> {
    let signer = Arc::new(Signer::Software(SigningKey::from_bytes(&KEY)?));
    let out = Outlets { topic: None, folder: None, witnesses: Vec::new(), at_least: 0 };
    let clock = Arc::new(SystemClock);
    let sealer = Sealer::new(log.clone(), projections.clone(), clock, signer, None, out, SEALED_EVERY);
    Ok(tokio::spawn(sealer.run(stop.clone())))
}

/// Applications at an even pace. Answers how long each append took.
async fn paced(log: &Log, arguments: &Arguments) -> anyhow::Result<Histogram<u64>> {
    let each = (arguments.a_second / TICKS_A_SECOND).max(1);
    let ticks = arguments.seconds * arguments.a_second / each;
    let mut appended = Histogram::<u64>::new_with_max(LATENCY_MICROS_MAX, 3)?;
    let mut interval = tokio::time::interval(Duration::from_secs(1) * each / arguments.a_second.max(1));
    let mut under_way = JoinSet::new();
    for tick in 0..ticks {
        interval.tick().await;
        for number in tick * each..(tick + 1) * each {
            let (log, append) = (log.clone(), append(number, Stage::Applied)?);
            under_way.spawn(async move {
                let asked = Instant::now();
                log.append(append).await.map(|_| asked.elapsed())
            });
        }
        while let Some(done) = under_way.try_join_next() {
            appended.saturating_record(u64::try_from(done??.as_micros()).unwrap_or(u64::MAX));
        }
    }
    while let Some(done) = under_way.join_next().await {
        appended.saturating_record(u64::try_from(done??.as_micros()).unwrap_or(u64::MAX));
    }
    Ok(appended)
}
