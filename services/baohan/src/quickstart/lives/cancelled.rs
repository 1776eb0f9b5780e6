use baohan_wire::{Ask, Interface};
use serde_json::json;

use crate::quickstart::stage::{Stage, terms};

/// Issued, restored, invoiced, cancelled: what becomes of most guarantees.
pub async fn play(stage: &mut Stage, application_no: &str) -> anyhow::Result<()> {
    let terms = terms("01", "800000.00")?;
    let mut life = stage.life("issued → restored → invoiced → cancelled", application_no);
    life.issued(&terms).await?;
    life.restored().await?;
    let (application_no, guarantee_no) = (life.application_no.clone(), life.guarantee_no.clone());
    let request = Ask::RequestInvoice {
        application_no: &application_no,
        guarantee_no: &guarantee_no,
        buyer_name: terms.applicant_name.as_deref().unwrap_or_default(),
        buyer_code: terms.applicant_code.as_deref().unwrap_or_default(),
        amount: "6400.00".parse()?,
        special: None,
        email: Some("fp@example.com"),
        mobile: Some("13800000000"),
    };
    life.ask(&request, "1", &["InvoiceRequested"]).await?;
    let invoice =
        json!({ "invoice_no": "26322000000012345678", "invoice_url": "https://files.example/fp.pdf" });
    life.office("invoice", &invoice, &["Invoiced"]).await?;
    life.told(Interface::Invoicenotice).await?;
    let cancel = Ask::Cancel { application_no: &application_no, guarantee_no: &guarantee_no };
    life.ask(&cancel, "1", &["Cancelled"]).await?;
    life.shows("/status", "cancelled").await?;
    life.over().await
}
