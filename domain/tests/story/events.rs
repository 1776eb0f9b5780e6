//! What happens in the stories, each as it happens in the plainest of them.

use baohan_domain::event::{
    Annotated, Applied, Cancelled, CancelledCause, ClaimPaid, ClaimRefused, Claimed, Declined, Extended,
    InvoiceDeclined, InvoiceKind, InvoiceParticulars, InvoiceRequested, Invoiced, Issued, NoticeAbandoned,
    NoticeAcknowledged, NoticeKind, NoticeSkipped, OpeningMoved, PremiumCorrected, PremiumPaid, Quit,
    QuitRefused, QuitRequested, RestoreRequested, Restored, SectionException, SectionStatus, Withdrawn,
    WithdrawnCause,
};
use baohan_domain::{ApplicationNo, Form, GuaranteeNo, InvoiceNo, SealMode, SealedField, Terms};
use uuid::Uuid;

use super::{at, day, document, envelope, fingerprint, yuan};

pub const GUARANTEE_NO: &str = "BH2026030200000001";
pub const APPLICANT: &str = "江南建设集团有限公司";
/// The event of which the notices tell.
pub const NOTICE: Uuid = Uuid::from_u128(0x0196_4d2a_7c00_7000_8000_0000_0000_0001);

pub fn applied() -> Applied {
    Applied {
        platform: "jyzx-demo".into(),
        platform_code: Some("A3299990121".into()),
        application_no: ApplicationNo::new("SN20260302000001").unwrap(),
        terms: Terms {
            applicant_name: Some(APPLICANT.into()),
            applicant_code: Some("91320000MA1XXXXX0A".into()),
            amount: Some(yuan("800000")),
            ..Terms::default()
        },
        sealed: [
            (SealedField::SectionNo, "NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=".into()),
            (SealedField::BeneficiaryCode, "UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4=".into()),
        ]
        .into(),
        extra: [("platformcode".to_owned(), "A3299990121".to_owned())].into(),
        personal: [("contact_phone".to_owned(), envelope("a phone"))].into(),
        content: fingerprint("the application"),
        applied_at: at("2026-03-02 09:30:00"),
    }
}

pub fn applied_with_a_sealed_amount() -> Applied {
    let plain = applied();
    let mut sealed = plain.sealed.clone();
    sealed.insert(SealedField::Amount, "Lm9uZSBtb3JlIGJsb2NrLg==".into());
    Applied { terms: Terms { amount: None, ..plain.terms.clone() }, sealed, ..plain }
}

/// What the right key opens.
pub fn opened() -> Terms {
    Terms {
        section_no: Some("E3200000001000001001".into()),
        beneficiary_code: Some("91320100MA1YYYYY1B".into()),
        ..Terms::default()
    }
}

pub fn premium_paid() -> PremiumPaid {
    PremiumPaid {
        payer_name: APPLICANT.into(),
        payer_account: "32050100000000000001".into(),
        amount: yuan("6400"),
        paid_at: at("2026-03-02 10:00:00"),
        reference: Some("HX-20260302-17".into()),
    }
}

pub fn premium_corrected() -> PremiumCorrected {
    PremiumCorrected {
        premium: PremiumPaid { amount: yuan("6400.50"), ..premium_paid() },
        reason: "录入错误".into(),
        corrected_at: at("2026-03-02 10:20:00"),
    }
}

pub fn issued() -> Issued {
    Issued {
        guarantee_no: GuaranteeNo::new(GUARANTEE_NO).unwrap(),
        rate: "0.008".parse().unwrap(),
        premium: yuan("6400"),
        payer_name: APPLICANT.into(),
        payer_account: "32050100000000000001".into(),
        valid_until: day("2026-06-30"),
        document: document(Form::Sealed),
        issued_at: at("2026-03-02 11:00:00"),
    }
}

pub fn declined() -> Declined {
    Declined { reason: "保证金金额超过单笔限额".into(), declined_at: at("2026-03-02 10:30:00") }
}

pub fn withdrawn() -> Withdrawn {
    Withdrawn { cause: WithdrawnCause::Unpaid, reason: None, withdrawn_at: at("2026-03-17 09:30:00") }
}

pub fn restore_requested() -> RestoreRequested {
    RestoreRequested {
        opening_at: at("2026-03-24 09:00:00"),
        opened: opened(),
        mode: SealMode::Ecb,
        held: false,
        requested_at: at("2026-03-24 09:05:00"),
    }
}

/// On the evening before the opening.
pub fn restore_early() -> RestoreRequested {
    RestoreRequested { requested_at: at("2026-03-23 21:58:03"), ..restore_requested() }
}

pub fn restore_held() -> RestoreRequested {
    RestoreRequested { held: true, ..restore_early() }
}

