//! A sandbox that listens, and an institution's hand that calls it.

use std::sync::Arc;

use baohan_domain::{Money, Rate};
use baohan_sandbox::{Sandbox, Settings};
use baohan_wire::{Dialect, Interface, IssuedNotice, Notice, Platform, Secret, notice_body, sign_json};
use chrono::{DateTime, Utc};
use reqwest::Method;
use serde_json::Value;
use tokio::net::TcpListener;

pub const APPKEY: &str = "jyzx-sandbox";
pub const SECRET: &str = "sandbox-secret-01";
pub const PDF: &[u8] = b"%PDF-1.7\n%%EOF\n";

/// 2026-03-02 09:30:00 in China.
pub fn morning() -> DateTime<Utc> {
    "2026-03-02T01:30:00Z".parse().unwrap()
}

pub struct Stage {
    pub sandbox: Sandbox,
    /// As the institution knows it.
    pub platform: Platform,
    pub address: String,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub text: String,
}

impl Reply {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }

    pub fn message(&self) -> &str {
        self.body["message"].as_str().unwrap_or_default()
    }
}

/// A platform of that dialect, in TOML.
pub fn platform(dialect: &str) -> Platform {
    let dialect: Dialect = toml::from_str(dialect).unwrap();
    Platform { dialect, ..Platform::new(APPKEY, Secret::new(SECRET)) }
}

impl Stage {
    pub async fn new() -> Self {
        Self::speaking("").await
    }

    pub async fn speaking(dialect: &str) -> Self {
        Self::set(vec![platform(dialect)], |_| {}).await
    }

    /// With these platforms; where one has no address, it gets the listener's.
    pub async fn set(mut platforms: Vec<Platform>, change: impl FnOnce(&mut Settings)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        for platform in &mut platforms {
            if !platform.base_url.starts_with("http") {
                platform.base_url = format!("{address}{}", platform.base_url);
            }
        }
        let platform = platforms[0].clone();
        let mut settings = Settings {
            platforms,
            institution_url: "http://127.0.0.1:9".into(),
            refuses_repeats: false,
            refuses_strangers: false,
            now: Arc::new(morning),
        };
        change(&mut settings);
        let sandbox = Sandbox::new(settings).unwrap();
        let serving = sandbox.clone();
        tokio::spawn(async move { serving.serve(listener, std::future::pending()).await });
        Self { sandbox, platform, address, http: reqwest::Client::builder().no_proxy().build().unwrap() }
    }

    /// Tells the first platform, well signed.
    pub async fn tell(&self, notice: &Notice<'_>) -> Reply {
        self.tell_as(&self.platform, None, notice).await
    }

    /// Tells a platform as that profile would have it.
    pub async fn tell_as(&self, platform: &Platform, code: Option<&str>, notice: &Notice<'_>) -> Reply {
        let body = notice_body(platform, code, notice, morning());
        let url = platform.for_centre(code).url(notice.interface());
        self.post_to(&url, platform.content_type(), body).await
    }

    /// Sends these members, rightly signed.
    pub async fn send(&self, interface: Interface, members: &str) -> Reply {
        let json = format!(r#"{{"appkey":"{APPKEY}","timestamp":"2026-03-02 09:30:00",{members}}}"#);
        let signed = sign_json(&json, &self.platform.dialect, &Secret::new(SECRET)).unwrap();
        self.post(&format!("/{interface}"), signed.body.into_bytes()).await
    }

    pub async fn post(&self, path: &str, body: Vec<u8>) -> Reply {
        self.post_to(&format!("{}{path}", self.address), "application/json", body).await
    }

    pub async fn post_to(&self, url: &str, content_type: &str, body: Vec<u8>) -> Reply {
        self.try_post(url, content_type, body).await.unwrap()
    }

    pub async fn try_post(
        &self,
        url: &str,
        content_type: &str,
        body: Vec<u8>,
    ) -> Result<Reply, reqwest::Error> {
        let request = self.http.post(url).header("content-type", content_type).body(body);
        Self::read(request.send().await?).await
    }

    /// Drives the sandbox.
    pub async fn drive(&self, method: Method, path: &str, body: Option<&Value>) -> Reply {
        let request = self.http.request(method, format!("{}/sandbox{path}", self.address));
        let request = match body {
            Some(body) => request.header("content-type", "application/json").body(body.to_string()),
            None => request,
        };
        Self::read(request.send().await.unwrap()).await.unwrap()
    }

    pub async fn bytes(&self, path: &str) -> (u16, String, Vec<u8>) {
        let answer = self.http.get(format!("{}{path}", self.address)).send().await.unwrap();
        let media = answer.headers()["content-type"].to_str().unwrap().to_owned();
        (answer.status().as_u16(), media, answer.bytes().await.unwrap().to_vec())
    }

    async fn read(answer: reqwest::Response) -> Result<Reply, reqwest::Error> {
        let status = answer.status().as_u16();
        let text = answer.text().await?;
        Ok(Reply { status, body: serde_json::from_str(&text).unwrap_or(Value::Null), text })
    }
}

pub fn issued<'n>(application_no: &'n str, guarantee_no: &'n str) -> Notice<'n> {
    issued_with(application_no, guarantee_no, PDF)
}

pub fn issued_with<'n>(application_no: &'n str, guarantee_no: &'n str, document: &'n [u8]) -> Notice<'n> {
    Notice::Issued(IssuedNotice {
        application_no,
        guarantee_no,
        document_url: "http://127.0.0.1:8080/documents/1",
        document,
        payer_name: "江南建设集团有限公司",
        payer_account: "32050100000000000001",
        institution_name: Some("示例融资担保有限公司"),
        issued_at: morning(),
        rate: "0.008".parse::<Rate>().unwrap(),
        premium: "6400.00".parse::<Money>().unwrap(),
    })
}

pub fn restored<'n>(application_no: &'n str, guarantee_no: &'n str) -> Notice<'n> {
    Notice::Restored {
        application_no,
        guarantee_no,
        document_url: None,
        document: b"%PDF-1.7 plain\n%%EOF\n",
    }
}

pub fn invoiced(guarantee_no: &str) -> Notice<'_> {
    Notice::Invoiced {
        guarantee_no,
        invoice_url: Some("http://127.0.0.1:8080/invoices/1"),
        invoice_code: None,
        invoice_no: Some("25322000000012345678"),
    }
}

pub fn quit<'n>(application_no: &'n str, guarantee_no: &'n str) -> Notice<'n> {
    Notice::Quit { application_no, guarantee_no }
}
