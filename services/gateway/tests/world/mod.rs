//! A ledger on a real file behind a real listener, and what platforms, the office and the renderer do to it.
//! Each test has a world of its own.

#![allow(dead_code, reason = "each of the test programs uses a part of it")]

mod message;
mod office;

use std::sync::Arc;

use baohan_documents::{LinkSigner, Store};
use baohan_domain::calendar::from_china_time;
use baohan_domain::{ApplicationNo, Guarantee, GuaranteeId};
use baohan_gateway::{Gateway, Options, Readiness, serve};
use baohan_ledger::{Clock, Ledger, ManualClock, MasterKey};
use baohan_log::{JournalFilter, JournalRecord, Log};
use baohan_projections::Projections;
use baohan_wire::{Dialect, Directory, Platform, Secret};
use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

pub use message::{KEY, Message};

pub const APPKEY: &str = "jyzx-wild";
pub const SECRET: &str = "wild-secret-01";

pub struct World {
    pub ledger: Ledger,
    pub projections: Projections,
    pub clock: ManualClock,
    pub documents: Store,
    pub links: LinkSigner,
    pub readiness: Readiness,
    pub base: String,
    pub platform: Platform,
    http: reqwest::Client,
    folder: tempfile::TempDir,
    stop: Option<oneshot::Sender<()>>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub body: Value,
    pub text: String,
}

impl Answer {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }

    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or("")
    }

    #[track_caller]
    pub fn taken(&self) {
        assert_eq!((self.status, self.code()), (200, "1"), "{}", self.text);
    }

    /// Code 0 with a message that holds `part`.
    #[track_caller]
    pub fn refused_with(&self, part: &str) {
        assert_eq!((self.status, self.code()), (200, "0"), "{}", self.text);
        assert!(self.message().contains(part), "{} does not hold {part}", self.message());
    }
}

