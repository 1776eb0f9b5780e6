use std::time::Duration;

use baohan_wire::{Ask, Platform, ask_body};
use chrono::{DateTime, Utc};
use reqwest::header::CONTENT_TYPE;
use serde_json::Value;

const TIMEOUT: Duration = Duration::from_secs(30);

/// The platform's calls to the institution.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    institution_url: String,
}

/// What the institution answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// `1` or `0`, from a text or a number.
    pub code: String,
    /// The message.
    pub message: String,
    /// The whole body, as it came.
    pub body: Vec<u8>,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The institution was not reached.
    #[error("the institution does not answer")]
    Transport(#[source] reqwest::Error),
    /// What came is no answer of an interface.
    #[error("HTTP status {status} and no answer of an interface")]
    NoProtocol {
        /// HTTP status.
        status: u16,
    },
}

impl Client {
    /// A client for the institution at that address.
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be used.
    pub fn new(institution_url: impl Into<String>) -> Result<Self, ClientError> {
        // A second installation says that there is one, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().timeout(TIMEOUT).build().map_err(ClientError::Transport)?;
        Ok(Self { http, institution_url: institution_url.into().trim_end_matches('/').to_owned() })
    }

    /// Signs and calls.
    ///
    /// # Errors
    /// When nothing comes back that is an answer.
    pub async fn ask(
        &self,
        platform: &Platform,
        platform_code: Option<&str>,
        ask: &Ask<'_>,
        extra: &[(&str, &str)],
        now: DateTime<Utc>,
    ) -> Result<Answer, ClientError> {
        let body = ask_body(platform, platform_code, ask, extra, now);
        self.send(platform, ask.interface().name(), body).await
    }

    /// Calls with a body as it is, well signed or not.
    ///
    /// # Errors
    /// As [`Client::ask`].
    pub async fn send(&self, platform: &Platform, interface: &str, body: Vec<u8>) -> Result<Answer, ClientError> {
        let prefix = match platform.path_prefix.as_str() {
            "" => String::new(),
            prefix => format!("/{prefix}"),
        };
        let url = format!("{}{prefix}/{interface}", self.institution_url);
        let request = self.http.post(url).header(CONTENT_TYPE, platform.content_type()).body(body);
        let response = request.send().await.map_err(ClientError::Transport)?;
        let status = response.status().as_u16();
        let body = response.bytes().await.map_err(ClientError::Transport)?;
        let json: Value = serde_json::from_slice(&body).map_err(|_| ClientError::NoProtocol { status })?;
        let code = match json.get("code") {
            Some(Value::String(code)) => code.clone(),
            Some(Value::Number(code)) => code.to_string(),
            _ => return Err(ClientError::NoProtocol { status }),
        };
        let message = json.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Answer { status, code, message, body: body.to_vec() })
    }
}

impl Answer {
    /// Whether the institution took the call.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.code == "1"
    }
}
