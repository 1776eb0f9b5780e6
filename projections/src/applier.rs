//! What applies one shard of the log to some projections: a connection of its own, the guarantees that it remembers, and where it reads.

use std::collections::BTreeMap;

use baohan_log::StoredEvent;
use baohan_topics::Settings;

use crate::batch::{Batch, Told};
use crate::checkpoint::{self, Checkpoint};
use crate::database::Session;
use crate::error::Error;
use crate::gathering::Gathering;
use crate::handle::Projections;
use crate::projection::Projection;
use crate::source::{Origin, Source};
use crate::states::States;

/// The most events of a batch: some milliseconds of work, so that readers see progress, and two megabytes of states.
pub const BATCH_EVENTS_MAX: usize = 1_000;
/// Guarantees that are remembered between batches, once or twice as many; two kilobytes each.
const STATES_REMEMBERED: usize = 4_096;

pub(crate) struct Applier {
    projections: Projections,
    pub shard: u16,
    /// Those that it applies; nobody else moves their checkpoints meanwhile.
    members: Vec<Projection>,
    pub gathering: Gathering,
    /// Absent before the first step, and after a failure.
    session: Option<Session>,
    states: States,
    /// The checkpoints' epoch that the states belong to.
    epoch: u64,
    source: Source,
}

impl Applier {
    /// Those of a shard. What lists are answered from gathers for moments, and goes at once where somebody waits for it; from the topic where
    /// there is one. The seal goes its own way
    /// beside them and gathers: neither waits for the other, nor it for the broker, and a shard with few events at a time costs it little.
    pub(crate) fn of_shard(projections: &Projections, shard: u16, members: &[Projection]) -> Vec<Self> {
        let (lists, seal): (Vec<_>, Vec<_>) =
            members.iter().copied().partition(|member| Projection::LISTS.contains(member));
        let kafka = projections.kafka().cloned();
        let mut both = vec![
            Self::new(projections, shard, lists, kafka, Gathering::Moments),
            Self::new(projections, shard, seal, None, Gathering::Seal),
        ];
        both.retain(|applier| !applier.members.is_empty());
        both
    }

    fn new(
        projections: &Projections,
        shard: u16,
        members: Vec<Projection>,
        kafka: Option<Settings>,
        gathering: Gathering,
    ) -> Self {
        let source = Source::new(projections.log().clone(), shard, kafka);
        let states = States::new(STATES_REMEMBERED);
        Self {
            projections: projections.clone(),
            shard,
            members,
            gathering,
            session: None,
            states,
            epoch: 0,
            source,
        }
    }

    /// One batch. Answers how many events it applied; 0: all that can be applied is.
    ///
    /// Projections at the same position go together. The foremost go to the head; those behind (tried again after a stop)
    /// go on beside them, and meet them exactly.
    pub(crate) async fn step(&mut self) -> Result<usize, Error> {
        // A failure may leave the connection in the middle of something: the next step takes a new one.
        let mut session = match self.session.take() {
            Some(session) => session,
            None => self.projections.writer().await?,
        };
        let mut checkpoints =
            checkpoint::of_shard(&mut session.connection(), self.shard, &self.members).await?;
        let epoch = checkpoints.iter().map(|checkpoint| checkpoint.epoch).max().unwrap_or(0);
        if epoch != self.epoch {
            self.states = States::new(STATES_REMEMBERED);
            self.epoch = epoch;
        }
        let mut groups: BTreeMap<u64, Vec<Projection>> = BTreeMap::new();
        for checkpoint in checkpoints.iter().filter(|checkpoint| checkpoint.stopped.is_none()) {
            groups.entry(checkpoint.position).or_default().push(checkpoint.projection);
        }
        let mut applied = 0;
        let head = self.projections.log().head(self.shard);
        let mut up_to = head;
        for (position, projections) in groups.into_iter().rev() {
            if position >= up_to {
                continue;
            }
            let limit = usize::try_from(up_to - position).unwrap_or(BATCH_EVENTS_MAX).min(BATCH_EVENTS_MAX);
            let (records, source) = if up_to == head {
                self.source.read(position, limit).await?
            } else {
                (self.projections.log().read(self.shard, position, limit).await?, Origin::Store)
            };
            follows(self.shard, position, &records)?;
            if !records.is_empty() {
                applied +=
                    self.apply(projections, (&records, source), &mut checkpoints, &mut session).await?;
            }
            up_to = position;
        }
        self.session = Some(session);
        if applied > 0 {
            self.projections.tick();
        }
        Ok(applied)
    }

    async fn apply(
        &mut self,
        projections: Vec<Projection>,
        (records, source): (&[StoredEvent], Origin),
        checkpoints: &mut [Checkpoint],
        session: &mut Session,
    ) -> Result<usize, Error> {
        let reads_events = projections.iter().any(|projection| projection.reads_events());
        let told = if reads_events {
            Told::read(records, &mut self.states, self.projections.log()).await?
        } else {
            Told::default()
        };
        let batch = Batch { shard: self.shard, projections, records, told, source };
        let Some(moved) = self.projections.in_turn(batch.write(checkpoints, session)).await? else {
            return Ok(0);
        };
        batch.told.remember(&mut self.states);
        for now in moved {
            if let Some(stopped) = &now.stopped {
                let (name, position, cause) = (now.projection.name(), stopped.position, &stopped.cause);
                let shard = self.shard;
                tracing::error!(
                    projection = name, shard, position, cause = %cause,
                    "projection {name} stops at position {position} of shard {shard}: {cause}"
                );
            }
            if let Some(old) = checkpoints.iter_mut().find(|old| old.projection == now.projection) {
                *old = now;
            }
        }
        Ok(records.len())
    }
}

/// The log promises positions without gaps; what does not keep it is not applied.
pub(crate) fn follows(shard: u16, after: u64, records: &[StoredEvent]) -> Result<(), Error> {
    for (expected, stored) in (after + 1..).zip(records) {
        if stored.position != expected {
            return Err(Error::Gap { shard, expected, found: stored.position });
        }
    }
    Ok(())
}
