//! A ledger with lives, a seal and signed checkpoints, and an auditor who looks at it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use baohan_documents::{Documents, Settings};
use baohan_domain::command::{Annotate, Apply, Issue, IssueAsked, RecordPremium};
use baohan_domain::{ApplicationNo, Command, DocumentRef, Form, GuaranteeId, GuaranteeNo, Media, Terms};
use baohan_ledger::{Clock, Context, Error, Keyring, Ledger, ManualClock, MasterKey, OpenError};
use baohan_log::{ACCEPTED, AuditedCall, JournalEntry, Log};
use baohan_projections::{Projections, Runner};
use baohan_proof::{Body, Brought, OpenBody, Options, Report, Sources, Trust, verify};
use baohan_seal::{Policy, PublicKey, SignedCheckpoint, Signer, SigningKey, digest};
use baohan_sealer::{Outlets, Sealer};
use chrono::TimeDelta;
use tempfile::TempDir;

pub const PLATFORM: &str = "jyzx-demo";
const APPLICANT: &str = "江南建设集团有限公司";

/// Where a stage's databases are.
#[derive(Debug, Clone)]
pub struct Place {
    pub store: String,
    pub projections: String,
    pub shards: u16,
}

impl Place {
    /// Two files in a folder.
    pub fn files(folder: &Path) -> Self {
        let file = |name: &str| format!("sqlite:{}", folder.join(name).display());
        Self { store: file("ledger.db"), projections: file("ledger-projections.db"), shards: 1 }
    }

    /// One database for both.
    pub fn database(url: &str, shards: u16) -> Self {
        Self { store: url.to_owned(), projections: url.to_owned(), shards }
    }
}

/// A ledger at work.
pub struct Stage {
    pub folder: TempDir,
    pub place: Place,
    pub clock: ManualClock,
    pub ledger: Ledger,
    pub projections: Projections,
    pub documents: Documents,
    pub sealer: Sealer,
    runner: Runner,
    key: u8,
}

/// What an auditor holds.
pub struct Auditor {
    pub sources: Sources,
}

pub fn signer(seed: u8) -> Signer {
    SigningKey::from_bytes(&[seed; 32]).unwrap().into()
}

pub fn public_key(seed: u8) -> PublicKey {
    signer(seed).public_key().clone()
}

impl Stage {
    pub async fn on_files() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let place = Place::files(folder.path());
        Self::open(folder, place, 7, Outlets::default()).await
    }

    pub async fn on_postgres() -> Self {
        let place = Place::database(&baohan_servers::database().await.url, 2);
        Self::open(tempfile::tempdir().unwrap(), place, 7, Outlets::default()).await
    }

    pub async fn open(folder: TempDir, place: Place, key: u8, out: Outlets) -> Self {
        let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
        let now = clock.clone();
        let options = baohan_log::Options::new(&place.store, Arc::new(move || now.now()));
        let log = Log::open(&options.with_shards(place.shards)).await.unwrap();
        let options = baohan_projections::Options::at(&place.projections);
        let projections = Projections::open(log.clone(), options).await.unwrap();
        let runner = projections.runner().await.unwrap();
        let documents = documents(folder.path());
        let master_key = MasterKey::new(&[5; 32]).unwrap();
        let ledger = Ledger::new(log.clone(), master_key, Arc::new(clock.clone()));
        let clocked: Arc<dyn Clock> = Arc::new(clock.clone());
        let sealer = Sealer::new(
            log,
            projections.clone(),
            clocked,
            Arc::new(signer(key)),
            None,
            out,
            Duration::from_secs(1),
        );
        Self { folder, place, clock, ledger, projections, documents, sealer, runner, key }
    }

    /// Guarantees that are applied for, paid, issued with a document, and remarked upon, some of each at a time, with a checkpoint after each
    /// round.
    pub async fn lives(&mut self, guarantees: u32, rounds: u32) {
        for round in 0..rounds {
            for number in 0..guarantees {
                self.act(number, round).await;
            }
            self.seal().await;
        }
    }

    /// A step in a guarantee's life.
    pub async fn act(&self, number: u32, round: u32) {
        match round {
            0 => self.applies(number).await,
            1 => self.pays(number).await,
            2 => self.is_issued(number).await,
            _ => self.remark(number, &format!("remark {round}")).await,
        }
    }

    /// Applies what was written, and signs a checkpoint over it.
    pub async fn seal(&mut self) -> SignedCheckpoint {
        self.clock.advance(TimeDelta::seconds(1));
        self.runner.catch_up().await.unwrap();
        self.sealer.step().await.unwrap().expect("something has changed")
    }

    pub async fn catch_up(&mut self) {
        self.runner.catch_up().await.unwrap();
    }

    async fn does(&self, number: u32, prepare: impl Fn(&Keyring) -> Result<Command, Error> + Send) {
        self.clock.advance(TimeDelta::milliseconds(7));
        let context = Context {
            journal: Some(self.call(number)),
            ..Context::of("platform:demo", self.ledger.new_id())
        };
        self.ledger.carry_out(context, id_of(number), prepare).await.unwrap();
    }

    fn call(&self, number: u32) -> JournalEntry {
        let body = format!("{{\"applyno\":\"{number}\",\"at\":\"{}\"}}", self.ledger.now());
        JournalEntry {
            id: self.ledger.new_id(),
            received_at: self.ledger.now(),
            platform: Some(PLATFORM.to_owned()),
            interface: "baohanapply".to_owned(),
            outcome: ACCEPTED.to_owned(),
            body_sm3: hex::encode(digest(body.as_bytes())),
            body: Some(body.into()),
            ..JournalEntry::default()
        }
    }

    async fn applies(&self, number: u32) {
        let at = self.clock.now();
        self.does(number, move |keyring| {
            Ok(Apply {
                platform: PLATFORM.to_owned(),
                platform_code: None,
                application_no: application_no(number),
                terms: Terms {
                    applicant_name: Some(APPLICANT.to_owned()),
                    amount: Some("800000.00".parse().unwrap()),
                    ..Terms::default()
                },
                sealed: BTreeMap::new(),
                extra: BTreeMap::new(),
                personal: [("contact_phone".to_owned(), keyring.envelope("contact_phone", "13800000000")?)]
                    .into(),
                content: keyring.fingerprint(&number.to_be_bytes())?,
                at,
            }
            .into())
        })
        .await;
    }

    async fn pays(&self, number: u32) {
        let at = self.clock.now();
        let command = RecordPremium {
            payer_name: APPLICANT.to_owned(),
            payer_account: "6222000000000000001".to_owned(),
            amount: "6400.00".parse().unwrap(),
            paid_at: None,
            reference: Some(format!("r-{number}")),
            at,
        };
        self.does(number, |_| Ok(command.clone().into())).await;
    }

    async fn is_issued(&self, number: u32) {
        let at = self.clock.now();
        let file = format!("%PDF-1.4\n% guarantee {number}\n%%EOF\n");
        let made = self.documents.take(file.into_bytes().into()).await.unwrap();
        let document = DocumentRef {
            form: Form::Plain,
            digest: made.stored.digest.to_hex(),
            media: Media::Pdf,
            size_bytes: made.stored.size_bytes,
        };
        let command = Issue {
            asked: IssueAsked::default(),
            guarantee_no: GuaranteeNo::new(format!("BH{number:08}")).unwrap(),
            rate: "0.008".parse().unwrap(),
            valid_until: "2026-06-30".parse().unwrap(),
            document,
            at,
        };
        self.does(number, |_| Ok(command.clone().into())).await;
    }

    pub async fn remark(&self, number: u32, text: &str) {
        let command = Annotate { text: text.to_owned(), idempotency_key: None, at: self.clock.now() };
        self.does(number, |_| Ok(command.clone().into())).await;
    }

    pub fn log(&self) -> &Log {
        self.ledger.log()
    }

    /// Ends what writes. What is left is the folder, or the database.
    pub async fn closed(self) -> (TempDir, Place) {
        drop(self.runner);
        self.projections.close().await;
        self.ledger.log().close().await;
        (self.folder, self.place)
    }

    /// Whoever looks at this ledger with its key.
    pub async fn auditor(&self) -> Auditor {
        Auditor::of(self.folder.path(), &self.place, self.key).await
    }
}

