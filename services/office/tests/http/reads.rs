//! One guarantee, now and then; and what is hidden until the opening.

use baohan_office::Role;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::house::{House, SECTION};

#[tokio::test]
async fn a_guarantee_is_shown_as_it_is_and_as_it_was() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let applied_at = house.ledger.now();
    house.hours_pass(1);
    house.paid(id).await;
    house.hours_pass(1);
    house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    let path = format!("/api/v1/guarantees/{id}");
    let now = house.get(Role::Auditor, &path).await.guarantee();
    assert_eq!(
        (&now["status"], &now["version"], &now["application_no"]),
        (&json!("issued"), &json!(3), &json!("A-1"))
    );
    for (minutes, status, version) in
        [(0, "applied", 1), (59, "applied", 1), (60, "applied", 2), (119, "applied", 2), (120, "issued", 3)]
    {
        let at =
            (applied_at + TimeDelta::minutes(minutes)).to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
        let then = house.get(Role::Auditor, &format!("{path}?as_of={at}")).await.guarantee();
        assert_eq!((&then["status"], &then["version"]), (&json!(status), &json!(version)), "{minutes}");
    }
    let in_china =
        house.get(Role::Auditor, &format!("{path}?as_of=2026-03-02T10:30:00+08:00")).await.guarantee();
    assert_eq!(in_china["version"], 2, "a plus that nobody encoded");
    let before = house.get(Role::Auditor, &format!("{path}?as_of=2026-03-01T00:00:00Z")).await;
    assert_eq!((before.status.as_u16(), before.code().as_str()), (404, "unknown-guarantee"));
    for query in ["as_of=yesterday", "asof=2026-03-02T00:00:00Z"] {
        assert_eq!(house.get(Role::Auditor, &format!("{path}?{query}")).await.code(), "invalid-query");
    }
}

#[tokio::test]
async fn plain_values_are_hidden_until_the_opening_from_all_but_operators() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.restored(id, house.ledger.now() + TimeDelta::hours(11)).await;
    let paths = [
        format!("/api/v1/guarantees/{id}"),
        format!("/api/v1/guarantees/{id}?as_of=2026-03-02T01:30:00Z"),
        format!("/api/v1/guarantees/{id}/events"),
        "/api/v1/guarantees".to_owned(),
        "/api/v1/events".to_owned(),
        "/api/v1/sections/exceptions".to_owned(),
        "/api/v1/reconciliation?platform=jyzx-wild&start=2026-03-01&end=2026-03-03".to_owned(),
        "/api/v1/journal".to_owned(),
    ];
    house.journalled(Some(id)).await;
    for path in &paths {
        for role in [Role::Underwriter, Role::Auditor, Role::Finance, Role::Privacy] {
            let answer = house.get(role, path).await;
            let text = String::from_utf8_lossy(&answer.bytes).into_owned();
            assert!(answer.status == 200 || answer.status == 403, "{path}");
            assert!(!text.contains(SECTION), "{role} {path}: {text}");
        }
    }
    let operator = house.get(Role::Operator, &paths[0]).await.guarantee();
    assert_eq!(
        (&operator["section_name"], &operator["hidden_until_opening"]),
        (&json!(SECTION), &json!(false))
    );
    let auditor = house.get(Role::Auditor, &paths[0]).await.guarantee();
    assert_eq!((&auditor["section_name"], &auditor["hidden_until_opening"]), (&Value::Null, &json!(true)));
    let plain = format!("/api/v1/guarantees/{id}/documents/plain");
    let early = house.get(Role::Auditor, &plain).await;
    assert_eq!((early.status.as_u16(), early.code().as_str()), (403, "before-the-opening"));
    assert_eq!(house.get(Role::Operator, &plain).await.status, 200);
    house.hours_pass(11);
    let auditor = house.get(Role::Auditor, &paths[0]).await.guarantee();
    assert_eq!(auditor["section_name"], SECTION);
    assert!(String::from_utf8_lossy(&house.get(Role::Auditor, &paths[2]).await.bytes).contains(SECTION));
    assert_eq!(house.get(Role::Auditor, &plain).await.status, 200);
}

#[tokio::test]
async fn a_story_is_told_in_order_with_who_brought_it_about() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let events = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}/events")).await.json();
    let told: Vec<_> = events["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| {
            (
                event["sequence"].clone(),
                event["type"].clone(),
                event["actor"].clone(),
                event["version"].clone(),
            )
        })
        .collect();
    let version = json!("1.0");
    assert_eq!(
        told,
        [
            (json!(1), json!("Applied"), json!("platform:jyzx-wild"), version.clone()),
            (json!(2), json!("PremiumPaid"), json!("underwriter"), version.clone()),
            (json!(3), json!("Issued"), json!("underwriter"), version),
        ]
    );
    let issued = &events["events"][2];
    assert_eq!(
        (&issued["data"]["guarantee_no"], &issued["data"]["type"]),
        (&json!("G-A-1"), &json!("Issued"))
    );
    assert!(
        issued["correlation_id"].is_string() && issued["recorded_at"].is_string() && issued["id"].is_string()
    );
    assert_eq!(
        (&issued["shard"], &issued["position"], &issued["causation_id"]),
        (&json!(0), &json!(3), &Value::Null)
    );
}
