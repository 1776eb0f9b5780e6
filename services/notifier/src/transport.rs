use std::time::Duration;

use baohan_wire::{Platform, Reply, parse_reply};
use bytes::Bytes;
use futures::StreamExt;
use reqwest::header::CONTENT_TYPE;
use reqwest::{Body, Client, Proxy};

use crate::gate::Gate;

/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long an answer may be; the rest is not read.
const ANSWER_BYTES_MAX: usize = 64 * 1024;

/// What came back from a platform.
#[derive(Debug)]
pub enum Delivered {
    /// An answer of the interface.
    Answered {
        /// HTTP status.
        status: u16,
        /// What it says.
        reply: Reply,
    },
    /// No answer of the interface: refused connection, time out, an error page.
    Failed {
        /// HTTP status, where there was one.
        status: Option<u16>,
        /// What happened, for people; without addresses' credentials.
        cause: String,
    },
}

/// The client that carries notices. Platforms are known by their configured addresses alone: redirections are not followed.
#[derive(Debug, Clone)]
pub struct Transport {
    client: Client,
    call_time_max: Duration,
}

impl Transport {
    /// A client whose whole calls end within `timeout`; through a proxy, or as the environment says.
    ///
    /// # Errors
    /// When the TLS roots of the machine cannot be used, or the proxy's address is none.
    pub fn new(timeout: Duration, proxy: Option<&str>) -> Result<Self, reqwest::Error> {
        // A second installation says that there is one, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = Client::builder();
        if let Some(proxy) = proxy {
            builder = builder.proxy(Proxy::all(proxy)?);
        }
        let client = builder
            .connect_timeout(CONNECT_WITHIN)
            .timeout(timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("baohan/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { client, call_time_max: timeout })
    }

    /// Within what time a call ends, whatever the platform does.
    #[must_use]
    pub fn call_time_max(&self) -> Duration {
        self.call_time_max
    }

    /// Sends a signed body through a gate and reads what comes back; absent: the gate was shut, and nothing went out. Only a status of success
    /// carries a protocol answer.
    pub(crate) async fn post_through(
        &self,
        gate: Gate,
        platform: &Platform,
        url: &str,
        body: Vec<u8>,
    ) -> Option<Delivered> {
        let warden = gate.warden();
        let answer = self.carry(platform, url, Body::wrap(gate.before(body))).await;
        if answer.is_err() && warden.held_it_back() {
            return None;
        }
        Some(match answer {
            Ok((status, answer)) => match parse_reply(platform, &answer) {
                Reply::NoProtocol { excerpt } => Delivered::Failed {
                    status: Some(status),
                    cause: format!("no answer of the interface: {excerpt}"),
                },
                reply if (200..300).contains(&status) => Delivered::Answered { status, reply },
                _ => Delivered::Failed { status: Some(status), cause: format!("HTTP status {status}") },
            },
            Err(error) => Delivered::Failed {
                status: error.status().map(|status| status.as_u16()),
                cause: cause(&error.without_url()),
            },
        })
    }

    /// Sends a signed body and gives the answer's status and beginning.
    ///
    /// # Errors
    /// When no answer comes.
    pub async fn send(
        &self,
        platform: &Platform,
        url: &str,
        body: Vec<u8>,
    ) -> Result<(u16, Bytes), reqwest::Error> {
        self.carry(platform, url, body.into()).await
    }

    async fn carry(
        &self,
        platform: &Platform,
        url: &str,
        body: Body,
    ) -> Result<(u16, Bytes), reqwest::Error> {
        let request = self.client.post(url).header(CONTENT_TYPE, platform.content_type()).body(body);
        let response = request.send().await?;
        let status = response.status().as_u16();
        let mut answer = Vec::new();
        let mut chunks = response.bytes_stream();
        while let Some(chunk) = chunks.next().await {
            let chunk = chunk?;
            let room = ANSWER_BYTES_MAX - answer.len();
            answer.extend_from_slice(&chunk[..chunk.len().min(room)]);
            if answer.len() == ANSWER_BYTES_MAX {
                break;
            }
        }
        Ok((status, answer.into()))
    }
}

/// An error and what is behind it, in one line.
fn cause(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(inner) = source {
        text.push_str(": ");
        text.push_str(&inner.to_string());
        source = inner.source();
    }
    text
}
