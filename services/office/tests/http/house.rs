//! An office that serves on loopback, and who calls it.

use std::sync::Arc;
use std::time::Duration;

use baohan_documents::{Documents, Settings};
use baohan_domain::underwriting::UnderwritingTerms;
use baohan_domain::{GuaranteeId, Money};
use baohan_issuing::{Institution, Issuing, NumberPattern};
use baohan_ledger::{Clock as _, Ledger, ManualClock, MasterKey};
use baohan_log::Log;
use baohan_office::{Process, Role, Setup, Token, Tokens, router};
use baohan_projections::Projections;
use chrono::TimeDelta;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use crate::seal;

/// Whose platform the stories are about.
pub const PLATFORM: &str = "jyzx-wild";
/// A phone number that nobody may find where it does not belong.
pub const PHONE: &str = "13800000000";
/// The section's name, which was sealed.
pub const SECTION: &str = "滨江快速路改造工程一标段";

/// How long the projections may take on a machine that does other things as well.
const CATCH_UP_MAX: Duration = Duration::from_secs(30);

/// A house with an office.
pub struct House {
    pub ledger: Ledger,
    pub clock: ManualClock,
    pub projections: Projections,
    pub issuing: Issuing,
    pub stop: CancellationToken,
    pub url: String,
    pub folder: TempDir,
    client: reqwest::Client,
    runs: tokio::sync::Mutex<Option<tokio::task::JoinHandle<()>>>,
}

/// An answer, read whole.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: reqwest::header::HeaderMap,
    pub bytes: Vec<u8>,
}

impl Answer {
    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes)
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&self.bytes)))
    }

    /// The problem's code.
    pub fn code(&self) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json", "{self:?}");
        let problem = self.json();
        assert_eq!(problem["status"], self.status.as_u16());
        assert_eq!(problem["type"], format!("urn:baohan:problem:{}", problem["code"].as_str().unwrap()));
        assert!(problem["instance"].as_str().unwrap().starts_with("urn:uuid:"), "{problem}");
        problem["code"].as_str().unwrap().to_owned()
    }

    /// The problem's message.
    pub fn detail(&self) -> String {
        self.json()["detail"].as_str().unwrap().to_owned()
    }

    /// The guarantee of a write or read that went well.
    pub fn guarantee(&self) -> Value {
        assert_eq!(self.status, StatusCode::OK, "{}", String::from_utf8_lossy(&self.bytes));
        self.json()
    }
}

/// The token of a role.
pub fn token(role: Role) -> String {
    format!("token-of-the-{role}-0001")
}

fn tokens() -> Tokens {
    let of = |name: &str, token: &str, roles: &[Role]| Token {
        name: name.to_owned(),
        sha256: Sha256::digest(token.as_bytes()).into(),
        roles: roles.iter().copied().collect(),
    };
    let mut all: Vec<_> = Role::ALL.into_iter().map(|role| of(role.name(), &token(role), &[role])).collect();
    all.push(of("core-banking", "token-of-core-banking-0001", &Role::ALL[..4]));
    Tokens::new(all)
}

pub fn money(yuan: &str) -> Money {
    yuan.parse().unwrap()
}

impl House {
    /// Opens at 09:30 on a Monday in China.
    pub async fn open() -> Self {
        Self::open_with(false).await
    }

    /// As [`House::open`], perhaps for reading alone.
    pub async fn open_with(read_only: bool) -> Self {
        Self::make(read_only, seal::trust()).await
    }

    /// As [`House::open`], with other keys and another policy.
    pub async fn open_trusting(trust: baohan_proof::Trust) -> Self {
        Self::make(false, trust).await
    }

