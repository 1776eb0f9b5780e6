//! What guarantees are asked in the tests.

use std::collections::BTreeMap;

use baohan_domain::command::{
    Annotate, Apply, Cancel, Claim, ConfirmQuit, CorrectPremium, Decline, DeclineInvoice, EarlyRestore,
    Expire, Extend, Issue, IssueAsked, IssueInvoice, Notice, PayClaim, RecordNotice, RecordPremium,
    RecordRestored, RefuseClaim, RefuseQuit, RequestInvoice, RequestQuit, Restore, Withdraw,
};
use baohan_domain::event::{InvoiceKind, InvoiceParticulars, NoticeKind, WithdrawnCause};
use baohan_domain::{
    ApplicationNo, DocumentRef, Envelope, Fingerprint, Form, GuaranteeId, GuaranteeNo, InvoiceNo, Media,
    Money, SealMode, SealedField, Terms,
};
use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;

pub const PLATFORM: &str = "jyzx-demo";
pub const APPLICANT: &str = "江南建设集团有限公司";
pub const SECTION_NO: &str = "E3200000001000001001";

/// What may come sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sealed {
    Nothing,
    Section,
    Everything,
}

pub fn id_of(number: u32) -> GuaranteeId {
    id_at(PLATFORM, number)
}

pub fn id_at(platform: &str, number: u32) -> GuaranteeId {
    GuaranteeId::of(platform, None, &application_no(number))
}

pub fn application_no(number: u32) -> ApplicationNo {
    ApplicationNo::new(format!("SQ{number:08}")).unwrap()
}

pub fn guarantee_no(number: u32) -> GuaranteeNo {
    GuaranteeNo::new(format!("BH{number:08}")).unwrap()
}

pub fn yuan(text: &str) -> Money {
    text.parse().unwrap()
}

pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn print(text: &impl ToString) -> Fingerprint {
    Fingerprint::new(text.to_string())
}

pub fn document(form: Form) -> DocumentRef {
    DocumentRef { form, digest: format!("{:064x}", form as u8), media: Media::Pdf, size_bytes: 4_096 }
}

pub fn plain_terms() -> Terms {
    Terms {
        applicant_name: Some(APPLICANT.to_owned()),
        applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
        amount: Some(yuan("800000.00")),
        section_no: Some(SECTION_NO.to_owned()),
        section_name: Some("滨江快速路改造工程一标段".to_owned()),
        beneficiary_name: Some("滨江城市建设投资有限公司".to_owned()),
        beneficiary_code: Some("91320100MA1YYYYY1B".to_owned()),
    }
}

pub fn apply(number: u32, at: DateTime<Utc>) -> Apply {
    apply_sealed(PLATFORM, number, Sealed::Nothing, at)
}

pub fn apply_sealed(platform: &str, number: u32, sealed: Sealed, at: DateTime<Utc>) -> Apply {
    let mut terms = plain_terms();
    let mut values = BTreeMap::new();
    let mut seal = |field, value: &str| {
        values.insert(field, value.to_owned());
    };
    if sealed != Sealed::Nothing {
        terms.section_no = None;
        terms.section_name = None;
        seal(SealedField::SectionNo, "NLGfkNNO");
        seal(SealedField::SectionName, "Eiad65v9");
    }
    if sealed == Sealed::Everything {
        terms = Terms::default();
        seal(SealedField::ApplicantName, "ClKgGsps");
        seal(SealedField::Amount, "UIRtQTUY");
    }
    Apply {
        platform: platform.to_owned(),
        platform_code: None,
        application_no: application_no(number),
        terms,
        sealed: values,
        extra: BTreeMap::from([("platformcode".to_owned(), "A3299990121".to_owned())]),
        personal: BTreeMap::from([("contact_phone".to_owned(), Envelope::new("e1.ciphertext".to_owned()))]),
        content: print(&number),
        at,
    }
}

pub fn pay(at: DateTime<Utc>) -> RecordPremium {
    pay_as(APPLICANT, "6400.00", at)
}

pub fn pay_as(payer_name: &str, amount: &str, at: DateTime<Utc>) -> RecordPremium {
    RecordPremium {
        payer_name: payer_name.to_owned(),
        payer_account: "6222000000000000001".to_owned(),
        amount: yuan(amount),
        paid_at: None,
        reference: Some("r-1".to_owned()),
        at,
    }
}

pub fn correct(at: DateTime<Utc>) -> CorrectPremium {
    CorrectPremium {
        payer_name: APPLICANT.to_owned(),
        payer_account: "6222000000000000002".to_owned(),
        amount: yuan("6400.01"),
        paid_at: None,
        reference: None,
        reason: "账号录错".to_owned(),
        at,
    }
}

