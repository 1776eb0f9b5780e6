use std::time::{Duration, Instant};

use baohan_servers::wait_a_moment;
use reqwest::Method;
use serde_json::{Value, json};

use crate::process::{TOKEN, client};

const WITHIN: Duration = Duration::from_secs(30);

/// People and core systems, by the office API.
#[derive(Clone)]
pub struct Office {
    address: String,
    http: reqwest::Client,
}

impl Office {
    /// At `host:port`.
    pub fn at(office: &str) -> Self {
        Self { address: format!("http://{office}"), http: client() }
    }

    /// Reads.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        self.send(Method::GET, path, None).await.expect("an answer")
    }

    /// Writes.
    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.send(Method::POST, path, Some(body)).await.expect("an answer")
    }

    /// An answer as it is.
    pub async fn text(&self, path: &str) -> String {
        let request = self.http.get(format!("{}{path}", self.address)).bearer_auth(TOKEN);
        request.send().await.expect("an answer").text().await.expect("a text")
    }

    /// A file as it is.
    pub async fn bytes(&self, path: &str) -> (u16, Vec<u8>) {
        let request = self.http.get(format!("{}{path}", self.address)).bearer_auth(TOKEN);
        let answer = request.send().await.expect("an answer");
        (answer.status().as_u16(), answer.bytes().await.expect("a body").to_vec())
    }

    /// The guarantee's id, once the list shows it.
    pub async fn id(&self, application_no: &str) -> String {
        let path = format!("/api/v1/guarantees?application_no={application_no}");
        let found = self.until(&path, |body| body["items"][0]["id"].is_string()).await;
        found["items"][0]["id"].as_str().expect("an id").to_owned()
    }

    /// Records the premium and issues; answers with the guarantee.
    pub async fn issue(&self, id: &str) -> Value {
        let body = json!({
            "premium": "6400.00",
            "payer_name": "江南建设集团有限公司",
            "payer_account": "32050100000000000001",
        });
        let (status, guarantee) = self.post(&format!("/api/v1/guarantees/{id}/issue"), body).await;
        assert_eq!(status, 200, "{guarantee}");
        guarantee
    }

    /// Asks until the answer is as wanted.
    pub async fn until(&self, path: &str, is_right: impl Fn(&Value) -> bool) -> Value {
        let started = Instant::now();
        loop {
            let (status, body) = self.get(path).await;
            if status == 200 && is_right(&body) {
                return body;
            }
            assert!(started.elapsed() < WITHIN, "{path} answers {status} {body}");
            wait_a_moment().await;
        }
    }

    /// Every record of the only shard, in order.
    pub async fn events(&self) -> Vec<Value> {
        let mut events: Vec<Value> = Vec::new();
        loop {
            let after = events.last().and_then(|event| event["position"].as_u64()).unwrap_or(0);
            let (status, page) = self.get(&format!("/api/v1/events?shard=0&after={after}&limit=1000")).await;
            assert_eq!(status, 200, "{page}");
            let items = page["items"].as_array().expect("a page").clone();
            if items.is_empty() {
                return events;
            }
            events.extend(items);
        }
    }

    /// Writes, and tells whether anything came back: the process may be killed under the call.
    pub async fn try_post(&self, path: &str, body: Value) -> Result<(u16, Value), reqwest::Error> {
        self.send(Method::POST, path, Some(body)).await
    }

    /// Reads, and tells whether anything came back.
    pub async fn try_get(&self, path: &str) -> Result<(u16, Value), reqwest::Error> {
        self.send(Method::GET, path, None).await
    }

    async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
    ) -> Result<(u16, Value), reqwest::Error> {
        let mut request = self.http.request(method, format!("{}{path}", self.address)).bearer_auth(TOKEN);
        if let Some(body) = body {
            request = request.header("content-type", "application/json").body(body.to_string());
        }
        let answer = request.send().await?;
        let status = answer.status().as_u16();
        let bytes = answer.bytes().await?;
        Ok((status, serde_json::from_slice(&bytes).unwrap_or(Value::Null)))
    }
}
