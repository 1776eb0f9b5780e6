//! The feed of events, read and streamed.

use std::time::Duration;

use baohan_office::Role;
use chrono::TimeDelta;
use futures::StreamExt as _;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, SECTION};

#[tokio::test]
async fn a_shard_is_read_in_order_page_by_page() {
    let house = House::open().await;
    house.issued("A-1").await;
    house.issued("A-2").await;
    let first = house.get(Role::Auditor, "/api/v1/events?shard=0&after=0&limit=4").await.json();
    let positions = |page: &Value| -> Vec<_> {
        page["items"].as_array().unwrap().iter().map(|event| event["position"].as_u64().unwrap()).collect()
    };
    assert_eq!((positions(&first), &first["next_cursor"]), (vec![1, 2, 3, 4], &json!("4")));
    let rest = house.get(Role::Auditor, "/api/v1/events?shard=0&limit=4&cursor=4").await.json();
    assert_eq!((positions(&rest), &rest["next_cursor"]), (vec![5, 6], &Value::Null));
    assert_eq!(positions(&house.get(Role::Auditor, "/api/v1/events?after=6").await.json()), [0; 0]);
    for query in ["shard=1", "shard=x", "after=-1"] {
        assert_eq!(
            house.get(Role::Auditor, &format!("/api/v1/events?{query}")).await.code(),
            "invalid-query"
        );
    }
}

/// A reader of a stream.
struct Reader {
    bytes: std::pin::Pin<Box<dyn futures::Stream<Item = Vec<u8>> + Send>>,
    text: String,
}

impl Reader {
    async fn open(house: &House, role: Role, query: &str, last_event_id: Option<&str>) -> Self {
        let mut call = house.call(role, Method::GET, &format!("/api/v1/events/stream{query}"));
        if let Some(last) = last_event_id {
            call = call.header("Last-Event-ID", last);
        }
        let response = call.send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let bytes = response.bytes_stream().map(|part| part.unwrap_or_default().to_vec());
        Self { bytes: Box::pin(bytes), text: String::new() }
    }

    /// The next event: its id, name and data; nothing when the stream has ended.
    async fn next(&mut self) -> Option<(String, String, Value)> {
        let within = Duration::from_secs(20);
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let line = event.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
                    line.unwrap_or_default().to_owned()
                };
                let told = (field("id"), field("event"), serde_json::from_str(&field("data")));
                let rest = rest.to_owned();
                self.text = rest;
                if let Ok(data) = told.2 {
                    return Some((told.0, told.1, data));
                }
                continue;
            }
            let part = tokio::time::timeout(within, self.bytes.next()).await.expect("an event in time")?;
            self.text.push_str(&String::from_utf8(part).unwrap());
        }
    }
}

#[tokio::test]
async fn a_stream_tells_what_happens_and_goes_on_where_it_was_left() {
    let house = House::open().await;
    house.applied("A-1").await;
    let mut live = Reader::open(&house, Role::Auditor, "", None).await;
    let id = house.applied("A-2").await;
    house.paid(id).await;
    let (first_id, name, data) = live.next().await.unwrap();
    assert_eq!(
        (first_id.as_str(), name.as_str(), &data["guarantee_id"]),
        ("0:2", "Applied", &json!(id.to_string()))
    );
    let (second_id, name, _) = live.next().await.unwrap();
    assert_eq!((second_id.as_str(), name.as_str()), ("0:3", "PremiumPaid"));
    drop(live);
    house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    let mut again = Reader::open(&house, Role::Auditor, "?shard=0", Some("0:2")).await;
    for right in ["0:3", "0:4"] {
        assert_eq!(again.next().await.unwrap().0, right);
    }
    let mut from_the_start = Reader::open(&house, Role::Auditor, "?shard=0&after=0", None).await;
    assert_eq!(from_the_start.next().await.unwrap().0, "0:1");
    for (query, last) in [("?shard=3", None), ("", Some("17"))] {
        let mut call = house.call(Role::Auditor, Method::GET, &format!("/api/v1/events/stream{query}"));
        if let Some(last) = last {
            call = call.header("Last-Event-ID", last);
        }
        assert_eq!(call.send().await.unwrap().status(), 400);
    }
}

#[tokio::test]
async fn a_stream_hides_what_is_hidden_until_the_opening() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let mut streams = Vec::new();
    for role in [Role::Auditor, Role::Operator] {
        streams.push((role, Reader::open(&house, role, "", None).await));
    }
    house.key_came(id, house.ledger.now() + TimeDelta::hours(11)).await;
    for (role, stream) in &mut streams {
        let (_, name, event) = stream.next().await.unwrap();
        assert_eq!(name, "RestoreRequested");
        let shown = event["data"]["opened"]["section_name"] == SECTION;
        assert_eq!(shown, *role == Role::Operator, "{role}");
    }
}

#[tokio::test]
async fn streams_end_when_the_process_stops_and_are_bounded() {
    let house = House::open().await;
    let mut streams = Vec::new();
    for _ in 0..64 {
        streams.push(Reader::open(&house, Role::Auditor, "", None).await);
    }
    let full = house.get(Role::Auditor, "/api/v1/events/stream").await;
    assert_eq!((full.status.as_u16(), full.code().as_str()), (429, "too-many-streams"));
    house.stop.cancel();
    for mut stream in streams {
        assert_eq!(stream.next().await, None);
    }
}
