//! Whole lives of guarantees on one machine: the ledger and a trading centre's platform in one process, over real HTTP on
//! loopback. Every step says what must come of it.

mod altered;
mod closing;
mod house;
mod lives;
mod narrator;
mod notary;
mod proof;
mod setting;
mod stage;
mod topic;

use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use baohan_domain::calendar::{china_date, china_time};
use baohan_ledger::{Clock, SystemClock};
use baohan_sandbox::{Sandbox, Settings};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::roles::{self, Running, Start};
use crate::{logs, metrics, shutdown};

use crate::terminal::say;
use house::House;
use narrator::Narrator;
use proof::Kept;
pub use setting::Servers;
use setting::Setting;
use stage::Stage;

/// The key with which the platform seals its sections until the opening; the interface specification's vectors use the same.
const SECTION_KEY: &str = "0123456789abcdeffedcba9876543210";

/// Plays all lives in a new folder below `data`. With `once` it ends then, and fails if a step came out wrong;
/// otherwise it stays up until it is stopped.
pub async fn run(data: &Path, once: bool, servers: &Servers) -> anyhow::Result<()> {
    baohan_documents::font_check(&[], true)?;
    let stop = shutdown::on_signals()?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let setting = Setting::make(data, &*clock, servers).await?;
    let log_file = setting.folder.join("baohan.log");
    logs::start_in(&log_file)?;
    let recorder = metrics::install()?;
    let start = Start {
        roles: std::collections::BTreeSet::new(),
        read_only: false,
        new_incarnation: false,
        probes: None,
        clock: Arc::clone(&clock),
        metrics: Arc::new(move || recorder.render()),
    };
    let sandbox = start_sandbox(&setting, &clock, stop.clone()).await?;
    let served = stop.child_token();
    let running = roles::start(setting.config.clone(), start.clone(), served.clone()).await?;
    let log = running.foundation().ledger.log();
    setting.notary.start(log, &setting.seal_key(), &clock, stop.clone()).await?;
    introduce(&setting);
    let played = tokio::select! {
        played = play(&setting, &running, sandbox, &clock) => Some(played),
        () = stop.cancelled() => None,
    };
    // Nobody writes while the store is verified and copied.
    served.cancel();
    running.finish().await;
    let outcome = match played {
        None => return Ok(()),
        Some(played) => tokio::select! {
            verified = finish(&setting, played) => verified,
            () = stop.cancelled() => return Ok(()),
        },
    };
    if !once {
        let running = roles::start(setting.config.clone(), start, stop.clone()).await?;
        print_addresses(&setting, &running);
        if let Err(error) = &outcome {
            say!("error: {error:#}");
        }
        say!("\nEverything stays up until Ctrl-C.");
        stop.cancelled().await;
        running.finish().await;
    }
    stop.cancel();
    outcome.with_context(|| format!("what the ledger says of it: {}", log_file.display()))
}

/// What an auditor does with what was played, and how all of it came out.
async fn finish(setting: &Setting, played: anyhow::Result<(Stage, Kept)>) -> anyhow::Result<()> {
    let (mut stage, kept) = played?;
    proof::verify(&mut stage, setting, &kept).await?;
    let (steps, wrong) = stage.narrator.outcome();
    if wrong.is_empty() {
        say!("\nAll {steps} steps came out right.");
        return Ok(());
    }
    bail!("{} of {steps} steps came out wrong:\n  {}", wrong.len(), wrong.join("\n  "))
}

async fn start_sandbox(
    setting: &Setting,
    clock: &Arc<dyn Clock>,
    stop: CancellationToken,
) -> anyhow::Result<Sandbox> {
    let clock = Arc::clone(clock);
    let sandbox = Sandbox::new(Settings {
        platforms: setting.config.platforms.clone(),
        institution_url: setting.config.gateway.public_url.clone(),
        refuses_repeats: false,
        refuses_strangers: true,
        now: Arc::new(move || clock.now()),
    })?;
    let listener = TcpListener::bind(setting.sandbox).await.context("the sandbox cannot listen")?;
    let serving = sandbox.clone();
    tokio::spawn(async move {
        if let Err(error) = serving.serve(listener, async move { stop.cancelled().await }).await {
            tracing::error!(%error, "the sandbox ended");
        }
    });
    Ok(sandbox)
}

