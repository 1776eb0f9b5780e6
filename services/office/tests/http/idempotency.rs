//! The same key with the same content gets the same answer, with other content none.

use baohan_office::Role;
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{Answer, House, answer};

async fn keyed(house: &House, role: Role, path: &str, key: &str, body: &Value) -> Answer {
    answer(house.call(role, Method::POST, path).header("Idempotency-Key", key).body(body.to_string())).await
}

#[tokio::test]
async fn a_repeat_gets_the_first_answer_although_the_guarantee_has_moved_on() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let path = format!("/api/v1/guarantees/{id}/extend");
    let body = json!({ "valid_until": "2026-12-31" });
    let first = keyed(&house, Role::Underwriter, &path, "k-1", &body).await;
    assert!(!first.headers.contains_key("idempotent-replayed"));
    house.post(Role::Underwriter, id, "extend", json!({ "valid_until": "2027-01-31" })).await.guarantee();
    let again = keyed(&house, Role::Underwriter, &path, "k-1", &body).await;
    assert_eq!(again.guarantee(), first.guarantee());
    assert_eq!(again.headers["idempotent-replayed"], "true");
}

#[tokio::test]
async fn other_content_under_a_key_is_refused_and_changes_nothing() {
    let house = House::open().await;
    let (id, other) = (house.issued("A-1").await, house.issued("A-2").await);
    let path = format!("/api/v1/guarantees/{id}/extend");
    keyed(&house, Role::Underwriter, &path, "k-1", &json!({ "valid_until": "2026-12-31" })).await.guarantee();
    let before = house.events_count();
    for (path, body) in [
        (path.clone(), json!({ "valid_until": "2027-12-31" })),
        (format!("/api/v1/guarantees/{other}/extend"), json!({ "valid_until": "2026-12-31" })),
        (format!("/api/v1/guarantees/{id}/annotations"), json!({ "text": "t" })),
    ] {
        let reused = keyed(&house, Role::Underwriter, &path, "k-1", &body).await;
        assert_eq!(
            (reused.status.as_u16(), reused.code().as_str()),
            (409, "idempotency-key-reused"),
            "{path}"
        );
    }
    assert_eq!(house.events_count(), before);
}

#[tokio::test]
async fn blanks_order_and_spelling_of_numbers_are_no_other_content() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let path = format!("/api/v1/guarantees/{id}/premium");
    let call = |body: &'static str| {
        let call = house.call(Role::Underwriter, Method::POST, &path).header("Idempotency-Key", "k-1");
        answer(call.body(body))
    };
    let first = call(r#"{"payer_name":"甲","payer_account":"1","amount":"6400.00"}"#).await.guarantee();
    let again = call(r#"{ "amount" : 6400, "payer_account":"1", "payer_name" : "甲" }"#).await;
    assert_eq!(again.guarantee(), first);
}

#[tokio::test]
async fn twenty_four_copies_at_once_are_one() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let before = house.events_count();
    let path = format!("/api/v1/guarantees/{id}/annotations");
    let body = json!({ "text": "已电话核实" });
    let copies = (0..24).map(|_| keyed(&house, Role::Operator, &path, "k-24", &body));
    let answers = futures::future::join_all(copies).await;
    let first = answers[0].guarantee();
    assert!(answers.iter().all(|answer| answer.guarantee() == first));
    assert_eq!(house.events_count(), before + 1);
    assert_eq!(first["remarks"], json!([{ "text": "已电话核实", "at": "2026-03-02T01:30:00Z" }]));
}

#[tokio::test]
async fn of_twenty_four_contents_under_one_key_one_is_taken() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let before = house.events_count();
    let path = format!("/api/v1/guarantees/{id}/annotations");
    let bodies: Vec<_> = (0..24).map(|number| json!({ "text": format!("备注{number}") })).collect();
    let calls = bodies.iter().map(|body| keyed(&house, Role::Operator, &path, "k-24", body));
    let answers = futures::future::join_all(calls).await;
    let taken = answers.iter().filter(|answer| answer.status == 200).count();
    let reused =
        answers.iter().filter(|answer| answer.status == 409 && answer.code() == "idempotency-key-reused");
    assert_eq!((taken, reused.count(), house.events_count()), (1, 23, before + 1));
}

#[tokio::test]
async fn a_key_belongs_to_its_caller() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let path = format!("/api/v1/guarantees/{id}/annotations");
    for role in [Role::Operator, Role::Underwriter, Role::Finance] {
        keyed(&house, role, &path, "k-1", &json!({ "text": role.name() })).await.guarantee();
    }
    let read = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}")).await.guarantee();
    assert_eq!(read["remarks"].as_array().unwrap().len(), 3);
}

#[tokio::test]
async fn what_was_refused_or_rehearsed_leaves_its_key_free() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let issue = format!("/api/v1/guarantees/{id}/issue");
    let refused = keyed(&house, Role::Underwriter, &issue, "k-1", &json!({})).await;
    assert_eq!(refused.code(), "premium-not-recorded");
    house.paid(id).await;
    keyed(&house, Role::Underwriter, &format!("{issue}?dry_run=true"), "k-1", &json!({})).await.guarantee();
    let issued = keyed(&house, Role::Underwriter, &issue, "k-1", &json!({})).await.guarantee();
    assert_eq!(issued["status"], "issued");
}

#[tokio::test]
async fn a_repeat_that_changes_nothing_is_remembered_under_its_key_as_well() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let path = format!("/api/v1/guarantees/{id}/premium");
    let body = crate::house::premium();
    let first = keyed(&house, Role::Underwriter, &path, "k-1", &body).await.guarantee();
    assert_eq!(first["status"], "applied");
    house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    assert_eq!(keyed(&house, Role::Underwriter, &path, "k-1", &body).await.guarantee(), first);
    let other = keyed(
        &house,
        Role::Underwriter,
        &path,
        "k-1",
        &json!({ "payer_name": "a", "payer_account": "b", "amount": "1" }),
    )
    .await;
    assert_eq!(other.code(), "idempotency-key-reused");
}

#[tokio::test]
async fn a_key_has_a_form() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let path = format!("/api/v1/guarantees/{id}/annotations");
    for key in ["", " ", "é", &"k".repeat(201)] {
        let bent = keyed(&house, Role::Operator, &path, key, &json!({ "text": "t" })).await;
        assert_eq!((bent.status.as_u16(), bent.code().as_str()), (400, "idempotency-key-invalid"), "{key}");
    }
}