pub fn issue(number: u32, form: Form, at: DateTime<Utc>) -> Issue {
    Issue {
        asked: IssueAsked::default(),
        guarantee_no: guarantee_no(number),
        rate: "0.008".parse().unwrap(),
        valid_until: day("2026-06-30"),
        document: document(form),
        at,
    }
}

pub fn decline(at: DateTime<Utc>) -> Decline {
    Decline { reason: "超过限额".to_owned(), at }
}

pub fn withdraw(at: DateTime<Utc>) -> Withdraw {
    Withdraw { cause: WithdrawnCause::Applicant, reason: None, at }
}

pub fn restore(number: u32, opening_at: DateTime<Utc>, early: EarlyRestore, at: DateTime<Utc>) -> Restore {
    Restore {
        guarantee_no: guarantee_no(number).to_string(),
        opening_at,
        opened: Ok((plain_terms(), SealMode::Ecb)),
        early,
        at,
    }
}

pub fn restored(at: DateTime<Utc>) -> RecordRestored {
    RecordRestored { document: document(Form::Plain), at }
}

pub fn request_invoice(number: u32, at: DateTime<Utc>) -> RequestInvoice {
    RequestInvoice {
        guarantee_no: guarantee_no(number).to_string(),
        particulars: InvoiceParticulars {
            kind: InvoiceKind::Ordinary,
            title: APPLICANT.to_owned(),
            tax_no: "91320000MA1XXXXX0A".to_owned(),
            amount: yuan("6400.00"),
            address: None,
            bank: None,
            account: None,
        },
        personal: BTreeMap::new(),
        content: print(&at),
        at,
    }
}

pub fn issue_invoice(at: DateTime<Utc>) -> IssueInvoice {
    let invoice_no = InvoiceNo::new("26322000000000000001").unwrap();
    IssueInvoice { invoice_code: None, invoice_no, invoice_url: None, at }
}

pub fn decline_invoice(at: DateTime<Utc>) -> DeclineInvoice {
    DeclineInvoice { reason: "税号有误".to_owned(), at }
}

pub fn request_quit(number: u32, at: DateTime<Utc>) -> RequestQuit {
    RequestQuit {
        guarantee_no: guarantee_no(number).to_string(),
        reason: "放弃投标".to_owned(),
        exception: None,
        content: print(&at),
        at,
    }
}

pub fn confirm_quit(at: DateTime<Utc>) -> ConfirmQuit {
    ConfirmQuit { at }
}

pub fn refuse_quit(at: DateTime<Utc>) -> RefuseQuit {
    RefuseQuit { reason: "开标已开始".to_owned(), at }
}

pub fn cancel(number: u32, at: DateTime<Utc>) -> Cancel {
    Cancel { guarantee_no: guarantee_no(number).to_string(), at }
}

pub fn expire(at: DateTime<Utc>) -> Expire {
    Expire { at }
}

pub fn extend(valid_until: &str, at: DateTime<Utc>) -> Extend {
    Extend { valid_until: day(valid_until), at }
}

pub fn claim(number: u32, amount: Option<&str>, at: DateTime<Utc>) -> Claim {
    Claim {
        guarantee_no: guarantee_no(number).to_string(),
        amount: amount.map(yuan),
        payee_account: Some("6222000000000000009".to_owned()),
        reason: Some("中标人放弃中标".to_owned()),
        attachments: vec!["https://files.example/a.pdf".to_owned()],
        personal: BTreeMap::new(),
        due_on: day("2026-03-05"),
        content: print(&at),
        at,
    }
}

pub fn pay_claim(claim: u32, at: DateTime<Utc>) -> PayClaim {
    PayClaim { claim, amount: None, reference: "p-1".to_owned(), at }
}

pub fn refuse_claim(claim: u32, at: DateTime<Utc>) -> RefuseClaim {
    RefuseClaim { claim, reason: "材料不全".to_owned(), at }
}

pub fn annotate(at: DateTime<Utc>) -> Annotate {
    Annotate { text: "已电话核实".to_owned(), idempotency_key: None, at }
}

pub fn settle(notice: Uuid, kind: NoticeKind, outcome: Notice, at: DateTime<Utc>) -> RecordNotice {
    RecordNotice { notice, kind, outcome, at }
}

pub fn taken() -> Notice {
    Notice::Acknowledged { attempts: 1, had_already: false }
}

pub fn given_up() -> Notice {
    Notice::Abandoned { attempts: 10, reason: "对方持续返回 500".to_owned() }
}

pub fn skipped() -> Notice {
    Notice::Skipped { reason: "该平台不接收此通知".to_owned() }
}