pub fn restored() -> Restored {
    Restored { document: document(Form::Plain), restored_at: at("2026-03-24 09:05:01") }
}

pub fn opening_moved() -> OpeningMoved {
    OpeningMoved {
        opening_at: at("2026-04-10 14:00:00"),
        previous_opening_at: at("2026-03-24 09:00:00"),
        validity_too_short: false,
        moved_at: at("2026-04-02 09:30:00"),
    }
}

pub fn particulars() -> InvoiceParticulars {
    InvoiceParticulars {
        kind: InvoiceKind::Special,
        title: APPLICANT.into(),
        tax_no: "91320000MA1XXXXX0A".into(),
        amount: yuan("6400"),
        address: Some("江南市滨江路1号".into()),
        bank: Some("江南银行".into()),
        account: Some("32050100000000000001".into()),
    }
}

pub fn invoice_requested() -> InvoiceRequested {
    InvoiceRequested {
        particulars: particulars(),
        personal: [("email".to_owned(), envelope("a mailbox"))].into(),
        content: fingerprint("the invoice request"),
        requested_at: at("2026-04-02 09:30:00"),
    }
}

pub fn invoiced() -> Invoiced {
    Invoiced {
        invoice_code: None,
        invoice_no: InvoiceNo::new("26322000000012345678").unwrap(),
        invoice_url: Some("https://files.example/fp.pdf".into()),
        invoiced_at: at("2026-04-02 09:30:00"),
    }
}

pub fn invoice_declined() -> InvoiceDeclined {
    InvoiceDeclined { reason: "税号有误".into(), declined_at: at("2026-04-02 09:30:00") }
}

pub fn exception() -> SectionException {
    SectionException {
        section_no: "E3200000001000001001".into(),
        status: SectionStatus::Failed,
        known_at: at("2026-03-25 10:00:00"),
    }
}

pub fn quit_requested() -> QuitRequested {
    QuitRequested {
        reason: "放弃投标".into(),
        exception: None,
        content: fingerprint("the quit request"),
        requested_at: at("2026-03-10 10:00:00"),
    }
}

pub fn quit() -> Quit {
    Quit { quit_at: at("2026-03-10 10:05:00") }
}

pub fn quit_refused() -> QuitRefused {
    QuitRefused { reason: "保函已用于投标".into(), refused_at: at("2026-03-10 10:05:00") }
}

pub fn cancelled() -> Cancelled {
    Cancelled { cause: CancelledCause::Requested, cancelled_at: at("2026-04-20 16:00:00") }
}

pub fn claimed() -> Claimed {
    Claimed {
        claim: 1,
        amount: yuan("300000"),
        left: yuan("500000"),
        payee_account: Some("32050100000000000002".into()),
        reason: Some("中标人放弃中标".into()),
        attachments: vec!["https://files.example/a.pdf".into()],
        personal: [("contact_name".to_owned(), envelope("a name"))].into(),
        due_on: day("2026-04-08"),
        content: fingerprint("the claim"),
        claimed_at: at("2026-04-02 09:30:00"),
    }
}

pub fn claim_paid() -> ClaimPaid {
    ClaimPaid {
        claim: 1,
        amount: yuan("300000"),
        reference: "PAY-2026-0001".into(),
        paid_at: at("2026-04-07 15:00:00"),
    }
}

pub fn claim_refused() -> ClaimRefused {
    ClaimRefused { claim: 1, reason: "索赔材料不符".into(), refused_at: at("2026-04-07 15:00:00") }
}

pub fn extended() -> Extended {
    Extended {
        valid_until: day("2026-07-31"),
        previous_valid_until: day("2026-06-30"),
        extended_at: at("2026-04-02 09:30:00"),
    }
}

pub fn annotated() -> Annotated {
    Annotated {
        text: "电话核实过".into(),
        idempotency_key: Some("note-1".into()),
        annotated_at: at("2026-04-02 09:30:00"),
    }
}

pub fn notice_acknowledged() -> NoticeAcknowledged {
    NoticeAcknowledged {
        notice: NOTICE,
        notice_kind: NoticeKind::Issued,
        attempts: 2,
        had_already: true,
        acknowledged_at: at("2026-03-02 11:00:30"),
    }
}

pub fn notice_abandoned() -> NoticeAbandoned {
    NoticeAbandoned {
        notice: NOTICE,
        notice_kind: NoticeKind::Restored,
        attempts: 40,
        reason: "平台拒绝：失败".into(),
        abandoned_at: at("2026-03-05 11:00:30"),
    }
}

pub fn notice_skipped() -> NoticeSkipped {
    NoticeSkipped {
        notice: NOTICE,
        notice_kind: NoticeKind::QuitRefused,
        reason: "平台不接收退保拒绝通知".into(),
        skipped_at: at("2026-03-10 10:05:01"),
    }
}
