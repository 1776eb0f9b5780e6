use std::sync::Arc;

use baohan_domain::{Command, Decision, Event, Guarantee, GuaranteeId, Refusal, decide, evolve};
use baohan_log::{Append, AppendError, KeyState, Log, NewEvent};
use chrono::{DateTime, Utc};
use uuid::{NoContext, Timestamp, Uuid};

use crate::clock::Clock;
use crate::context::{Context, Outcome};
use crate::error::Error;
use crate::history::{History, fold};
use crate::journal::sealed_with;
use crate::keyring::Keyring;
use crate::master_key::MasterKey;

/// How often a command is decided again when others changed the guarantee in between. Each round somebody got on,
/// so only a storm of callers upon one guarantee comes near it.
pub const CONFLICTS_MAX: u32 = 32;

/// The desk at which commands are carried out. Cheap to clone.
#[derive(Clone)]
pub struct Ledger {
    log: Log,
    master_key: Arc<MasterKey>,
    clock: Arc<dyn Clock>,
}

/// The guarantee as a command meets it.
struct Met {
    guarantee: Guarantee,
    version: u64,
    keyring: Keyring,
    /// A key that is stored with the first event.
    new_key: Option<Vec<u8>>,
    newest: Option<baohan_log::StoredEvent>,
}

impl Ledger {
    /// A desk over a log.
    #[must_use]
    pub fn new(log: Log, master_key: MasterKey, clock: Arc<dyn Clock>) -> Self {
        Self { log, master_key: Arc::new(master_key), clock }
    }

    /// The log underneath, for readers.
    #[must_use]
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The clock that is in force.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(crate) fn master_key(&self) -> &MasterKey {
        &self.master_key
    }

    /// Now.
    #[must_use]
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// A new id that sorts by time.
    #[must_use]
    pub fn new_id(&self) -> Uuid {
        let now = self.clock.now();
        let seconds = u64::try_from(now.timestamp()).unwrap_or(0);
        Uuid::new_v7(Timestamp::from_unix(NoContext, seconds, now.timestamp_subsec_nanos()))
    }

    /// A guarantee's whole story; an unknown one has no records.
    ///
    /// # Errors
    /// When the store cannot be read, or a record in it.
    pub async fn history(&self, id: GuaranteeId) -> Result<History, Error> {
        let stream = self.log.load(id.uuid()).await?;
        let keyring = match &stream.key {
            KeyState::Wrapped(wrapped) => self.master_key.unwrap_keyring(id.uuid(), wrapped)?,
            KeyState::None | KeyState::Destroyed { .. } => Keyring::erased(),
        };
        Ok(fold(stream.events, keyring)?)
    }

    /// Carries a command out and answers after what happened is durable. `prepare` may be called several times.
    ///
    /// # Errors
    /// A refusal, or the store's trouble; in both cases nothing was stored.
    pub async fn carry_out(
        &self,
        context: Context,
        id: GuaranteeId,
        prepare: impl Fn(&Keyring) -> Result<Command, Error> + Send,
    ) -> Result<Outcome, Error> {
        let history = self.history(id).await?;
        self.carry_out_upon(context, id, history, prepare).await
    }

    /// As [`Ledger::carry_out`] for one who has just read the guarantee's history, which spares the second reading. Where
    /// the guarantee has moved on since, the log says so, and it is decided again.
    ///
    /// # Errors
    /// As [`Ledger::carry_out`].
    pub async fn carry_out_upon(
        &self,
        context: Context,
        id: GuaranteeId,
        history: History,
        prepare: impl Fn(&Keyring) -> Result<Command, Error> + Send,
    ) -> Result<Outcome, Error> {
        let met = self.meet(id, history)?;
        self.settle(context, id, met, prepare).await
    }

