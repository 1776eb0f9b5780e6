//! What whoever runs the office asks.

use baohan_office::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, answer};

#[tokio::test]
async fn a_whole_house_is_healthy_and_ready() {
    let house = House::open().await;
    house.issued("A-1").await;
    assert_eq!(answer(house.anonymous(Method::GET, "/healthz")).await.json(), json!({ "status": "ok" }));
    let ready = answer(house.anonymous(Method::GET, "/readyz")).await;
    let checks = json!([
        { "name": "store", "ok": true },
        { "name": "projections", "ok": true },
        { "name": "documents", "ok": true }
    ]);
    assert_eq!((ready.status.as_u16(), ready.json()), (200, json!({ "status": "ready", "checks": checks })));
    let metrics = answer(house.anonymous(Method::GET, "/metrics")).await;
    assert_eq!(metrics.bytes, b"baohan_head_age_seconds 0\n");
    assert!(metrics.headers["content-type"].to_str().unwrap().starts_with("text/plain"));
}

#[tokio::test]
async fn a_house_that_stops_is_healthy_and_not_ready() {
    let house = House::open().await;
    house.stop.cancel();
    let unready = answer(house.anonymous(Method::GET, "/readyz")).await;
    assert_eq!((unready.status.as_u16(), &unready.json()["status"]), (503, &json!("stopping")));
    assert_eq!(answer(house.anonymous(Method::GET, "/healthz")).await.status, 200);
}

#[tokio::test]
async fn each_broken_part_is_named() {
    let house = House::open().await;
    let documents = house.folder.path().join("documents");
    std::fs::remove_dir_all(&documents).unwrap();
    std::fs::write(&documents, "a file where a folder was").unwrap();
    house.ledger.log().close().await;
    let unready = answer(house.anonymous(Method::GET, "/readyz")).await;
    assert_eq!(unready.status, 503);
    let report = unready.json();
    let broken: Vec<_> =
        report["checks"].as_array().unwrap().iter().filter(|check| check["ok"] == false).collect();
    let names: Vec<_> = broken.iter().map(|check| check["name"].as_str().unwrap()).collect();
    assert!(names.contains(&"store") && names.contains(&"documents"), "{report}");
    assert!(broken.iter().all(|check| check["reason"].is_string()));
    assert!(!report.to_string().contains(documents.to_str().unwrap()), "no inside");
    let write = house.post(Role::Underwriter, uuid::Uuid::nil().into(), "issue", json!({})).await;
    assert_eq!((write.status.as_u16(), write.code().as_str()), (503, "store-unavailable"));
}

#[tokio::test]
async fn a_projection_that_lags_too_long_makes_it_unready() {
    let house = House::open().await;
    house.projections_stop().await;
    house.applied("A-1").await;
    house.hours_pass(1);
    let unready = answer(house.anonymous(Method::GET, "/readyz")).await;
    let report = unready.json();
    assert_eq!(unready.status, 503);
    assert!(report["checks"][1]["reason"].as_str().unwrap().contains("behind"), "{report}");
}

#[tokio::test]
async fn the_description_is_served_and_says_who_may_call() {
    let house = House::open().await;
    let description: Value = answer(house.anonymous(Method::GET, "/api/v1/openapi.json")).await.json();
    assert!(description["openapi"].as_str().unwrap().starts_with("3."));
    let pay = &description["paths"]["/api/v1/guarantees/{id}/claims/{n}/pay"]["post"];
    assert_eq!(pay["security"], json!([{ "bearer": [] }]));
    assert!(pay["description"].as_str().unwrap().contains("Roles: finance."));
    let names: Vec<_> =
        pay["parameters"].as_array().unwrap().iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["n", "id", "dry_run", "Idempotency-Key"]);
    assert!(description["paths"]["/healthz"]["get"].get("security").is_none());
    let schemas = description["components"]["schemas"].as_object().unwrap();
    for name in ["Guarantee", "ProblemBody", "Issue", "Payment"] {
        assert!(schemas.contains_key(name), "{name}");
    }
    // Whatever is pointed at is there.
    let text = description.to_string();
    for reference in text.split("\"#/components/schemas/").skip(1) {
        let name = reference.split('"').next().unwrap();
        assert!(schemas.contains_key(name), "{name}");
    }
}
