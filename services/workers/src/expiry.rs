use baohan_domain::GuaranteeId;
use baohan_domain::command::Expire;
use baohan_ledger::{Context, Ledger};
use baohan_projections::Projections;
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::rounds::Duty;

/// How many guarantees one round ends.
const AT_MOST: u32 = 500;

/// Ends guarantees whose last day is over.
#[derive(Debug, Clone, Copy, Default)]
pub struct Expiry;

impl Duty for Expiry {
    const NAME: &'static str = "worker:expiry";

    async fn waiting(
        &self,
        projections: &Projections,
        now: DateTime<Utc>,
    ) -> Result<Vec<GuaranteeId>, Error> {
        Ok(projections.past_validity(now, AT_MOST).await?.into_iter().map(Into::into).collect())
    }

    async fn fulfil(&self, ledger: &Ledger, context: Context, id: GuaranteeId) -> Result<bool, Error> {
        let command = Expire { at: ledger.clock().now() };
        Ok(ledger.carry_out(context, id, |_| Ok(command.clone().into())).await?.is_changed())
    }
}
