use baohan_domain::command::IssueInvoice;
use baohan_domain::{GuaranteeId, InvoiceNo, Refusal};
use baohan_ledger::{Context, Ledger};
use baohan_projections::{Projections, Slice};
use chrono::{DateTime, Utc};

use crate::error::Error;
use crate::rounds::Duty;

/// How many invoices one round issues.
const AT_MOST: u32 = 200;

/// Issues invoices under numbers of our own: the day and the serial that the guarantee holds, twenty digits. It is for
/// institutions whose tax system takes the number over from the ledger, and for trying things out; others issue by the office.
#[derive(Debug, Clone, Copy, Default)]
pub struct Invoices;

impl Duty for Invoices {
    const NAME: &'static str = "worker:invoices";

    async fn waiting(&self, projections: &Projections, _: DateTime<Utc>) -> Result<Vec<GuaranteeId>, Error> {
        let page = projections.to_invoice(&Slice::first(AT_MOST)).await?;
        Ok(page.items.into_iter().map(|work| work.guarantee.into()).collect())
    }

    async fn fulfil(&self, ledger: &Ledger, context: Context, id: GuaranteeId) -> Result<bool, Error> {
        let now = ledger.clock().now();
        let today = baohan_domain::calendar::china_date(now);
        // The same guarantee always holds the same reservation, so a repeated round finds the same number.
        let held = ledger.log().reserve_number(id.uuid(), today).await?;
        let number = format!("{}{:012}", held.date.format("%Y%m%d"), held.serial);
        let invoice_no =
            InvoiceNo::new(number).map_err(|_| baohan_ledger::Error::from(Refusal::NoInvoiceOpen))?;
        let command = IssueInvoice { invoice_code: None, invoice_no, invoice_url: None, at: now };
        Ok(ledger.carry_out(context, id, |_| Ok(command.clone().into())).await?.is_changed())
    }
}
