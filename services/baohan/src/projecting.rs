//! What the command line asks about the projections, and how the answer reads.

use std::fmt;

use anyhow::Context as _;
use baohan_projections::{Projection, Projections, RebuildState, Status};
use chrono::{DateTime, Utc};
use comfy_table::{Table, presets};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What is asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    /// How they stand.
    Status,
    /// Build these anew, beside the ones that answer.
    Rebuild {
        /// Their names.
        names: Vec<String>,
    },
    /// Make one guarantee's rows anew.
    RebuildGuarantee {
        /// Their names.
        names: Vec<String>,
        /// The guarantee.
        guarantee: Uuid,
    },
    /// Let what is being built rest.
    Pause,
    /// Go on with what rests.
    Resume,
    /// Give up what is being built.
    Cancel,
}

/// How the projections stand.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// One by one.
    pub projections: Vec<Line>,
}

/// How a projection stands, over all shards.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Line {
    /// Its name.
    pub name: String,
    /// How many events are applied.
    pub applied: u64,
    /// How many are not.
    pub lag_events: u64,
    /// How long the first of those waits, in seconds.
    pub lag_seconds: f64,
    /// Where it reads: `kafka` or `store`.
    pub source: String,
    /// What is built beside it: how many events of how many, and whether it rests.
    pub building: Option<Building>,
    /// Where and why it stands still.
    pub stopped: Option<String>,
}

/// What is built beside a projection.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Building {
    /// Events that are applied.
    pub done: u64,
    /// Events that there are.
    pub total: u64,
    /// Whether it rests.
    pub paused: bool,
}

impl Report {
    /// Whether something is being built and does not rest.
    pub fn is_building(&self) -> bool {
        self.projections.iter().filter_map(|one| one.building).any(|building| !building.paused)
    }

    /// How far all that is being built has come, of how much.
    pub fn progress(&self) -> (u64, u64) {
        let all = self.projections.iter().filter_map(|one| one.building);
        all.fold((0, 0), |(done, total), building| (done + building.done, total + building.total))
    }
}

/// Does what is asked, and says how they stand then.
pub async fn carry_out(
    projections: &Projections,
    request: Request,
    now: DateTime<Utc>,
) -> anyhow::Result<Report> {
    match request {
        Request::Status => {}
        Request::Rebuild { names } => projections.rebuild(&named(&names)?).await?,
        Request::RebuildGuarantee { names, guarantee } => {
            // One transaction makes its rows anew everywhere, whichever are named: they belong together.
            named(&names)?;
            anyhow::ensure!(projections.rebuild_guarantee(guarantee).await?, "there is no guarantee {guarantee}");
        }
        Request::Pause => drop(projections.pause(&Projection::ALL).await?),
        Request::Resume => drop(projections.resume(&Projection::ALL).await?),
        Request::Cancel => drop(projections.cancel(&Projection::ALL).await?),
    }
    Ok(Report { projections: projections.status(now).await?.iter().map(Line::of).collect() })
}

fn named(names: &[String]) -> anyhow::Result<Vec<Projection>> {
    let all = || Projection::ALL.map(Projection::name).join(", ");
    names
        .iter()
        .map(|name| {
            Projection::from_name(name).with_context(|| format!("{name} is no projection: {} are", all()))
        })
        .collect()
}

impl Line {
    fn of(status: &Status) -> Self {
        let sum = |value: fn(&baohan_projections::ShardStatus) -> u64| status.shards.iter().map(value).sum();
        let stopped = status.shards.iter().find_map(|shard| {
            let stopped = shard.stopped.as_ref()?;
            Some(format!("at position {} of shard {}: {}", stopped.position, shard.shard, stopped.cause))
        });
        let mut sources: Vec<_> = status.shards.iter().filter_map(|shard| shard.source).collect();
        sources.sort_unstable();
        sources.dedup();
        let rebuild = status.rebuild.as_ref().filter(|rebuild| rebuild.state.is_under_way());
        let broken = rebuild.and_then(|rebuild| rebuild.cause.as_ref());
        let stopped = stopped.or_else(|| Some(format!("its rebuild at {}", broken?)));
        Self {
            name: status.name.to_owned(),
            applied: sum(|shard| shard.position),
            lag_events: sum(|shard| shard.lag_events),
            lag_seconds: status.shards.iter().map(|shard| shard.lag_seconds).fold(0.0, f64::max),
            source: sources.join(", "),
            building: rebuild.map(|rebuild| Building {
                done: rebuild.events_done,
                total: rebuild.events_total,
                paused: rebuild.state != RebuildState::Building,
            }),
            stopped,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut table = Table::new();
        table.load_preset(presets::UTF8_FULL_CONDENSED);
        table.set_header(["projection", "applied", "behind", "for", "reads", "being built", "stands still"]);
        for one in &self.projections {
            table.add_row([
                one.name.clone(),
                one.applied.to_string(),
                one.lag_events.to_string(),
                format!("{:.1} s", one.lag_seconds),
                one.source.clone(),
                one.building.map(|building| building.to_string()).unwrap_or_default(),
                one.stopped.clone().unwrap_or_default(),
            ]);
        }
        write!(formatter, "{table}")
    }
}

impl fmt::Display for Building {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { done, total, paused } = self;
        write!(formatter, "{done} of {total}{}", if *paused { ", rests" } else { "" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, building: Option<Building>) -> Line {
        let (applied, lag_events, lag_seconds, stopped) = (7, 0, 0.0, None);
        Line {
            name: name.into(),
            applied,
            lag_events,
            lag_seconds,
            source: "store".into(),
            building,
            stopped,
        }
    }

    #[test]
    fn all_that_is_being_built_counts_together() {
        let built = |done, paused| Some(Building { done, total: 10, paused });
        let report = Report {
            projections: vec![line("a", built(3, false)), line("b", None), line("c", built(5, true))],
        };
        assert_eq!(report.progress(), (8, 20));
        assert!(report.is_building());
        let rests = Report { projections: vec![line("c", built(5, true))] };
        assert!(!rests.is_building());
        assert!(rests.to_string().contains("5 of 10, rests"), "{rests}");
    }

    #[test]
    fn a_name_that_is_none_lists_those_that_are() {
        assert_eq!(named(&["claims".into()]).unwrap(), [Projection::Claims]);
        assert!(named(&["claim".into()]).unwrap_err().to_string().contains("invoices, exposure"));
    }
}
