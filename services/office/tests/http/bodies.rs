//! Nothing panics on any body, and each fault is named.

use baohan_office::Role;
use reqwest::Method;
use serde_json::json;

use crate::house::{House, answer, premium};

#[tokio::test]
async fn each_fault_has_its_status_and_code_and_changes_nothing() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let path = format!("/api/v1/guarantees/{id}/premium");
    let before = house.events_count();
    let mut unknown = premium();
    unknown["ammount"] = json!("1");
    let mut nothing = premium();
    nothing["payer_name"] = json!("  ");
    let mut part_of_a_fen = premium();
    part_of_a_fen["amount"] = json!("6400.005");
    let mut long = premium();
    long["payer_name"] = json!("甲".repeat(201));
    let deep = "[".repeat(50_000);
    for (body, status, code, names) in [
        (unknown.to_string(), 422, "unknown-field", "ammount"),
        (json!({ "payer_name": "a" }).to_string(), 422, "missing-field", "payer_account"),
        (nothing.to_string(), 422, "invalid-field", "payer_name"),
        (part_of_a_fen.to_string(), 422, "invalid-field", "amount"),
        (long.to_string(), 422, "invalid-field", "payer_name"),
        ("{".to_owned(), 400, "body-not-json", ""),
        ("null".to_owned(), 400, "body-not-json", ""),
        (format!("{{\"amount\":{deep}"), 400, "body-not-json", ""),
        ("{}{}".to_owned(), 422, "missing-field", ""),
    ] {
        let refused = answer(house.call(Role::Underwriter, Method::POST, &path).body(body.clone())).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (status, code), "{body:.80}");
        assert!(refused.detail().contains(names), "{} should name {names}", refused.detail());
    }
    let invalid =
        answer(house.call(Role::Underwriter, Method::POST, &path).body(vec![b'{', 0xff, 0xfe, b'}'])).await;
    assert_eq!(invalid.code(), "body-not-json");
    assert_eq!(house.events_count(), before);
}

#[tokio::test]
async fn a_body_has_a_limit_and_an_issue_a_larger_one() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let large = json!({ "reason": "r".repeat(100_000) });
    let refused = house.post(Role::Underwriter, id, "decline", large).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (413, "body-too-large"));
    let document = json!({ "document_base64": "A".repeat(11 * 1024 * 1024 / 3 * 4) });
    let refused = house.post(Role::Underwriter, id, "issue", document).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "document-too-large"));
}

#[tokio::test]
async fn a_mistyped_dry_run_is_refused() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let before = house.events_count();
    for query in ["dry_run=yes", "dryrun=true", "dry-run=true"] {
        let refused =
            house.post(Role::Underwriter, id, &format!("decline?{query}"), json!({ "reason": "r" })).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (400, "invalid-query"), "{query}");
    }
    assert_eq!(house.events_count(), before);
}

#[tokio::test]
async fn an_id_that_is_none_names_nothing() {
    let house = House::open().await;
    for (path, code) in [
        ("/api/v1/guarantees/x", "unknown-guarantee"),
        ("/api/v1/guarantees/%F0%9F/events", "no-such-route"),
        ("/api/v1/guarantees/00000000-0000-0000-0000-00000000000g", "unknown-guarantee"),
    ] {
        let unknown = house.get(Role::Auditor, path).await;
        assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, code), "{path}");
    }
    let entry = house.get(Role::Privacy, "/api/v1/journal/7").await;
    assert_eq!((entry.status.as_u16(), entry.code().as_str()), (404, "unknown-journal-entry"));
}
