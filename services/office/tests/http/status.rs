//! How the ledger stands, as an operator asks.

use baohan_office::Role;

use crate::house::House;

#[tokio::test]
async fn the_status_tells_roles_store_and_projections() {
    let house = House::open().await;
    house.issued("A-1").await;
    let status = house.get(Role::Operator, "/api/v1/status").await.json();
    assert_eq!(status["process"]["roles"], serde_json::json!(["office", "projector"]));
    assert_eq!(status["process"]["read_only"], false);
    assert_eq!(status["store"]["kind"], "sqlite");
    assert_eq!(status["store"]["heads"], serde_json::json!([house.events_count()]));
    let projections = status["projections"].as_array().unwrap();
    let guarantees = projections.iter().find(|one| one["name"] == "guarantees").unwrap();
    assert_eq!(guarantees["shards"][0]["lag_events"], 0, "{guarantees}");
    assert!(status.get("publishing").is_none(), "there is no Kafka: {status}");
}

#[tokio::test]
async fn the_status_tells_how_the_seal_stands() {
    let house = House::open().await;
    let fresh = house.get(Role::Operator, "/api/v1/status").await.json();
    assert_eq!(fresh["seal"]["ledger"], house.ledger.log().ledger().to_string());
    assert!(fresh["seal"].get("newest").is_none(), "{fresh}");
    house.issued("A-1").await;
    let number = house.signed().await;
    let status = house.get(Role::Operator, "/api/v1/status").await.json();
    assert_eq!(status["seal"]["newest"]["number"], number);
    assert_eq!(status["seal"]["newest"]["counts"], false);
    assert_eq!(status["seal"]["newest"]["lacking"], serde_json::json!([crate::seal::WITNESS]));
    assert_eq!(status["seal"]["unsealed_events"], 0);
    house.issued("A-2").await;
    let more = house.get(Role::Operator, "/api/v1/status").await.json();
    assert!(more["seal"]["unsealed_events"].as_u64().unwrap() > 0, "{more}");
    assert!(more["seal"].get("here").is_none(), "this process does not seal");
}

#[tokio::test]
async fn a_turn_that_is_held_is_told_with_its_fence() {
    let house = House::open().await;
    let log = house.ledger.log();
    let tenure = log.take_turn("worker/expiry", std::time::Duration::from_secs(30)).await.unwrap().unwrap();
    let status = house.get(Role::Auditor, "/api/v1/status").await.json();
    let turns = status["turns"].as_array().unwrap();
    let told = turns.iter().find(|turn| turn["name"] == "worker/expiry").unwrap();
    assert_eq!(told["fence"], tenure.fence());
    tenure.release().await;
}
