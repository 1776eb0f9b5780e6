use std::net::IpAddr;
use std::time::Duration;

use baohan_wire::{Ask, Platform, ask_body};
use chrono::{DateTime, Utc};
use reqwest::Url;
use reqwest::header::CONTENT_TYPE;
use reqwest::redirect::Policy;
use serde_json::Value;

/// How long a whole call may take; institutions answer within seconds.
const TIMEOUT: Duration = Duration::from_secs(30);
/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// The longest answer that is read: a reconciliation of 100,000 guarantees has less.
const ANSWER_BYTES_MAX: usize = 32 * 1024 * 1024;
/// Tolerated before the JSON, as institutions tolerate it.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

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
    /// The institution was not reached, or broke off.
    #[error("the institution does not answer")]
    Transport(#[source] reqwest::Error),
    /// What came is no answer of an interface.
    #[error("HTTP status {status} and no answer of an interface")]
    NoProtocol {
        /// HTTP status.
        status: u16,
    },
    /// More came than any answer has.
    #[error("the answer has more than {ANSWER_BYTES_MAX} bytes")]
    TooLong,
}

impl Client {
    /// A client for the institution at that address.
    ///
    /// # Errors
    /// When the machine's TLS roots cannot be used.
    pub fn new(institution_url: impl Into<String>) -> Result<Self, ClientError> {
        // A second installation says that there is one, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let institution_url = institution_url.into().trim_end_matches('/').to_owned();
        let mut builder = reqwest::Client::builder()
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_WITHIN)
            .redirect(Policy::none());
        if is_on_this_machine(&institution_url) {
            // The proxy of the environment cannot reach our loopback.
            builder = builder.no_proxy();
        }
        let http = builder.build().map_err(ClientError::Transport)?;
        Ok(Self { http, institution_url })
    }

    /// Where the institution is.
    #[must_use]
    pub fn institution_url(&self) -> &str {
        &self.institution_url
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
    pub async fn send(
        &self,
        platform: &Platform,
        interface: &str,
        body: Vec<u8>,
    ) -> Result<Answer, ClientError> {
        let prefix = match platform.path_prefix.as_str() {
            "" => String::new(),
            prefix => format!("/{prefix}"),
        };
        let url = format!("{}{prefix}/{interface}", self.institution_url);
        let request = self.http.post(url).header(CONTENT_TYPE, platform.content_type()).body(body);
        let mut response = request.send().await.map_err(ClientError::Transport)?;
        let status = response.status().as_u16();
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(ClientError::Transport)? {
            if body.len() + chunk.len() > ANSWER_BYTES_MAX {
                return Err(ClientError::TooLong);
            }
            body.extend_from_slice(&chunk);
        }
        Answer::read(status, body)
    }
}

impl Answer {
    /// Whether the institution took the call.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.code == "1"
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(behind_mark(&self.body)).unwrap_or(Value::Null)
    }

    fn read(status: u16, body: Vec<u8>) -> Result<Self, ClientError> {
        let json: Value =
            serde_json::from_slice(behind_mark(&body)).map_err(|_| ClientError::NoProtocol { status })?;
        let code = match json.get("code") {
            Some(Value::String(code)) => code.clone(),
            Some(Value::Number(code)) => code.to_string(),
            _ => return Err(ClientError::NoProtocol { status }),
        };
        let message = json.get("message").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(Self { status, code, message, body })
    }
}

fn is_on_this_machine(url: &str) -> bool {
    let host = Url::parse(url).ok().and_then(|url| url.host_str().map(str::to_owned)).unwrap_or_default();
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

fn behind_mark(body: &[u8]) -> &[u8] {
    body.strip_prefix(BYTE_ORDER_MARK).unwrap_or(body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_read_as_text_and_as_number() {
        for body in [r#"{"code":"1","message":"ok"}"#, r#"{"code":1,"message":"ok"}"#, "\u{feff}{\"code\":1}"]
        {
            assert!(Answer::read(200, body.into()).unwrap().is_success(), "{body}");
        }
        assert!(!Answer::read(200, br#"{"code":"0"}"#.to_vec()).unwrap().is_success());
    }

    #[test]
    fn this_machine_is_known_by_its_names() {
        for url in ["http://127.0.0.1:8080", "http://[::1]:8080/a", "http://localhost"] {
            assert!(is_on_this_machine(url), "{url}");
        }
        for url in ["https://bank.example", "http://10.0.0.1", "127.0.0.1", ""] {
            assert!(!is_on_this_machine(url), "{url}");
        }
    }

    #[test]
    fn an_error_page_is_no_answer() {
        for body in ["<html></html>", "{}", "[1]", ""] {
            let error = Answer::read(502, body.into()).unwrap_err();
            assert!(matches!(error, ClientError::NoProtocol { status: 502 }), "{body}");
        }
    }
}
