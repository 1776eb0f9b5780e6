use std::sync::Arc;
use std::time::Duration;

use baohan_office::{
    Process, Publishing, SealOutlet, SealingHere, Setup, ShardPublishing, Token, Tokens, router,
};
use baohan_relay::{Phase, Relay, Standing};
use baohan_sealer::Sealer;
use tokio::net::TcpListener;

use super::{Role, Running, Sealing, Start, relay};
use crate::config;

/// How long a soft stop waits for calls that are under way: longer than rendering the largest document takes.
const DRAIN_TIME: Duration = Duration::from_secs(45);

/// Starts to take the house's calls.
pub fn start(running: &Running, listener: TcpListener, start: &Start) {
    let foundation = &running.foundation;
    let setup = Setup {
        issuing: foundation.issuing.clone(),
        projections: foundation.projections.clone(),
        trust: running.sealing().trust.clone(),
        tokens: tokens(&foundation.config.office.tokens),
        metrics: Arc::clone(&start.metrics),
        process: process(running),
        read_only: start.read_only,
        stop: running.stop.clone(),
    };
    if let Ok(address) = listener.local_addr() {
        tracing::info!(%address, "office listens on {address}");
    }
    let stop = running.stop.clone();
    running.fronts.spawn(async move {
        let stopped = stop.clone();
        let serving = axum::serve(listener, router(setup)).with_graceful_shutdown(async move { stopped.cancelled().await });
        let drained = async {
            stop.cancelled().await;
            tokio::time::sleep(DRAIN_TIME).await;
        };
        tokio::select! {
            served = serving => if let Err(error) = served {
                tracing::error!(%error, "the office ended");
            },
            () = drained => tracing::warn!("office stops with calls still under way after {} s", DRAIN_TIME.as_secs()),
        }
    });
}

fn process(running: &Running) -> Process {
    let foundation = &running.foundation;
    let publisher = running
        .relay()
        .cloned()
        .map(|relay| -> baohan_office::Publisher { Arc::new(move || publishing(&relay)) });
    Process {
        roles: running.roles().iter().copied().map(Role::name).collect(),
        started_at: foundation.clock.now(),
        topic: foundation.config.kafka.as_ref().map(|kafka| kafka.topics().events),
        published_under: relay::CONSUMER,
        publisher,
        sealer: sealer(running),
        demanded_under: baohan_sealer::DEMANDED_UNDER,
    }
}

/// Tells how sealing stands, where it is done in this process, or cannot be.
fn sealer(running: &Running) -> Option<baohan_office::SealTeller> {
    let Sealing { sealer, trouble, .. } = running.sealing().clone();
    if let Some(trouble) = trouble {
        let here = SealingHere { phase: "stopped", trouble: Some(trouble), ..SealingHere::default() };
        return Some(Arc::new(move || here.clone()));
    }
    let sealer = sealer?;
    Some(Arc::new(move || sealing(&sealer)))
}

fn sealing(sealer: &Sealer) -> SealingHere {
    let standing = sealer.standing();
    let outlets = standing.outlets.into_iter().map(|outlet| SealOutlet {
        name: outlet.name,
        phase: outlet.phase.name(),
        taken: outlet.taken,
        trouble: outlet.trouble.map(|trouble| format!("{}: {}", trouble.code, trouble.message)),
    });
    SealingHere {
        phase: standing.phase.name(),
        key_id: Some(standing.key_id),
        counted: standing.counted,
        trouble: standing.trouble.map(|trouble| format!("{}: {}", trouble.code, trouble.message)),
        outlets: outlets.collect(),
    }
}

fn publishing(relay: &Relay) -> Publishing {
    let Standing { shards, topics } = relay.standing();
    let shards = shards.into_iter().map(|shard| {
        if shard.phase == Phase::Waiting {
            return ShardPublishing::elsewhere(shard.shard, shard.published, shard.head);
        }
        ShardPublishing {
            shard: shard.shard,
            phase: shard.phase.name(),
            published: shard.published,
            head: shard.head,
            lag_seconds: Some(shard.lag_seconds),
            stopped: shard.fence().map(ToString::to_string),
            last_failure: shard.last_failure.map(|trouble| trouble.message),
        }
    });
    Publishing { trouble: topics.map(|trouble| trouble.message), shards: shards.collect() }
}

/// Who may call. Role names were checked with the configuration.
fn tokens(configured: &[config::Token]) -> Tokens {
    let token = |token: &config::Token| Token {
        name: token.name.clone(),
        sha256: token.sha256,
        roles: token.roles.iter().copied().collect::<baohan_office::Roles>(),
    };
    Tokens::new(configured.iter().map(token).collect())
}
