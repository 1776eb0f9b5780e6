use baohan_domain::GuaranteeId;
use baohan_domain::command::{Decline, IssueAsked};
use baohan_domain::underwriting::Assessment;
use baohan_issuing::Issuing;
use baohan_ledger::{Context, Ledger};
use baohan_projections::Projections;
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::rounds::Duty;

/// How many applications one round decides.
const AT_MOST: u32 = 200;

/// Decides applications that need no person.
pub struct Underwriter(Issuing);

impl Underwriter {
    /// An underwriter by the terms of that desk.
    #[must_use]
    pub fn new(issuing: Issuing) -> Self {
        Self(issuing)
    }
}

impl Duty for Underwriter {
    const NAME: &'static str = "worker:underwriter";

    async fn waiting(
        &self,
        projections: &Projections,
        now: DateTime<Utc>,
    ) -> Result<Vec<GuaranteeId>, Error> {
        let found = projections.to_underwrite(self.0.terms(), now, AT_MOST).await?;
        Ok(found.into_iter().map(|(found, _)| found.meta.id.into()).collect())
    }

    async fn fulfil(&self, ledger: &Ledger, context: Context, id: GuaranteeId) -> Result<bool, Error> {
        // Assessed once more upon the newest state: the projection may be a moment behind.
        let history = ledger.history(id).await?;
        let now = ledger.clock().now();
        match self.0.terms().assess(&history.guarantee, now) {
            Assessment::Issue { valid_until } => {
                let asked = IssueAsked { valid_until: Some(valid_until), ..IssueAsked::default() };
                Ok(self.0.issue(context, id, asked, None).await?.is_changed())
            }
            Assessment::Decline { reason } => {
                let command = Decline { reason, at: now };
                let outcome =
                    ledger.carry_out_upon(context, id, history, |_| Ok(command.clone().into())).await?;
                Ok(outcome.is_changed())
            }
            Assessment::Wait(_) | Assessment::Decided => Ok(false),
        }
    }
}
