//! A ledger with its notifier on one side, a trading centre on the other.

use std::sync::Arc;

use baohan_documents::{Documents, LinkSigner, Settings as DocumentSettings};
use baohan_domain::command::{Apply, ConfirmQuit, Decline, IssueAsked, RequestQuit};
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_domain::{ApplicationNo, Command, Event, GuaranteeId, Money, Terms};
use baohan_issuing::{Institution, Issuing, NumberPattern};
use baohan_ledger::{Clock, Context, Ledger, ManualClock, MasterKey};
use baohan_log::{Attempt, Log};
use baohan_notifier::{Letterhead, Notifier, Patience, SectionPoller, Transport, Wiring};
use baohan_projections::notices::Filter;
use baohan_projections::{Projections, Runner, Slice};
use baohan_sandbox::{Sandbox, Settings};
use baohan_wire::{Dialect, Directory, Platform, Secret};
use chrono::{DateTime, TimeDelta, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use uuid::Uuid;

/// A file that passes for a PDF where nobody prints it.
pub const FILE: &[u8] =
    b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n";

pub struct House {
    pub ledger: Ledger,
    pub projections: Projections,
    pub clock: ManualClock,
    pub sandbox: Sandbox,
    pub platform: Platform,
    pub notifier: Notifier,
    issuing: Issuing,
    documents: Documents,
    runner: Runner,
    _folder: TempDir,
}

fn now() -> DateTime<Utc> {
    "2026-03-02T01:30:00Z".parse().unwrap()
}

impl House {
    pub async fn new() -> Self {
        Self::speaking(|_| {}, false).await
    }

    /// With a platform that speaks so, and that may refuse what it has already.
    pub async fn speaking(change: impl FnOnce(&mut Dialect), refuses_repeats: bool) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(now());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/open/api", listener.local_addr().unwrap());
        let mut platform = Platform { base_url, ..Platform::new("jyzx-test", Secret::new("test-secret-01")) };
        change(&mut platform.dialect);
        let sandbox = sandbox(&platform, &clock, refuses_repeats);
        let serving = sandbox.clone();
        tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });

        let path = |name: &str| folder.path().join(name).display().to_string();
        let clock_of_log = clock.clone();
        let options = baohan_log::Options::new(
            format!("sqlite:{}", path("ledger.db")),
            Arc::new(move || clock_of_log.now()),
        );
        let log = Log::open(&options).await.unwrap();
        let ledger = Ledger::new(log.clone(), MasterKey::new(&[7; 32]).unwrap(), Arc::new(clock.clone()));
        let options = baohan_projections::Options::at(format!("sqlite:{}", path("projections.db")));
        let projections = Projections::open(log, options).await.unwrap();
        let runner = projections.runner().await.unwrap();
        let settings = DocumentSettings {
            url: format!("file:{}", path("documents")),
            templates: None,
            fonts: Vec::new(),
        };
        let documents = Documents::open(settings).unwrap();
        let issuing = issuing(&ledger, &documents);
        let notifier = notifier(&ledger, &projections, &documents, &platform);
        Self {
            ledger,
            projections,
            clock,
            sandbox,
            platform,
            notifier,
            issuing,
            documents,
            runner,
            _folder: folder,
        }
    }

    /// A second notifier over the same store.
    pub fn another_notifier(&self) -> Notifier {
        notifier(&self.ledger, &self.projections, &self.documents, &self.platform)
    }

    pub fn poller(&self) -> SectionPoller {
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        SectionPoller::new(self.ledger.log().clone(), clock, transport())
    }

    /// Lets the projections see everything, and the notifier send everything that is due.
    pub async fn deliver(&mut self) {
        loop {
            self.runner.catch_up().await.unwrap();
            let round = self.notifier.round().await.unwrap();
            self.notifier.drain().await;
            if round.started == 0 {
                break;
            }
        }
    }

    pub async fn see(&mut self) {
        self.runner.catch_up().await.unwrap();
    }

    pub async fn applied(&self, application_no: &str) -> GuaranteeId {
        let number = ApplicationNo::new(application_no).unwrap();
        let id = GuaranteeId::of(&self.platform.appkey, None, &number);
        let at = self.clock.now();
        let apply = |keyring: &baohan_ledger::Keyring| {
            Ok(Command::Apply(Apply {
                platform: self.platform.appkey.clone(),
                platform_code: None,
                application_no: number.clone(),
                terms: Terms {
                    applicant_name: Some("江南建设集团有限公司".into()),
                    applicant_code: Some("91320000MA1XXXXX0A".into()),
                    amount: Some("800000.00".parse::<Money>().unwrap()),
                    section_no: Some("E3200000001000001001".into()),
                    section_name: Some("滨江快速路改造工程一标段".into()),
                    beneficiary_name: Some("滨江城市建设投资有限公司".into()),
                    beneficiary_code: None,
                },
                sealed: std::collections::BTreeMap::new(),
                extra: std::collections::BTreeMap::new(),
                personal: std::collections::BTreeMap::new(),
                content: keyring.fingerprint(application_no.as_bytes())?,
                at,
            }))
        };
        self.ledger.carry_out_first(self.context(), id, apply).await.unwrap();
        id
    }

    pub async fn issued(&self, application_no: &str) -> GuaranteeId {
        let id = self.applied(application_no).await;
        let asked = IssueAsked {
            premium: Some("6400.00".parse().unwrap()),
            payer_name: Some("江南建设集团有限公司".into()),
            payer_account: Some("32050100000000000001".into()),
            ..IssueAsked::default()
        };
        let file = Some(FILE.to_vec().into());
        self.issuing.issue(self.context(), id, asked, file).await.unwrap();
        id
    }

    pub async fn declined(&self, application_no: &str) -> GuaranteeId {
        let id = self.applied(application_no).await;
        let at = self.clock.now();
        self.command(id, Decline { reason: "资料不全".into(), at }).await;
        id
    }

    pub async fn quit(&self, id: GuaranteeId) {
        let history = self.ledger.history(id).await.unwrap();
        let guarantee_no = history.guarantee.issued().unwrap().guarantee_no.to_string();
        let at = self.clock.now();
        let content = history.keyring.fingerprint(b"quit").unwrap();
        self.command(
            id,
            RequestQuit { guarantee_no, reason: "放弃投标".into(), exception: None, content, at },
        )
        .await;
        self.command(id, ConfirmQuit { at }).await;
    }

    pub async fn command(&self, id: GuaranteeId, command: impl Into<Command>) {
        let command = command.into();
        self.ledger.carry_out(self.context(), id, |_| Ok(command.clone())).await.unwrap();
    }

    /// What the guarantee's story says of its notices.
    pub async fn outcomes(&self, id: GuaranteeId) -> Vec<Event> {
        let recorded = self.ledger.history(id).await.unwrap().recorded;
        let is_outcome = |event: &Event| {
            matches!(
                event,
                Event::NoticeAcknowledged(_) | Event::NoticeAbandoned(_) | Event::NoticeSkipped(_)
            )
        };
        recorded.into_iter().map(|record| record.event).filter(is_outcome).collect()
    }

    /// The notices of a guarantee, oldest first.
    pub async fn notices(&self, id: GuaranteeId) -> Vec<Uuid> {
        let filter = Filter { guarantee: Some(id.uuid()), ..Filter::default() };
        let mut page = self.projections.notices(&filter, &Slice::first(100)).await.unwrap().items;
        page.sort_by_key(|notice| notice.sequence);
        page.into_iter().map(|notice| notice.id).collect()
    }

    pub async fn attempts(&self, id: GuaranteeId) -> Vec<Attempt> {
        let notice = self.notices(id).await[0];
        self.ledger.log().attempts(notice).await.unwrap()
    }

    pub fn later(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    fn context(&self) -> Context {
        Context::of("test", self.ledger.new_id())
    }
}