/// A time on China's wall clock.
pub fn china(text: &str) -> DateTime<Utc> {
    from_china_time(NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S").unwrap())
}

/// The cases' platform: it speaks the specification, and its calls may have any time.
pub fn platform() -> Platform {
    Platform { timestamp_window_seconds: 0, ..Platform::new(APPKEY, Secret::new(SECRET)) }
}

/// The same with another dialect.
pub fn speaking(change: impl FnOnce(&mut Dialect)) -> Platform {
    let mut platform = platform();
    change(&mut platform.dialect);
    platform
}

impl World {
    pub async fn new() -> Self {
        Self::of(platform()).await
    }

    pub async fn of(platform: Platform) -> Self {
        Self::with(platform, Options::default()).await
    }

    pub async fn with(platform: Platform, options: Options) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(china("2026-03-02 09:30:00"));
        Self::in_folder(folder, clock, platform, options, true).await
    }

    /// Nothing applies the log to the projections.
    pub async fn without_a_runner() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = ManualClock::at(china("2026-03-02 09:30:00"));
        Self::in_folder(folder, clock, platform(), Options::default(), false).await
    }

    async fn in_folder(
        folder: tempfile::TempDir,
        clock: ManualClock,
        platform: Platform,
        options: Options,
        has_runner: bool,
    ) -> Self {
        let path = |name: &str| folder.path().join(name).display().to_string();
        let now = clock.clone();
        let log_options =
            baohan_log::Options::new(format!("sqlite:{}", path("ledger.db")), Arc::new(move || now.now()));
        let log = Log::open(&log_options).await.unwrap();
        let ledger = Ledger::new(log.clone(), MasterKey::new(&[7; 32]).unwrap(), Arc::new(clock.clone()));
        let projections = Projections::open(
            log,
            baohan_projections::Options::at(format!("sqlite:{}", path("projections.db"))),
        )
        .await
        .unwrap();
        if has_runner {
            let runner = projections.runner().await.unwrap();
            tokio::spawn(runner.run(std::future::pending()));
        }
        let documents = Store::open(&format!("file:{}", path("documents"))).unwrap();
        let links = LinkSigner::new(&[9; 32]).unwrap();
        let readiness = Readiness::default();
        let gateway = Gateway {
            ledger: ledger.clone(),
            projections: projections.clone(),
            directory: Arc::new(Directory::new([platform.clone()]).unwrap()),
            documents: documents.clone(),
            links: links.clone(),
            options,
            readiness: readiness.clone(),
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let (stop, stopped) = oneshot::channel();
        tokio::spawn(serve(listener, gateway.router(), async {
            let _ = stopped.await;
        }));
        let http = client();
        Self {
            ledger,
            projections,
            clock,
            documents,
            links,
            readiness,
            base,
            platform,
            http,
            folder,
            stop: Some(stop),
        }
    }

    /// The same ledger with the platform's profile changed, as after a new configuration and a restart.
    pub async fn restarted_with(mut self, platform: Platform) -> Self {
        self.stop.take();
        self.ledger.log().close().await;
        self.projections.close().await;
        let Self { folder, clock, .. } = self;
        Self::in_folder(folder, clock, platform, Options::default(), true).await
    }

    pub fn at(&self, china_time: &str) {
        self.clock.set(china(china_time));
    }

    /// Sends bytes to an interface.
    pub async fn send(&self, interface: &str, body: impl Into<reqwest::Body>) -> Answer {
        self.request(self.http.post(format!("{}/{interface}", self.base)).body(body)).await
    }

    /// Signs a message and sends it.
    pub async fn call(&self, message: &Message) -> Answer {
        self.send(message.interface, message.signed(&self.platform)).await
    }

    pub async fn request(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.unwrap();
        let status = response.status().as_u16();
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Answer { status, body, text }
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    pub fn id(&self, application_no: &str) -> GuaranteeId {
        self.id_of_centre(None, application_no)
    }

    pub fn id_of_centre(&self, platform_code: Option<&str>, application_no: &str) -> GuaranteeId {
        GuaranteeId::of(&self.platform.appkey, platform_code, &ApplicationNo::new(application_no).unwrap())
    }

    pub async fn guarantee(&self, application_no: &str) -> Guarantee {
        self.ledger.history(self.id(application_no)).await.unwrap().guarantee
    }

    /// The names of a guarantee's events.
    pub async fn events(&self, application_no: &str) -> Vec<String> {
        self.events_of(self.id(application_no)).await
    }

    pub async fn events_of(&self, id: GuaranteeId) -> Vec<String> {
        let history = self.ledger.history(id).await.unwrap();
        history.recorded.into_iter().map(|recorded| recorded.stored.event_type).collect()
    }

    /// The newest journal entries, newest first.
    pub async fn journal(&self) -> Vec<JournalRecord> {
        self.ledger.log().journal(&JournalFilter::default()).await.unwrap().records
    }

    pub async fn outcomes(&self) -> Vec<String> {
        self.journal().await.into_iter().map(|record| record.entry.outcome).collect()
    }

    /// What the newest entry says of a wrong signature.
    pub async fn diagnosis(&self) -> String {
        self.journal().await[0].entry.diagnosis.clone().unwrap_or_default()
    }

    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Asks the gateway to stop, softly.
    pub fn stop(&mut self) {
        self.stop.take();
    }
}

fn client() -> reqwest::Client {
    // An error says that another test has chosen the provider already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::new()
}

impl World {
    /// Follows the link to a document.
    pub async fn download(&self, application_no: &str, form: &str) -> Answer {
        self.request(self.http.get(self.link(application_no, form).await)).await
    }

    /// The link to a document, as a notice tells it.
    pub async fn link(&self, application_no: &str, form: &str) -> String {
        use baohan_domain::state::Opening;
        let guarantee = self.guarantee(application_no).await;
        let issued = guarantee.issued().unwrap();
        let document = match (form, &issued.opening) {
            ("plain", Opening::Restored { document, .. }) => document,
            _ => &issued.document,
        };
        let id = self.id(application_no).to_string();
        let token = self.links.token(&id, form, &document.digest);
        format!("{}/documents/{id}/{form}/{token}", self.base)
    }
}
