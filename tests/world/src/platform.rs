//! The trading centre that calls the ledger.

use baohan_domain::{Money, Terms};
use baohan_wire::{Ask, SealKey, Secret, ask_body};
use chrono::{DateTime, Utc};
use serde_json::Value;

use crate::process::{APPKEY, SECRET, client};

/// The section's key, as it is written at the opening.
pub const KEY: &str = "0123456789abcdeffedcba9876543210";

/// A trading centre that calls the ledger, well signed.
#[derive(Clone)]
pub struct Platform {
    profile: baohan_wire::Platform,
    address: String,
    http: reqwest::Client,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// HTTP's status.
    pub status: u16,
    /// `1`, `0`, or nothing where the answer is none of the interface's.
    pub code: String,
    /// What it says.
    pub message: String,
    /// The whole of it.
    pub body: Value,
}

impl Platform {
    /// Calls the gateway at `host:port`.
    pub fn calling(gateway: &str) -> Self {
        let profile = baohan_wire::Platform::new(APPKEY, Secret::new(SECRET));
        Self { profile, address: format!("http://{gateway}"), http: client() }
    }

    /// Asks for a guarantee.
    pub async fn apply(&self, application_no: &str, amount: &str) -> Result<Answer, reqwest::Error> {
        let terms = terms(amount);
        let key = SealKey::parse(KEY).expect("a key");
        self.ask(&Ask::Apply { application_no, terms: &terms, key: Some(&key), iv: None }, &[]).await
    }

    /// Opens it.
    pub async fn restore(
        &self,
        application_no: &str,
        guarantee_no: &str,
        opening_at: DateTime<Utc>,
    ) -> Result<Answer, reqwest::Error> {
        let ask =
            Ask::Restore { application_no, guarantee_no, opening_at, key: Some(KEY), iv: None, plain: None };
        self.ask(&ask, &[]).await
    }

    /// Demands payment.
    pub async fn claim(
        &self,
        application_no: &str,
        guarantee_no: &str,
        amount: Option<Money>,
        phone: &str,
    ) -> Result<Answer, reqwest::Error> {
        let ask = Ask::Claim {
            application_no,
            guarantee_no,
            payee_account: Some("32050100000000000002"),
            amount,
            attachments: &[],
            contact_name: "王五",
            contact_phone: phone,
            reason: Some("中标人放弃中标"),
        };
        self.ask(&ask, &[]).await
    }

    /// Any call, with fields that the specification does not name.
    pub async fn ask(&self, ask: &Ask<'_>, extra: &[(&str, &str)]) -> Result<Answer, reqwest::Error> {
        let body = ask_body(&self.profile, None, ask, extra, now());
        let url = format!("{}/{}", self.address, ask.interface().name());
        let response = self.http.post(url).body(body).send().await?;
        let status = response.status().as_u16();
        let body: Value = serde_json::from_slice(&response.bytes().await?).unwrap_or(Value::Null);
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Ok(Answer { status, code: text("code"), message: text("message"), body })
    }
}

impl Answer {
    /// Whether the call was taken.
    pub fn taken(&self) -> bool {
        self.code == "1"
    }
}

/// The particulars of an application.
pub fn terms(amount: &str) -> Terms {
    Terms {
        applicant_name: Some("江南建设集团有限公司".into()),
        applicant_code: Some("91320000MA1XXXXX0A".into()),
        amount: Some(amount.parse().expect("an amount")),
        section_no: Some("E3200000001000001001".into()),
        section_name: Some("滨江快速路改造工程一标段".into()),
        beneficiary_name: Some("滨江城市建设投资有限公司".into()),
        beneficiary_code: Some("91320100MA1YYYYY1B".into()),
    }
}

/// Calls carry the real time: the program under test has the machine's clock.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test has the machine's clock, and so has its caller"
)]
pub fn now() -> DateTime<Utc> {
    Utc::now()
}
