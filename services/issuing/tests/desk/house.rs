//! A ledger, an issuing desk, and a platform that applies.

use std::collections::BTreeMap;
use std::sync::Arc;

use baohan_documents::{Documents, Settings};
use baohan_domain::command::{Apply, EarlyRestore, RecordPremium, Restore};
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_domain::{ApplicationNo, Command, GuaranteeId, SealMode, SealedField, Terms};
use baohan_issuing::{Institution, Issuing, NumberPattern, PlatformNames};
use baohan_ledger::{Clock as _, Context, Keyring, Ledger, ManualClock, MasterKey};
use baohan_log::Log;
use chrono::{DateTime, Utc};
use tempfile::TempDir;

pub struct House {
    pub ledger: Ledger,
    pub issuing: Issuing,
    pub clock: ManualClock,
    _folder: TempDir,
}

impl House {
    /// Opens at 09:30 on a Monday in China.
    pub async fn open() -> Self {
        Self::open_with(Arc::new(|_, _| None)).await
    }

    /// As [`House::open`], with the platforms' names.
    pub async fn open_with(platform_names: PlatformNames) -> Self {
        let folder = TempDir::new().unwrap();
        let place = folder.path().display();
        let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
        let ticking = clock.clone();
        let options =
            baohan_log::Options::new(format!("sqlite:{place}/ledger.db"), Arc::new(move || ticking.now()));
        let log = Log::open(&options).await.unwrap();
        let ledger = Ledger::new(log, MasterKey::new(&[7; 32]).unwrap(), Arc::new(clock.clone()));
        let url = format!("file:{place}/documents");
        let documents = Documents::open(Settings { url, templates: None, fonts: Vec::new() }).unwrap();
        let terms = UnderwritingTerms {
            rate: "0.008".parse().unwrap(),
            minimum_premium: "200".parse().unwrap(),
            validity_days: 120,
            amount_limit: "5000000".parse().unwrap(),
        };
        let institution = Institution {
            name: "示例融资担保有限公司".to_owned(),
            claim_due_working_days: 3,
            platform_names,
        };
        let numbers = NumberPattern::new("BH{date}{serial}");
        let issuing = Issuing::new(ledger.clone(), documents, terms, numbers, institution);
        Self { ledger, issuing, clock, _folder: folder }
    }

    pub fn context(&self) -> Context {
        Context::of("underwriter", self.ledger.new_id())
    }

    pub async fn does(
        &self,
        id: GuaranteeId,
        command: impl Fn(&Keyring, DateTime<Utc>) -> Command + Send + Sync,
    ) {
        let at = self.ledger.now();
        self.ledger.carry_out(self.context(), id, |keyring| Ok(command(keyring, at))).await.unwrap();
    }

    /// An application whose section is sealed.
    pub async fn applied(&self, number: &str) -> GuaranteeId {
        let terms = Terms {
            applicant_name: Some("江南建设集团有限公司".into()),
            amount: Some("800000".parse().unwrap()),
            ..Terms::default()
        };
        self.applied_with(number, terms).await
    }

    pub async fn applied_with(&self, number: &str, terms: Terms) -> GuaranteeId {
        let application_no = ApplicationNo::new(number).unwrap();
        let id = GuaranteeId::of("jyzx", None, &application_no);
        let sealed =
            BTreeMap::from([(SealedField::SectionNo, "NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=".into())]);
        self.does(id, |keyring, at| {
            let apply = Apply {
                platform: "jyzx".into(),
                platform_code: None,
                application_no: application_no.clone(),
                terms: terms.clone(),
                sealed: sealed.clone(),
                extra: BTreeMap::new(),
                personal: BTreeMap::new(),
                content: keyring.fingerprint(b"application").unwrap(),
                at,
            };
            apply.into()
        })
        .await;
        id
    }

    pub async fn paid(&self, id: GuaranteeId) {
        self.does(id, |_, at| {
            let (payer_name, payer_account) = ("江南建设集团有限公司".into(), "3200010000000000001".into());
            let amount = "6400".parse().unwrap();
            RecordPremium { payer_name, payer_account, amount, paid_at: None, reference: None, at }.into()
        })
        .await;
    }

    pub async fn key_came(&self, id: GuaranteeId, opening_at: DateTime<Utc>, early: EarlyRestore) {
        let guarantee = self.ledger.history(id).await.unwrap().guarantee;
        let guarantee_no = guarantee.issued().unwrap().guarantee_no.to_string();
        let terms = Terms { section_no: Some("E3200000001000001001".into()), ..Terms::default() };
        self.does(id, |_, at| {
            let opened = Ok((terms.clone(), SealMode::Ecb));
            Restore { guarantee_no: guarantee_no.clone(), opening_at, opened, early, at }.into()
        })
        .await;
    }
}
