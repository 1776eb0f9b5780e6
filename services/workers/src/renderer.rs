use baohan_domain::GuaranteeId;
use baohan_issuing::Issuing;
use baohan_ledger::{Context, Ledger};
use baohan_projections::{Projections, Slice};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::rounds::Duty;

/// How many plain documents one round makes: a large project's opening in a few rounds.
const AT_MOST: u32 = 500;

/// Makes plain documents.
pub struct Renderer(Issuing);

impl Renderer {
    /// A renderer over the desk that makes documents.
    #[must_use]
    pub fn new(issuing: Issuing) -> Self {
        Self(issuing)
    }
}

impl Duty for Renderer {
    const NAME: &'static str = "worker:renderer";

    async fn waiting(
        &self,
        projections: &Projections,
        now: DateTime<Utc>,
    ) -> Result<Vec<GuaranteeId>, Error> {
        let page = projections.to_restore(now, &Slice::first(AT_MOST)).await?;
        Ok(page.items.into_iter().map(|work| work.guarantee.into()).collect())
    }

    async fn fulfil(&self, _: &Ledger, context: Context, id: GuaranteeId) -> Result<bool, Error> {
        Ok(self.0.restore(context, id).await?.is_changed())
    }
}
