use baohan_domain::GuaranteeId;
use baohan_domain::command::Withdraw;
use baohan_domain::event::WithdrawnCause;
use baohan_ledger::{Context, Ledger};
use baohan_projections::{Projections, Slice};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::rounds::Duty;

/// How many applications one round withdraws.
const AT_MOST: u32 = 500;

/// Withdraws applications that nobody paid for.
#[derive(Debug, Clone, Copy)]
pub struct Unpaid {
    days: u32,
}

impl Unpaid {
    /// After so many days; at least one.
    #[must_use]
    pub fn after_days(days: u32) -> Self {
        Self { days: days.max(1) }
    }
}

impl Duty for Unpaid {
    const NAME: &'static str = "worker:unpaid";

    async fn waiting(
        &self,
        projections: &Projections,
        now: DateTime<Utc>,
    ) -> Result<Vec<GuaranteeId>, Error> {
        let page = projections.unpaid(now, self.days, &Slice::first(AT_MOST)).await?;
        Ok(page.items.into_iter().map(|work| work.guarantee.into()).collect())
    }

    async fn fulfil(&self, ledger: &Ledger, context: Context, id: GuaranteeId) -> Result<bool, Error> {
        let reason = Some(format!("{}日内未支付保费", self.days));
        let command = Withdraw { cause: WithdrawnCause::Unpaid, reason, at: ledger.clock().now() };
        Ok(ledger.carry_out(context, id, |_| Ok(command.clone().into())).await?.is_changed())
    }
}