    async fn make(read_only: bool, trust: baohan_proof::Trust) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = TempDir::new().unwrap();
        let place = folder.path().display();
        let clock = ManualClock::at("2026-03-02T01:30:00Z".parse().unwrap());
        let ticking = clock.clone();
        let url = format!("sqlite:{place}/ledger.db");
        let options = baohan_log::Options::new(url.clone(), Arc::new(move || ticking.now()));
        let log = Log::open(&options).await.unwrap();
        let ledger = Ledger::new(log.clone(), MasterKey::new(&[7; 32]).unwrap(), Arc::new(clock.clone()));
        let projections = Projections::open(log, baohan_projections::Options::beside(&url)).await.unwrap();
        let stop = CancellationToken::new();
        let runner = projections.runner().await.unwrap();
        let runs = tokio::spawn(runner.run(stop.clone().cancelled_owned()));
        let documents = Documents::open(Settings {
            url: format!("file:{place}/documents"),
            templates: None,
            fonts: Vec::new(),
        });
        let terms = UnderwritingTerms {
            rate: "0.008".parse().unwrap(),
            minimum_premium: money("200"),
            validity_days: 120,
            amount_limit: money("5000000"),
        };
        let institution = Institution {
            name: "示例融资担保有限公司".to_owned(),
            claim_due_working_days: 3,
            platform_names: Arc::new(|_, _| Some("示例公共资源交易中心".to_owned())),
        };
        let numbers = NumberPattern::new("BH{date}{serial}");
        let issuing = Issuing::new(ledger.clone(), documents.unwrap(), terms, numbers, institution);
        let setup = Setup {
            issuing: issuing.clone(),
            projections: projections.clone(),
            trust,
            tokens: tokens(),
            metrics: Arc::new(|| "baohan_head_age_seconds 0\n".to_owned()),
            process: Process {
                roles: vec!["office", "projector"],
                started_at: clock.now(),
                topic: None,
                published_under: "relay",
                publisher: None,
                sealer: None,
                demanded_under: "sealer/demand",
            },
            read_only,
            stop: stop.clone(),
        };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router(setup)).await.unwrap() });
        let client = reqwest::Client::new();
        let runs = tokio::sync::Mutex::new(Some(runs));
        Self { ledger, clock, projections, issuing, stop, url, folder, client, runs }
    }

    /// A call without a token.
    pub fn anonymous(&self, method: Method, path: &str) -> RequestBuilder {
        self.client.request(method, format!("{}{path}", self.url))
    }

    /// A call in a role.
    pub fn call(&self, role: Role, method: Method, path: &str) -> RequestBuilder {
        self.anonymous(method, path).bearer_auth(token(role))
    }

    /// Reads in a role what the projections show when they have caught up, if they still run.
    pub async fn get(&self, role: Role, path: &str) -> Answer {
        if !self.stop.is_cancelled() {
            let _ = self.projections.caught_up(CATCH_UP_MAX).await;
        }
        self.get_at_once(role, path).await
    }

    /// Reads in a role.
    pub async fn get_at_once(&self, role: Role, path: &str) -> Answer {
        answer(self.call(role, Method::GET, path)).await
    }

    /// Writes about a guarantee in a role.
    pub async fn post(&self, role: Role, id: GuaranteeId, what: &str, body: Value) -> Answer {
        answer(
            self.call(role, Method::POST, &format!("/api/v1/guarantees/{id}/{what}")).body(body.to_string()),
        )
        .await
    }

    /// Stops what applies events to the projections, and waits until it has stopped.
    pub async fn projections_stop(&self) {
        self.stop.cancel();
        if let Some(runs) = self.runs.lock().await.take() {
            runs.await.unwrap();
        }
    }

    /// Moves the clock on.
    pub fn hours_pass(&self, hours: i64) {
        self.clock.advance(TimeDelta::hours(hours));
    }

    /// How many events there are in all.
    pub fn events_count(&self) -> u64 {
        self.ledger.log().head(0)
    }
}

/// The premium as the applicant pays it.
pub fn premium() -> Value {
    json!({ "payer_name": "江南建设集团有限公司", "payer_account": "3200010000000000001", "amount": "6400.00" })
}

/// Sends a call and reads the answer whole.
pub async fn answer(call: RequestBuilder) -> Answer {
    let response = call.send().await.unwrap();
    let (status, headers) = (response.status(), response.headers().clone());
    Answer { status, headers, bytes: response.bytes().await.unwrap().to_vec() }
}
