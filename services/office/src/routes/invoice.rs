use axum::extract::State;
use baohan_domain::InvoiceNo;
use baohan_domain::command::IssueInvoice;
use baohan_domain::numbers::InvoiceCode;
use baohan_projections::GuaranteeView;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::{Asked, Content};
use crate::lexical::{Text, filled};
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::routes::parameters::Write;
use crate::write::Written;

/// What stands on the invoice that was issued. Blank texts count as absent.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InvoiceParticulars)]
pub(crate) struct Particulars {
    /// The code beside an 8-digit number: 10 or 12 digits.
    #[serde(default, deserialize_with = "filled")]
    #[serde(rename = "invoice_code")]
    code: Option<String>,
    /// The number: 20 digits (fully digital) or 8. A text, since as a number it loses digits.
    #[serde(default, deserialize_with = "filled")]
    #[serde(rename = "invoice_no")]
    number: Option<String>,
    /// Where it can be downloaded.
    #[schema(value_type = Option<String>, max_length = 1000)]
    #[serde(rename = "invoice_url")]
    url: Option<Text<1000>>,
}

impl Content for Particulars {}

/// Records the invoice that was issued upon an open request.
#[utoipa::path(post, path = "/api/v1/guarantees/{id}/invoice", tag = "invoices", params(Write), request_body = Particulars,
    responses((status = 200, body = GuaranteeView), (status = "default", body = ProblemBody)))]
pub(crate) async fn issue_invoice(
    State(office): State<Office>,
    asked: Asked<Particulars>,
) -> Result<Written, Problem> {
    let (invoice_no, invoice_code) = asked.body.numbers()?;
    let invoice_url = asked.body.url.clone().map(|url| url.0);
    let command = IssueInvoice { invoice_code, invoice_no, invoice_url, at: office.ledger().now() };
    office.carry_out(&asked, |at| IssueInvoice { at, ..command.clone() }.into()).await
}

impl Particulars {
    fn numbers(&self) -> Result<(InvoiceNo, Option<InvoiceCode>), Problem> {
        let missing = || Problem::of(problem::INVOICE_NO_MISSING, "必须提供发票号码 invoice_no");
        let number = self.number.as_deref().ok_or_else(missing)?;
        let number = InvoiceNo::new(number)
            .map_err(|_| Problem::of(problem::INVOICE_NO_INVALID, "发票号码应为20位（数电发票）或8位数字"))?;
        let code = self.code.as_deref().map(InvoiceCode::new).transpose();
        let code =
            code.map_err(|_| Problem::of(problem::INVOICE_CODE_INVALID, "发票代码应为10位或12位数字"))?;
        Ok((number, code))
    }
}
