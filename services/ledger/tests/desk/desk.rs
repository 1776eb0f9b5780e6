//! A ledger on a file, and what is asked of it.

use std::collections::BTreeMap;
use std::sync::Arc;

use baohan_domain::command::{Annotate, Apply};
use baohan_domain::{ApplicationNo, Command, GuaranteeId, Terms};
use baohan_ledger::{Clock, Context, Error, Keyring, Ledger, ManualClock, MasterKey, Outcome};
use baohan_log::{ACCEPTED, JournalEntry, Log, Options};
use tempfile::TempDir;

pub const PHONE: &str = "13800000000";

pub struct Desk {
    pub ledger: Ledger,
    pub clock: ManualClock,
    pub folder: TempDir,
}

impl Desk {
    pub async fn new() -> Self {
        Self::with_key(&[7; 32]).await
    }

    pub async fn with_key(key: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
        let log = open(&folder, &clock).await;
        let ledger = Ledger::new(log, MasterKey::new(key).unwrap(), Arc::new(clock.clone()));
        Self { ledger, clock, folder }
    }

    /// The same store under another master key.
    pub async fn reopened_with_key(self, key: &[u8]) -> Self {
        self.ledger.log().close().await;
        let log = open(&self.folder, &self.clock).await;
        let ledger = Ledger::new(log, MasterKey::new(key).unwrap(), Arc::new(self.clock.clone()));
        Self { ledger, ..self }
    }

    pub async fn apply(&self, application_no: &str, content: &str) -> Result<Outcome, Error> {
        let (id, prepare) = (id(application_no), self.prepare(application_no, content));
        self.ledger.carry_out_first(self.context(), id, prepare).await
    }

    /// An application whose content has the phone number in it.
    pub fn prepare(
        &self,
        application_no: &str,
        content: &str,
    ) -> impl Fn(&Keyring) -> Result<Command, Error> + Send + 'static {
        let (number, content) = (ApplicationNo::new(application_no).unwrap(), content.to_owned());
        let at = self.clock.now();
        move |keyring| {
            Ok(Apply {
                platform: "jyzx-test".into(),
                platform_code: None,
                application_no: number.clone(),
                terms: Terms { applicant_name: Some(content.clone()), ..Terms::default() },
                sealed: BTreeMap::new(),
                extra: BTreeMap::new(),
                personal: [("contact_phone".to_owned(), keyring.envelope("contact_phone", PHONE)?)].into(),
                content: keyring.fingerprint(content.as_bytes())?,
                at,
            }
            .into())
        }
    }

    pub async fn annotate(&self, application_no: &str, text: &str) -> Result<Outcome, Error> {
        let command = Annotate { text: text.into(), idempotency_key: None, at: self.clock.now() };
        self.ledger.carry_out(self.context(), id(application_no), |_| Ok(command.clone().into())).await
    }

    pub fn context(&self) -> Context {
        Context::of("test", self.ledger.new_id())
    }

    /// A call's entry with a body that holds the phone number.
    pub fn entry(&self) -> JournalEntry {
        JournalEntry {
            id: self.ledger.new_id(),
            received_at: self.clock.now(),
            interface: "test".into(),
            outcome: ACCEPTED.into(),
            body: Some(format!("{{\"phone\":\"{PHONE}\"}}").into()),
            body_sm3: "00".repeat(32),
            ..JournalEntry::default()
        }
    }
}

pub fn id(application_no: &str) -> GuaranteeId {
    GuaranteeId::of("jyzx-test", None, &ApplicationNo::new(application_no).unwrap())
}

async fn open(folder: &TempDir, clock: &ManualClock) -> Log {
    let now = clock.clone();
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    Log::open(&Options::new(url, Arc::new(move || now.now()))).await.unwrap()
}
