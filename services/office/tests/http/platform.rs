//! What platforms do: they apply, bring keys, ask and demand.

use std::collections::BTreeMap;

use baohan_domain::calendar::{WorkingDays, china_date};
use baohan_domain::command::{Apply, Claim, EarlyRestore, RequestInvoice, RequestQuit, Restore};
use baohan_domain::event::{InvoiceKind, InvoiceParticulars};
use baohan_domain::{ApplicationNo, Command, GuaranteeId, SealMode, SealedField, Terms};
use baohan_ledger::{Context, Keyring};
use baohan_log::JournalEntry;
use baohan_office::Role;
use chrono::{DateTime, Utc};
use serde_json::json;
use uuid::Uuid;

use crate::house::{House, PHONE, PLATFORM, SECTION, money, premium};

impl House {
    async fn asks(
        &self,
        id: GuaranteeId,
        command: impl Fn(&Keyring, DateTime<Utc>) -> Command + Send + Sync,
    ) {
        let context = Context::of(format!("platform:{PLATFORM}"), self.ledger.new_id());
        let at = self.ledger.now();
        self.ledger.carry_out(context, id, |keyring| Ok(command(keyring, at))).await.unwrap();
    }

    /// A platform applies, its section's values sealed.
    pub async fn applied(&self, number: &str) -> GuaranteeId {
        self.applied_with(number, true).await
    }

    /// A platform applies, and everything in the clear.
    pub async fn applied_plainly(&self, number: &str) -> GuaranteeId {
        self.applied_with(number, false).await
    }

    async fn applied_with(&self, number: &str, sealed: bool) -> GuaranteeId {
        let application_no = ApplicationNo::new(number).unwrap();
        let id = GuaranteeId::of(PLATFORM, None, &application_no);
        let clear = Terms {
            applicant_name: Some("江南建设集团有限公司".into()),
            applicant_code: Some("91320000MA1XXXXX0A".into()),
            amount: Some(money("800000")),
            ..Terms::default()
        };
        let ciphertexts = BTreeMap::from([
            (SealedField::SectionNo, "NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=".to_owned()),
            (
                SealedField::SectionName,
                "Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ".to_owned(),
            ),
        ]);
        let terms = if sealed { clear } else { clear.with(&opened()) };
        let sealed = if sealed { ciphertexts } else { BTreeMap::new() };
        self.asks(id, |keyring, at| {
            let apply = Apply {
                platform: PLATFORM.into(),
                platform_code: None,
                application_no: application_no.clone(),
                terms: terms.clone(),
                sealed: sealed.clone(),
                extra: BTreeMap::new(),
                personal: BTreeMap::from([(
                    "jbrphone".to_owned(),
                    keyring.envelope("jbrphone", PHONE).unwrap(),
                )]),
                content: keyring.fingerprint(application_no.as_str().as_bytes()).unwrap(),
                at,
            };
            apply.into()
        })
        .await;
        id
    }

    /// An underwriter records the premium.
    pub async fn paid(&self, id: GuaranteeId) {
        self.post(Role::Underwriter, id, "premium", premium()).await.guarantee();
    }

    /// Applied, paid and issued.
    pub async fn issued(&self, number: &str) -> GuaranteeId {
        let id = self.applied(number).await;
        self.paid(id).await;
        self.post(Role::Underwriter, id, "issue", json!({ "guarantee_no": format!("G-{number}") }))
            .await
            .guarantee();
        id
    }

    /// The platform brings the key; the plain document is made at once.
    pub async fn restored(&self, id: GuaranteeId, opening_at: DateTime<Utc>) {
        self.key_came(id, opening_at).await;
        self.issuing.restore(Context::of("worker:restore", self.ledger.new_id()), id).await.unwrap();
    }

    /// The platform brings the key.
    pub async fn key_came(&self, id: GuaranteeId, opening_at: DateTime<Utc>) {
        let guarantee_no = self.number_of(id).await;
        self.asks(id, |_, at| {
            let early = EarlyRestore::Accept { hours_max: 24 };
            let opened = Ok((opened(), SealMode::Ecb));
            Restore { guarantee_no: guarantee_no.clone(), opening_at, opened, early, at }.into()
        })
        .await;
    }

    /// The platform asks for the invoice.
    pub async fn invoice_asked(&self, id: GuaranteeId) {
        let guarantee_no = self.number_of(id).await;
        self.asks(id, |keyring, at| {
            let particulars = InvoiceParticulars {
                kind: InvoiceKind::Ordinary,
                title: "江南建设集团有限公司".into(),
                tax_no: "91320000MA1XXXXX0A".into(),
                amount: money("6400"),
                address: None,
                bank: None,
                account: None,
            };
            let personal =
                BTreeMap::from([("mobile".to_owned(), keyring.envelope("mobile", PHONE).unwrap())]);
            let content = keyring.fingerprint(b"invoice").unwrap();
            let guarantee_no = guarantee_no.clone();
            RequestInvoice { guarantee_no, particulars, personal, content, at }.into()
        })
        .await;
    }

    /// The platform asks to take the guarantee back.
    pub async fn quit_asked(&self, id: GuaranteeId, content: &str) {
        let guarantee_no = self.number_of(id).await;
        self.asks(id, |keyring, at| {
            let content = keyring.fingerprint(content.as_bytes()).unwrap();
            let reason = "放弃投标".to_owned();
            RequestQuit { guarantee_no: guarantee_no.clone(), reason, exception: None, content, at }.into()
        })
        .await;
    }

    /// The platform brings a demand.
    pub async fn claimed(&self, id: GuaranteeId, yuan: &str) {
        let guarantee_no = self.number_of(id).await;
        self.asks(id, |keyring, at| {
            let claim = Claim {
                guarantee_no: guarantee_no.clone(),
                amount: Some(money(yuan)),
                payee_account: Some("32050100000000000002".into()),
                reason: Some("中标人放弃中标".into()),
                attachments: Vec::new(),
                personal: BTreeMap::from([(
                    "contact_phone".to_owned(),
                    keyring.envelope("contact_phone", PHONE).unwrap(),
                )]),
                due_on: WorkingDays::default().after(china_date(at), 3),
                content: keyring.fingerprint(yuan.as_bytes()).unwrap(),
                at,
            };
            claim.into()
        })
        .await;
    }

    /// A refused call of the platform stands in the journal.
    pub async fn journalled(&self, id: Option<GuaranteeId>) -> Uuid {
        let entry = JournalEntry {
            id: self.ledger.new_id(),
            received_at: self.ledger.now(),
            platform: Some(PLATFORM.into()),
            interface: "apply".into(),
            application_no: Some("WILD0001".into()),
            aggregate_id: id.map(GuaranteeId::uuid),
            outcome: "wrong-signature".into(),
            code: Some("0".into()),
            message: Some("签名错误".into()),
            diagnosis: Some(json!({ "hashed_text": SECTION, "findings": [] }).to_string()),
            body: Some(json!({ "jbrphone": PHONE }).to_string().into()),
            body_sm3: "00".repeat(32),
            ..JournalEntry::default()
        };
        self.ledger.record(entry).await.unwrap()
    }

    async fn number_of(&self, id: GuaranteeId) -> String {
        let guarantee = self.ledger.history(id).await.unwrap().guarantee;
        guarantee.issued().unwrap().guarantee_no.to_string()
    }
}

/// What the key opens.
pub fn opened() -> Terms {
    Terms {
        section_no: Some("E3200000001000001001".into()),
        section_name: Some(SECTION.into()),
        ..Terms::default()
    }
}