    /// As [`Ledger::carry_out`] for a command that is likely the guarantee's first: it is tried without a load, since the log
    /// refuses a first event where there is one already, and then it is decided upon what is there.
    ///
    /// # Errors
    /// As [`Ledger::carry_out`].
    pub async fn carry_out_first(
        &self,
        context: Context,
        id: GuaranteeId,
        prepare: impl Fn(&Keyring) -> Result<Command, Error> + Send,
    ) -> Result<Outcome, Error> {
        if context.dry_run {
            return self.carry_out(context, id, prepare).await;
        }
        let met = self.first_met(id)?;
        self.settle(context, id, met, prepare).await
    }

    async fn settle(
        &self,
        context: Context,
        id: GuaranteeId,
        mut met: Met,
        prepare: impl Fn(&Keyring) -> Result<Command, Error> + Send,
    ) -> Result<Outcome, Error> {
        for _ in 0..=CONFLICTS_MAX {
            let command = prepare(&met.keyring)?;
            let events = match decide(&met.guarantee, command)? {
                Decision::Repeat => {
                    let Met { guarantee, version, newest, .. } = met;
                    return Ok(Outcome::Repeat { guarantee, version, newest });
                }
                Decision::Changed(events) => events,
            };
            if context.dry_run {
                return Ok(dry(met, &events));
            }
            let append = self.append_of(&context, id, &met, &events)?;
            match self.log.append(append).await {
                Ok(stored) => {
                    let guarantee = events.iter().fold(met.guarantee, evolve);
                    let version = stored.last().map_or(met.version, |newest| newest.sequence);
                    return Ok(Outcome::Changed { guarantee, version, stored });
                }
                Err(AppendError::Conflict { .. }) => {
                    tracing::debug!(guarantee = %id, "decided upon an older state, deciding again");
                    met = self.meet(id, self.history(id).await?)?;
                }
                Err(AppendError::NumberInUse) => return Err(Refusal::GuaranteeNoInUse.into()),
                Err(AppendError::IdempotencyKeyInUse) => return Err(Error::IdempotencyKeyInUse),
                Err(AppendError::Store(error)) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }

    fn meet(&self, id: GuaranteeId, history: History) -> Result<Met, Error> {
        if history.recorded.is_empty() {
            return self.first_met(id);
        }
        let (version, newest) = (history.version(), history.newest().cloned());
        Ok(Met { guarantee: history.guarantee, version, keyring: history.keyring, new_key: None, newest })
    }

    fn first_met(&self, id: GuaranteeId) -> Result<Met, Error> {
        let (keyring, wrapped) = self.master_key.new_keyring(id.uuid())?;
        Ok(Met { guarantee: Guarantee::default(), version: 0, keyring, new_key: Some(wrapped), newest: None })
    }

    fn append_of(
        &self,
        context: &Context,
        id: GuaranteeId,
        met: &Met,
        events: &[Event],
    ) -> Result<Append, Error> {
        let metadata = context.metadata()?;
        let written = |event: &Event| {
            Ok(NewEvent {
                id: self.new_id(),
                event_type: event.name().to_owned(),
                event_version: event.version().to_owned(),
                payload: serde_json::to_string(event).map_err(Error::Unwritable)?,
                metadata: metadata.clone(),
            })
        };
        let guarantee_no = events.iter().find_map(|event| match event {
            Event::Issued(issued) => Some(issued.guarantee_no.to_string()),
            _ => None,
        });
        Ok(Append {
            aggregate_id: id.uuid(),
            expected_sequence: met.version,
            events: events.iter().map(written).collect::<Result<_, Error>>()?,
            journal: context
                .journal
                .clone()
                .map(|entry| sealed_with(entry, id, &met.keyring, &self.master_key)),
            key: met.new_key.clone(),
            guarantee_no,
            idempotency: context.idempotency.clone(),
        })
    }
}

/// What would have happened.
fn dry(met: Met, events: &[Event]) -> Outcome {
    let version = met.version + events.len() as u64;
    Outcome::Changed { guarantee: events.iter().fold(met.guarantee, evolve), version, stored: Vec::new() }
}