fn sandbox(platform: &Platform, clock: &ManualClock, refuses_repeats: bool) -> Sandbox {
    let now = clock.clone();
    Sandbox::new(Settings {
        platforms: vec![platform.clone()],
        institution_url: "http://127.0.0.1:9".into(),
        refuses_repeats,
        refuses_strangers: false,
        now: Arc::new(move || now.now()),
    })
    .unwrap()
}

fn issuing(ledger: &Ledger, documents: &Documents) -> Issuing {
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
    Issuing::new(
        ledger.clone(),
        documents.clone(),
        terms,
        NumberPattern::new("BH{date}{serial}"),
        institution,
    )
}

fn transport() -> Transport {
    Transport::new(std::time::Duration::from_secs(2), None).unwrap()
}

fn notifier(
    ledger: &Ledger,
    projections: &Projections,
    documents: &Documents,
    platform: &Platform,
) -> Notifier {
    Notifier::new(Wiring {
        ledger: ledger.clone(),
        projections: projections.clone(),
        documents: documents.clone(),
        directory: Arc::new(Directory::new([platform.clone()]).unwrap()),
        transport: transport(),
        head: Letterhead {
            institution_name: "示例融资担保有限公司".into(),
            public_url: "http://127.0.0.1:8080/".into(),
            links: LinkSigner::new(&[3; 32]).unwrap(),
        },
        patience: Patience { refusals_max: 3, ..Patience::default() },
    })
}