impl Auditor {
    /// Opens everything for reading alone.
    pub async fn of(folder: &Path, place: &Place, key: u8) -> Self {
        let clock = ManualClock::at("2026-03-03T01:30:00Z".parse().unwrap());
        let now = clock.clone();
        let options = baohan_log::Options::new(&place.store, Arc::new(move || now.now())).read_only();
        let log = Log::open(&options).await.unwrap();
        let options = baohan_projections::Options {
            read_only: true,
            ..baohan_projections::Options::at(&place.projections)
        };
        let projections = Projections::open(log.clone(), options).await.unwrap();
        let ledger = Ledger::new(log.clone(), MasterKey::new(&[5; 32]).unwrap(), Arc::new(clock));
        let trust = Trust { keys: vec![public_key(key)], policy: Policy::default(), brought: Vec::new() };
        let sources = Sources {
            log,
            projections: Some(projections),
            documents: Some(documents(folder)),
            open_body: Some(opened_by(ledger)),
            trust,
        };
        Self { sources }
    }

    pub fn brings(&mut self, from: &str, signed: SignedCheckpoint) {
        self.sources.trust.brought.push(Brought { from: from.to_owned(), signed });
    }

    pub async fn verifies(&self) -> Report {
        self.verifies_with(&Options::default()).await
    }

    pub async fn verifies_with(&self, options: &Options) -> Report {
        let silent: baohan_proof::Progress = Arc::new(|_| {});
        verify(&self.sources, options, &silent).await.unwrap()
    }

    pub async fn close(&self) {
        if let Some(projections) = &self.sources.projections {
            projections.close().await;
        }
        self.sources.log.close().await;
    }
}

fn opened_by(ledger: Ledger) -> OpenBody {
    Arc::new(move |call: &AuditedCall| {
        let (id, aggregate_id, body) = (call.id, call.aggregate_id, call.body.clone());
        let entry = JournalEntry { id, aggregate_id, body, ..JournalEntry::default() };
        match ledger.opened_body(&entry, &call.key) {
            Ok(Some(body)) => Body::Open(body),
            Ok(None) | Err(Error::Envelope(OpenError::Erased(_))) => Body::Erased,
            Err(_) => Body::DoesNotOpen,
        }
    })
}

fn documents(folder: &Path) -> Documents {
    let url = format!("file:{}", documents_folder(folder).display());
    Documents::open(Settings { url, templates: None, fonts: Vec::new() }).unwrap()
}

pub fn documents_folder(folder: &Path) -> PathBuf {
    folder.join("documents")
}

pub fn id_of(number: u32) -> GuaranteeId {
    GuaranteeId::of(PLATFORM, None, &application_no(number))
}

fn application_no(number: u32) -> ApplicationNo {
    ApplicationNo::new(format!("SQ{number:08}")).unwrap()
}
