//! A ledger, its projections, and hands that step the workers.

use std::collections::BTreeMap;
use std::sync::Arc;

use baohan_documents::{Documents, Settings};
use baohan_domain::command::{Apply, EarlyRestore, RecordPremium, Restore};
use baohan_domain::state::InForce;
use baohan_domain::terms::SealedValues;
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_domain::{
    ApplicationNo, Command, Guarantee, GuaranteeId, Money, SealMode, SealedField, Status, Terms,
};
use baohan_issuing::{Institution, Issuing, NumberPattern};
use baohan_ledger::{Clock, Context, Ledger, ManualClock, MasterKey};
use baohan_log::Log;
use baohan_projections::{Options, Projections, Runner};
use baohan_workers::{Duty, Rounds};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;

pub const APPLICANT: &str = "江南建设集团有限公司";

pub struct Desk {
    pub ledger: Ledger,
    pub projections: Projections,
    pub clock: ManualClock,
    pub issuing: Issuing,
    pub documents: Documents,
    runner: Runner,
    _folder: TempDir,
}

impl Desk {
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name).display().to_string();
        let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
        let now = clock.clone();
        let options =
            baohan_log::Options::new(format!("sqlite:{}", path("ledger.db")), Arc::new(move || now.now()));
        let log = Log::open(&options).await.unwrap();
        let ledger = Ledger::new(log.clone(), MasterKey::new(&[7; 32]).unwrap(), Arc::new(clock.clone()));
        let projections =
            Projections::open(log, Options::at(format!("sqlite:{}", path("projections.db")))).await.unwrap();
        let runner = projections.runner().await.unwrap();
        let settings =
            Settings { url: format!("file:{}", path("documents")), templates: None, fonts: Vec::new() };
        let documents = Documents::open(settings).unwrap();
        let terms = UnderwritingTerms {
            rate: "0.008".parse().unwrap(),
            minimum_premium: "200.00".parse().unwrap(),
            validity_days: 120,
            amount_limit: "5000000.00".parse().unwrap(),
        };
        let institution = Institution {
            name: "示例融资担保有限公司".into(),
            claim_due_working_days: 3,
            platform_names: Arc::new(|_, _| None),
        };
        let numbers = NumberPattern::new("BH{date}{serial}");
        let issuing = Issuing::new(ledger.clone(), documents.clone(), terms, numbers, institution);
        Self { ledger, projections, clock, issuing, documents, runner, _folder: folder }
    }

    /// Steps a worker until it finds nothing more to do; says how many pieces it did.
    pub async fn step<D: Duty>(&mut self, duty: D) -> usize {
        let mut rounds = Rounds::new(duty, self.ledger.clone(), self.projections.clone());
        let mut done = 0;
        loop {
            self.runner.catch_up().await.unwrap();
            // The round waits until the projections show what it did, so somebody must apply it meanwhile.
            let round = rounds.round();
            tokio::pin!(round);
            let more = loop {
                tokio::select! {
                    more = &mut round => break more.unwrap(),
                    stepped = self.runner.step() => {
                        stepped.unwrap();
                        tokio::task::yield_now().await;
                    }
                }
            };
            if more == 0 {
                return done;
            }
            done += more;
        }
    }

    pub async fn applied(&self, application_no: &str, amount: &str) -> GuaranteeId {
        let number = ApplicationNo::new(application_no).unwrap();
        let id = GuaranteeId::of("jyzx-test", None, &number);
        let (at, amount) = (self.clock.now(), amount.parse::<Money>().unwrap());
        let sealed: SealedValues = [(
            SealedField::SectionName,
            "Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ".into(),
        )]
        .into();
        let apply = |keyring: &baohan_ledger::Keyring| {
            Ok(Command::Apply(Apply {
                platform: "jyzx-test".into(),
                platform_code: None,
                application_no: number.clone(),
                terms: Terms {
                    applicant_name: Some(APPLICANT.into()),
                    applicant_code: Some("91320000MA1XXXXX0A".into()),
                    amount: Some(amount),
                    section_no: Some("E3200000001000001001".into()),
                    beneficiary_name: Some("滨江城市建设投资有限公司".into()),
                    ..Terms::default()
                },
                sealed: sealed.clone(),
                extra: BTreeMap::new(),
                personal: BTreeMap::new(),
                content: keyring.fingerprint(application_no.as_bytes())?,
                at,
            }))
        };
        self.ledger.carry_out_first(self.context(), id, apply).await.unwrap();
        id
    }

    pub async fn paid(&self, id: GuaranteeId, payer_name: &str, amount: &str) {
        let command = RecordPremium {
            payer_name: payer_name.into(),
            payer_account: "32050100000000000001".into(),
            amount: amount.parse().unwrap(),
            paid_at: None,
            reference: None,
            at: self.clock.now(),
        };
        self.command(id, command).await;
    }

    /// The key comes; the opening is so far ahead.
    pub async fn key_comes(&self, id: GuaranteeId, opening_in: TimeDelta, early: EarlyRestore) {
        let at = self.clock.now();
        let guarantee_no = self.in_force(id).await.guarantee_no.to_string();
        let opened =
            Terms { section_name: Some("滨江快速路改造工程一标段".into()), ..Terms::default() };
        let opened = Ok((opened, SealMode::Ecb));
        self.command(id, Restore { guarantee_no, opening_at: at + opening_in, opened, early, at }).await;
    }

    pub async fn command(&self, id: GuaranteeId, command: impl Into<Command>) {
        let command = command.into();
        self.ledger.carry_out(self.context(), id, |_| Ok(command.clone())).await.unwrap();
    }

    pub async fn guarantee(&self, id: GuaranteeId) -> Guarantee {
        self.ledger.history(id).await.unwrap().guarantee
    }

    pub async fn in_force(&self, id: GuaranteeId) -> InForce {
        self.guarantee(id).await.issued().unwrap().clone()
    }

    pub async fn status(&self, id: GuaranteeId) -> Status {
        self.guarantee(id).await.status().unwrap()
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn context(&self) -> Context {
        Context::of("test", self.ledger.new_id())
    }
}
