//! The institution's people, as the quickstart plays them: a client of the office's HTTP interface.

use std::fmt;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use reqwest::{Client, Method, StatusCode, Url};
use serde_json::Value;

/// How long anything that happens by itself may take: rendering the first document loads the typefaces.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// A caller of the office with every role.
#[derive(Debug, Clone)]
pub struct House {
    http: Client,
    base: Url,
    token: String,
}

/// What the office answered.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The HTTP status.
    pub status: StatusCode,
    /// The body, as JSON.
    pub body: Value,
}

/// An event as the office tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// `Issued`.
    pub kind: String,
    /// Its place in the guarantee.
    pub sequence: u64,
    /// Its place in the log.
    pub position: u64,
    /// What is to be told of it: an amount, a number, a reason.
    pub detail: String,
}

impl House {
    /// A client of the office at that address.
    pub fn new(base: &str, token: &str) -> anyhow::Result<Self> {
        let http = Client::builder().timeout(PATIENCE).no_proxy().build()?;
        Ok(Self { http, base: Url::parse(base)?, token: token.to_owned() })
    }

    /// One call; a body that is no JSON is an error, a refusal is not.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> anyhow::Result<Answer> {
        let url = self.base.join(path).with_context(|| format!("{path} is no path"))?;
        let mut request = self.http.request(method, url).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let response = request.send().await.with_context(|| format!("the office did not answer {path}"))?;
        let status = response.status();
        let bytes = response.bytes().await?;
        let body = serde_json::from_slice(&bytes)
            .with_context(|| format!("{path} answered {status} and no JSON"))?;
        Ok(Answer { status, body })
    }

    /// Reads a file as it is.
    pub async fn fetch(&self, path: &str) -> anyhow::Result<(StatusCode, Vec<u8>)> {
        let url = self.base.join(path).with_context(|| format!("{path} is no path"))?;
        let response = self.http.get(url).bearer_auth(&self.token).send().await;
        let response = response.with_context(|| format!("the office did not answer {path}"))?;
        Ok((response.status(), response.bytes().await?.to_vec()))
    }

    /// Reads something that must be there.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        let answer = self.call(Method::GET, path, None).await?;
        if !answer.status.is_success() {
            bail!("GET {path} answered {}: {}", answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// The guarantee of an application, if there is one.
    pub async fn guarantee(&self, application_no: &str) -> anyhow::Result<Option<Value>> {
        let found = self.get(&format!("/api/v1/guarantees?application_no={application_no}")).await?;
        Ok(found["items"].as_array().and_then(|items| items.first()).cloned())
    }

    /// The events of a guarantee.
    pub async fn events(&self, id: &str) -> anyhow::Result<Vec<Told>> {
        let answer = self.get(&format!("/api/v1/guarantees/{id}/events")).await?;
        let events = answer["events"].as_array().context("no list of events")?;
        let told = |event: &Value| Told {
            kind: event["type"].as_str().unwrap_or_default().to_owned(),
            sequence: event["sequence"].as_u64().unwrap_or_default(),
            position: event["position"].as_u64().unwrap_or_default(),
            detail: detail(&event["data"]),
        };
        Ok(events.iter().map(told).collect())
    }

    /// The events of a guarantee behind the first `seen`, as soon as there are `count` of them, or what there is when
    /// patience ends: whoever asked compares.
    pub async fn events_after(&self, id: &str, seen: usize, count: usize) -> anyhow::Result<Vec<Told>> {
        let since = Instant::now();
        loop {
            let mut events = self.events(id).await?;
            let mut new = events.split_off(seen.min(events.len()));
            if new.len() >= count || since.elapsed() > PATIENCE {
                new.truncate(count);
                return Ok(new);
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

impl fmt::Display for Told {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, sequence, position, detail } = self;
        let blank = if detail.is_empty() { "" } else { " " };
        write!(formatter, "{kind}{blank}{detail} (event {sequence}, position {position})")
    }
}

/// The fields of an event that a reader wants to see, in this order; the first that is there is shown.
const TOLD: [&str; 6] = ["guarantee_no", "amount", "invoice_no", "notice_kind", "reason", "cause"];

fn detail(data: &Value) -> String {
    let told = TOLD.iter().find_map(|field| data[field].as_str()).unwrap_or_default();
    match data["attempts"].as_u64() {
        Some(attempts) if attempts > 1 => format!("{told}, attempt {attempts}"),
        _ => told.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_is_told_with_what_matters_in_it() {
        let told = |data: Value| detail(&data);
        assert_eq!(
            told(serde_json::json!({ "claim": 1, "amount": "300000.00", "reason": "x" })),
            "300000.00"
        );
        assert_eq!(told(serde_json::json!({ "notice_kind": "issued", "attempts": 3 })), "issued, attempt 3");
        assert_eq!(told(serde_json::json!({ "quit_at": "2026-03-02T01:30:00Z" })), "");
    }
}
