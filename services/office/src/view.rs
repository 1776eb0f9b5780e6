//! A guarantee as a caller sees it: now, as it was, or as a write left it.

use baohan_domain::{Guarantee, GuaranteeId, evolve};
use baohan_ledger::{History, Outcome, Recorded};
use baohan_log::{StoredEvent, shard_of};
use baohan_projections::GuaranteeView;
use baohan_projections::guarantees::Meta;

use crate::office::Office;
use crate::problem::{self, Problem};
use crate::tokens::Caller;

/// A guarantee as it was, beside how it is: what is hidden until the opening is decided by how it is.
#[derive(Debug, Clone)]
pub(crate) struct Then {
    was: Guarantee,
    now: Guarantee,
    newest: Option<StoredEvent>,
}

impl Then {
    /// As it was after the records that count.
    pub(crate) fn at(history: &History, counts: impl Fn(&Recorded) -> bool) -> Self {
        let counted = history.recorded.iter().take_while(|recorded| counts(recorded));
        let (was, newest) = counted.fold((Guarantee::default(), None), |(state, _), recorded| {
            (evolve(state, &recorded.event), Some(&recorded.stored))
        });
        Self { was, now: history.guarantee.clone(), newest: newest.cloned() }
    }

    /// How many events it had.
    pub(crate) fn version(&self) -> u64 {
        self.newest.as_ref().map_or(0, |newest| newest.sequence)
    }
}

impl Office {
    /// A guarantee's story, if there is one.
    pub(crate) async fn known(&self, id: GuaranteeId) -> Result<History, Problem> {
        let history = self.ledger().history(id).await?;
        if history.recorded.is_empty() { Err(unknown()) } else { Ok(history) }
    }

    /// A guarantee as it is.
    pub(crate) fn view(
        &self,
        caller: &Caller,
        id: GuaranteeId,
        history: &History,
    ) -> Result<GuaranteeView, Problem> {
        let meta = self.meta(id, history.version(), history.newest());
        GuaranteeView::of(&history.guarantee, meta, &self.viewer(caller)).ok_or_else(unknown)
    }

    /// A guarantee as it was.
    pub(crate) fn view_then(
        &self,
        caller: &Caller,
        id: GuaranteeId,
        then: &Then,
    ) -> Result<GuaranteeView, Problem> {
        let meta = self.meta(id, then.version(), then.newest.as_ref());
        GuaranteeView::as_of(&then.was, &then.now, meta, &self.viewer(caller)).ok_or_else(unknown)
    }

    /// A guarantee as a write left it; after a dry run it lies at position 0, since it lies nowhere.
    pub(crate) fn view_after(
        &self,
        caller: &Caller,
        id: GuaranteeId,
        outcome: &Outcome,
    ) -> Result<GuaranteeView, Problem> {
        let meta = self.meta(id, outcome.version(), outcome.newest());
        GuaranteeView::of(outcome.guarantee(), meta, &self.viewer(caller)).ok_or_else(unknown)
    }

    fn meta(&self, id: GuaranteeId, version: u64, newest: Option<&StoredEvent>) -> Meta {
        let id = id.uuid();
        match newest {
            Some(newest) => Meta { id, version, shard: newest.shard, position: newest.position },
            None => Meta { id, version, shard: shard_of(id, self.log().shards()), position: 0 },
        }
    }
}

fn unknown() -> Problem {
    Problem::of(problem::UNKNOWN_GUARANTEE, "没有这笔业务")
}
