//! What is decided without a person, and what waits for one.

use baohan_domain::command::{RequestInvoice, RequestQuit};
use baohan_domain::event::{InvoiceKind, InvoiceParticulars};
use baohan_domain::state::Invoicing;
use baohan_domain::{Form, Status};
use baohan_workers::{Invoices, Quits, Underwriter};
use chrono::TimeDelta;

use crate::desk::{APPLICANT, Desk};

#[tokio::test]
async fn what_the_applicant_paid_itself_is_issued_with_a_sealed_document() {
    let mut desk = Desk::new().await;
    let id = desk.applied("SQ1", "800000.00").await;
    assert_eq!(desk.step(Underwriter::new(desk.issuing.clone())).await, 0, "nobody has paid");
    desk.paid(id, APPLICANT, "6400.00").await;
    assert_eq!(desk.step(Underwriter::new(desk.issuing.clone())).await, 1);
    let issued = desk.in_force(id).await;
    assert_eq!(issued.guarantee_no.as_str(), "BH2026030200000001");
    assert_eq!(issued.valid_until.to_string(), "2026-06-30");
    assert_eq!(issued.document.form, Form::Sealed);
    let file = desk.documents.get(issued.document.digest.parse().unwrap()).await.unwrap();
    assert!(file.starts_with(b"%PDF-"));
}

#[tokio::test]
async fn another_payer_or_too_little_waits_for_a_person() {
    let mut desk = Desk::new().await;
    let other = desk.applied("SQ1", "800000.00").await;
    desk.paid(other, "某某咨询服务部", "6400.00").await;
    let little = desk.applied("SQ2", "800000.00").await;
    desk.paid(little, APPLICANT, "6399.99").await;
    assert_eq!(desk.step(Underwriter::new(desk.issuing.clone())).await, 0);
    assert_eq!((desk.status(other).await, desk.status(little).await), (Status::Applied, Status::Applied));
}

#[tokio::test]
async fn what_is_over_the_limit_is_declined_before_anybody_pays() {
    let mut desk = Desk::new().await;
    let at_limit = desk.applied("SQ1", "5000000.00").await;
    let over = desk.applied("SQ2", "5000000.01").await;
    assert_eq!(desk.step(Underwriter::new(desk.issuing.clone())).await, 1);
    assert_eq!((desk.status(at_limit).await, desk.status(over).await), (Status::Applied, Status::Declined));
}

async fn issued(desk: &mut Desk, application_no: &str) -> baohan_domain::GuaranteeId {
    let id = desk.applied(application_no, "800000.00").await;
    desk.paid(id, APPLICANT, "6400.00").await;
    desk.step(Underwriter::new(desk.issuing.clone())).await;
    id
}

#[tokio::test]
async fn a_quit_in_time_is_agreed_to_and_a_void_one_is_left() {
    use baohan_domain::command::EarlyRestore;
    let mut desk = Desk::new().await;
    let (in_time, void) = (issued(&mut desk, "SQ1").await, issued(&mut desk, "SQ2").await);
    for id in [in_time, void] {
        let history = desk.ledger.history(id).await.unwrap();
        let guarantee_no = history.guarantee.issued().unwrap().guarantee_no.to_string();
        let content = history.keyring.fingerprint(b"quit").unwrap();
        let (reason, at) = ("放弃投标".into(), desk.now());
        desk.command(id, RequestQuit { guarantee_no, reason, exception: None, content, at }).await;
    }
    desk.key_comes(void, TimeDelta::minutes(-5), EarlyRestore::Refuse).await;
    assert_eq!(desk.step(Quits).await, 1);
    assert_eq!((desk.status(in_time).await, desk.status(void).await), (Status::Quit, Status::Issued));
}

#[tokio::test]
async fn an_automatic_invoice_has_twenty_digits_and_is_issued_once() {
    use baohan_domain::command::EarlyRestore;
    let mut desk = Desk::new().await;
    let id = issued(&mut desk, "SQ1").await;
    desk.key_comes(id, TimeDelta::minutes(-5), EarlyRestore::Refuse).await;
    let history = desk.ledger.history(id).await.unwrap();
    let request = RequestInvoice {
        guarantee_no: history.guarantee.issued().unwrap().guarantee_no.to_string(),
        particulars: InvoiceParticulars {
            kind: InvoiceKind::Ordinary,
            title: APPLICANT.into(),
            tax_no: "91320000MA1XXXXX0A".into(),
            amount: "6400.00".parse().unwrap(),
            address: None,
            bank: None,
            account: None,
        },
        personal: std::collections::BTreeMap::new(),
        content: history.keyring.fingerprint(b"invoice").unwrap(),
        at: desk.now(),
    };
    desk.command(id, request).await;
    assert_eq!(desk.step(Invoices).await, 1);
    let Invoicing::Issued { invoice_no, .. } = desk.in_force(id).await.invoicing else { panic!("issued") };
    assert_eq!(invoice_no.as_str(), "20260302000000000001");
    assert_eq!(desk.step(Invoices).await, 0);
}
