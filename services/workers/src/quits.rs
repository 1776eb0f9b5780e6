use baohan_domain::GuaranteeId;
use baohan_domain::command::ConfirmQuit;
use baohan_ledger::{Context, Ledger};
use baohan_projections::{Projections, Slice};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::rounds::Duty;

/// How many quits one round agrees to.
const AT_MOST: u32 = 500;

/// Agrees to take guarantees back that are asked back in time. A request that is void stays for a person.
#[derive(Debug, Clone, Copy, Default)]
pub struct Quits;

impl Duty for Quits {
    const NAME: &'static str = "worker:quits";

    async fn waiting(
        &self,
        projections: &Projections,
        now: DateTime<Utc>,
    ) -> Result<Vec<GuaranteeId>, Error> {
        let mut slice = Slice::first(AT_MOST);
        loop {
            let page = projections.to_quit(now, &slice).await?;
            let open: Vec<_> =
                page.items.iter().filter(|work| !work.is_void).map(|work| work.guarantee.into()).collect();
            // Void requests may pile up before the open ones.
            match page.next_cursor {
                Some(cursor) if open.is_empty() => slice.cursor = Some(cursor),
                _ => return Ok(open),
            }
        }
    }

    async fn fulfil(&self, ledger: &Ledger, context: Context, id: GuaranteeId) -> Result<bool, Error> {
        let command = ConfirmQuit { at: ledger.clock().now() };
        Ok(ledger.carry_out(context, id, |_| Ok(command.clone().into())).await?.is_changed())
    }
}
