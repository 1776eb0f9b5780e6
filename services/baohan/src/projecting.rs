//! What the command line asks about the projections, and how the answer reads.

use std::collections::BTreeSet;
use std::fmt;

use anyhow::{Context as _, bail};
use baohan_projections::{Projection, Projections, RebuildStatus, Status};
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
    /// Make one guarantee's rows anew, in all of them.
    RebuildGuarantee {
        /// The guarantee.
        guarantee: Uuid,
    },
    /// Let what is being built rest.
    Pause {
        /// Which; none: all.
        names: Vec<String>,
    },
    /// Go on with what rests or has stopped.
    Resume {
        /// Which; none: all.
        names: Vec<String>,
    },
    /// Give up what is being built.
    Cancel {
        /// Which; none: all.
        names: Vec<String>,
    },
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
    /// Where it reads: `kafka`, `store`, or both, shard by shard.
    pub sources: Vec<String>,
    /// What is or was built beside it.
    pub building: Option<Building>,
    /// Where and why it stands still.
    pub stopped: Option<String>,
}

/// What is or was built beside a projection.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Building {
    /// `building`, `paused`, `stopped`, `done`, `cancelled`.
    pub state: String,
    /// Events that are applied.
    pub done: u64,
    /// Events that there are.
    pub total: u64,
    /// Why it stopped.
    pub cause: Option<String>,
}

impl Report {
    /// Whether something is being built.
    pub fn is_building(&self) -> bool {
        self.building().next().is_some()
    }

    /// How far all that is being built has come, of how much.
    pub fn progress(&self) -> (u64, u64) {
        self.building().fold((0, 0), |(done, total), building| (done + building.done, total + building.total))
    }

    /// Whether something stands still, in front or beside.
    pub fn is_stopped(&self) -> bool {
        let beside = |one: &Line| one.building.as_ref().is_some_and(|building| building.state == "stopped");
        self.projections.iter().any(|one| one.stopped.is_some() || beside(one))
    }

    fn building(&self) -> impl Iterator<Item = &Building> {
        let all = self.projections.iter().filter_map(|one| one.building.as_ref());
        all.filter(|building| building.state == "building")
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
        Request::RebuildGuarantee { guarantee } => {
            if !projections.rebuild_guarantee(guarantee).await? {
                bail!("there is no guarantee {guarantee}");
            }
        }
        Request::Pause { names } => none(&projections.pause(&some(&names)?).await?, "being built")?,
        Request::Resume { names } => none(&projections.resume(&some(&names)?).await?, "paused or stopped")?,
        Request::Cancel { names } => none(&projections.cancel(&some(&names)?).await?, "being built")?,
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

/// Those that are named, or all of them.
fn some(names: &[String]) -> anyhow::Result<Vec<Projection>> {
    if names.is_empty() { Ok(Projection::ALL.to_vec()) } else { named(names) }
}

/// Whoever asked for a change wants to know that there was nothing to change.
fn none(changed: &[Projection], what: &str) -> anyhow::Result<()> {
    if changed.is_empty() {
        bail!("none of them is {what}");
    }
    Ok(())
}

impl Line {
    fn of(status: &Status) -> Self {
        let sum = |value: fn(&baohan_projections::ShardStatus) -> u64| status.shards.iter().map(value).sum();
        let stopped = status.shards.iter().find_map(|shard| {
            let stopped = shard.stopped.as_ref()?;
            Some(format!("at position {} of shard {}: {}", stopped.position, shard.shard, stopped.cause))
        });
        let sources: BTreeSet<&str> = status.shards.iter().filter_map(|shard| shard.source).collect();
        Self {
            name: status.name.to_owned(),
            applied: sum(|shard| shard.position),
            lag_events: sum(|shard| shard.lag_events),
            lag_seconds: status.shards.iter().map(|shard| shard.lag_seconds).fold(0.0, f64::max),
            sources: sources.into_iter().map(str::to_owned).collect(),
            building: status.rebuild.as_ref().map(Building::of),
            stopped,
        }
    }
}

impl Building {
    fn of(status: &RebuildStatus) -> Self {
        Self {
            state: status.state.name().to_owned(),
            done: status.events_done,
            total: status.events_total,
            cause: status.cause.clone(),
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
                one.sources.join(", "),
                one.building.as_ref().map(ToString::to_string).unwrap_or_default(),
                one.stopped.clone().unwrap_or_default(),
            ]);
        }
        write!(formatter, "{table}")
    }
}

impl fmt::Display for Building {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { state, done, total, cause } = self;
        write!(formatter, "{state}")?;
        if !matches!(state.as_str(), "done" | "cancelled") {
            write!(formatter, ", {done} of {total}")?;
        }
        match cause {
            Some(cause) => write!(formatter, ": {cause}"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(name: &str, building: Option<(&str, u64)>) -> Line {
        let (applied, lag_events, lag_seconds, stopped) = (7, 0, 0.0, None);
        let building =
            building.map(|(state, done)| Building { state: state.into(), done, total: 10, cause: None });
        Line { name: name.into(), applied, lag_events, lag_seconds, sources: Vec::new(), building, stopped }
    }

    #[test]
    fn what_is_being_built_counts_together_and_what_rests_does_not() {
        let lines = [
            ("a", Some(("building", 3))),
            ("b", None),
            ("c", Some(("paused", 5))),
            ("d", Some(("building", 1))),
        ];
        let report = Report { projections: lines.map(|(name, building)| line(name, building)).into() };
        assert_eq!(report.progress(), (4, 20));
        assert!(report.is_building() && !report.is_stopped());
        let rests = Report { projections: vec![line("c", Some(("paused", 5)))] };
        assert!(!rests.is_building());
        assert!(rests.to_string().contains("paused, 5 of 10"), "{rests}");
        assert!(Report { projections: vec![line("c", Some(("stopped", 5)))] }.is_stopped());
    }

    #[test]
    fn a_name_that_is_none_lists_those_that_are() {
        assert_eq!(named(&["claims".into()]).unwrap(), [Projection::Claims]);
        assert!(named(&["claim".into()]).unwrap_err().to_string().contains("invoices, exposure"));
        assert_eq!(some(&[]).unwrap(), Projection::ALL);
    }

    #[test]
    fn a_change_that_changed_nothing_is_told() {
        assert!(none(&[], "being built").unwrap_err().to_string().contains("none of them is being built"));
        assert!(none(&[Projection::Claims], "being built").is_ok());
    }
}