fn introduce(setting: &Setting) {
    let config = &setting.config;
    let store =
        if config.store.url.is_postgres() { config.store.url.to_string() } else { "SQLite".to_owned() };
    say!("A ledger on {store}");
    if let Some(kafka) = &config.kafka {
        say!("with Kafka at {}, topic {},", kafka.brokers, kafka.topics().events);
    }
    say!("and a trading centre's platform, over HTTP on this machine, in {}\n", setting.folder.display());
}

async fn play(
    setting: &Setting,
    running: &Running,
    sandbox: Sandbox,
    clock: &Arc<dyn Clock>,
) -> anyhow::Result<(Stage, Kept)> {
    let day = china_date(clock.now());
    let prefix = china_time(clock.now()).format("SQ%Y%m%d%H%M").to_string();
    let number = |life: u32| format!("{prefix}{life:02}");
    let mut stage = Stage {
        wire: sandbox.watch(),
        platform: sandbox.platform(Some(setting::APPKEY)).context("the sandbox has no platform")?.clone(),
        sandbox,
        house: House::new(&format!("http://{}", setting.config.office.listen), &setting.token)?,
        narrator: Narrator::new(Arc::clone(clock)),
        clock: Arc::clone(clock),
        key: SECTION_KEY.to_owned(),
    };
    lives::cancelled::play(&mut stage, &number(1)).await?;
    lives::quit::play(&mut stage, &number(2)).await?;
    lives::claimed::play(&mut stage, &number(3)).await?;
    lives::declined::play(&mut stage, &number(4)).await?;
    lives::wrongly_signed::play(&mut stage, &number(5)).await?;
    lives::platform_away::play(&mut stage, &number(6)).await?;
    closing::fetch_documents(&mut stage, &setting.folder.join("downloads")).await?;
    let (first, second, third, sixth) = (number(1), number(2), number(3), number(6));
    let listed = [(&*first, false), (&*second, true), (&*third, false), (&*sixth, false)];
    closing::reconcile(&mut stage, day, &listed).await?;
    if let Some(kafka) = &setting.config.kafka {
        topic::arrive(&mut stage, running.foundation().ledger.log(), kafka).await?;
    }
    let kept = proof::fetch(&mut stage, &setting.folder.join("evidence"), &third).await?;
    Ok((stage, kept))
}

fn print_addresses(setting: &Setting, running: &Running) {
    let foundation = running.foundation();
    let config = &foundation.config;
    let (gateway, office) = (config.gateway.listen, config.office.listen);
    say!();
    for (what, value) in [
        ("platforms call", format!("http://{gateway}/{{interface}}")),
        ("the house calls", format!("http://{office}/api/v1/guarantees")),
        ("  with the token", setting.token.clone()),
        ("  described in", format!("http://{office}/api/v1/openapi.json")),
        ("probes, metrics", format!("http://{office}/readyz  http://{office}/metrics")),
        ("the platform", format!("http://{}/sandbox/notices", setting.sandbox)),
        ("PDF files", setting.folder.join("downloads").display().to_string()),
        ("the witness", format!("http://{}", setting.notary.address)),
        ("evidence", setting.folder.join("evidence").display().to_string()),
        ("document store", setting.folder.join("documents").display().to_string()),
        ("log lines", setting.folder.join("baohan.log").display().to_string()),
        ("configuration", setting.file.display().to_string()),
    ] {
        say!("{what:<18} {value}");
    }
    say!(
        "\n  curl -H 'Authorization: Bearer {}' 'http://{office}/api/v1/guarantees?status=quit'",
        setting.token
    );
}
