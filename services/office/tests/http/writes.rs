//! Every write: what it does, what it says when asked again, and what it refuses.

use baohan_office::Role;
use chrono::TimeDelta;
use serde_json::json;

use crate::house::{House, premium};

#[tokio::test]
async fn a_premium_is_recorded_corrected_and_then_stands() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let paid = house.post(Role::Underwriter, id, "premium", premium()).await.guarantee();
    assert_eq!(paid["premium"]["amount"], "6400.00");
    assert_eq!(house.post(Role::Underwriter, id, "premium", premium()).await.guarantee(), paid);
    let mut more = premium();
    more["amount"] = json!("6500.00");
    let differs = house.post(Role::Underwriter, id, "premium", more.clone()).await;
    assert_eq!((differs.status.as_u16(), differs.code().as_str()), (409, "premium-differs"));
    more["reason"] = json!(" ");
    assert_eq!(
        house.post(Role::Underwriter, id, "premium/correct", more.clone()).await.code(),
        "reason-missing"
    );
    more["reason"] = json!("录入错误");
    let corrected = house.post(Role::Underwriter, id, "premium/correct", more.clone()).await.guarantee();
    assert_eq!((&corrected["premium"]["amount"], &corrected["version"]), (&json!("6500.00"), &json!(3)));
    house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    more["amount"] = json!("6600.00");
    assert_eq!(house.post(Role::Underwriter, id, "premium/correct", more).await.code(), "already-issued");
}

#[tokio::test]
async fn an_application_is_declined_or_withdrawn_once() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    assert_eq!(
        house.post(Role::Underwriter, id, "decline", json!({ "reason": "" })).await.code(),
        "reason-missing"
    );
    let declined =
        house.post(Role::Underwriter, id, "decline", json!({ "reason": "资料不全" })).await.guarantee();
    assert_eq!((&declined["status"], &declined["end"]["reason"]), (&json!("declined"), &json!("资料不全")));
    assert_eq!(
        house.post(Role::Underwriter, id, "decline", json!({ "reason": "资料不全" })).await.guarantee(),
        declined
    );
    assert_eq!(
        house.post(Role::Underwriter, id, "withdraw", json!({ "reason": "x" })).await.code(),
        "already-declined"
    );
    let other = house.applied("A-2").await;
    assert_eq!(
        house.post(Role::Underwriter, other, "withdraw", json!({ "reason": " " })).await.code(),
        "reason-missing"
    );
    let withdrawn =
        house.post(Role::Underwriter, other, "withdraw", json!({ "reason": "投标人放弃" })).await.guarantee();
    assert_eq!(
        (&withdrawn["status"], &withdrawn["end"]["cause"]),
        (&json!("withdrawn"), &json!("applicant"))
    );
}

#[tokio::test]
async fn w28_a_digital_invoice_has_twenty_digits_and_no_code() {
    let house = House::open().await;
    let id = house.issued("WILD0028").await;
    let body = json!({ "invoice_no": "26322000000012345678", "invoice_url": "https://files.example/fp.pdf" });
    assert_eq!(house.post(Role::Finance, id, "invoice", body.clone()).await.code(), "no-invoice-open");
    house.restored(id, house.ledger.now()).await;
    house.invoice_asked(id).await;
    for (wrong, code) in [
        (json!({ "invoice_code": "012345678", "invoice_no": "" }), "invoice-no-missing"),
        (json!({}), "invoice-no-missing"),
        (json!({ "invoice_no": "2632200000001234567" }), "invoice-no-invalid"),
        (json!({ "invoice_no": "12345678", "invoice_code": "012345678" }), "invoice-code-invalid"),
    ] {
        let refused = house.post(Role::Finance, id, "invoice", wrong).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, code));
    }
    let number = json!({ "invoice_no": 12_345_678_u64 });
    assert_eq!(
        house.post(Role::Finance, id, "invoice", number).await.code(),
        "invalid-field",
        "a text, never a number"
    );
    let invoiced = house.post(Role::Finance, id, "invoice", body.clone()).await.guarantee();
    assert_eq!(invoiced["invoice"]["invoice_no"], "26322000000012345678");
    assert_eq!(
        (&invoiced["invoice"]["invoice_code"], &invoiced["invoice"]["state"]),
        (&json!(null), &json!("issued"))
    );
    assert_eq!(house.post(Role::Operator, id, "invoice", body).await.guarantee(), invoiced);
    assert_eq!(
        house.post(Role::Operator, id, "invoice/decline", json!({ "reason": "x" })).await.code(),
        "already-invoiced"
    );
    let listed = house.get(Role::Finance, "/api/v1/invoices?state=issued").await.guarantee();
    assert_eq!(listed["items"][0]["invoice_no"], "26322000000012345678");
}

#[tokio::test]
async fn w33_a_refused_quit_is_visible_and_may_be_asked_for_again() {
    let house = House::open().await;
    let id = house.issued("WILD0033").await;
    assert_eq!(house.post(Role::Operator, id, "quit/confirm", json!({})).await.code(), "no-quit-open");
    house.quit_asked(id, "first").await;
    let refused = house
        .post(Role::Operator, id, "quit/refuse", json!({ "reason": "保函已用于投标" }))
        .await
        .guarantee();
    assert_eq!((&refused["quit"]["state"], &refused["status"]), (&json!("refused"), &json!("issued")));
    let read = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}")).await.guarantee();
    assert_eq!(read["quit"]["refused_because"], "保函已用于投标");
    house.quit_asked(id, "second").await;
    let quit = house.post(Role::Operator, id, "quit/confirm", json!({})).await.guarantee();
    assert_eq!(quit["status"], "quit");
    assert_eq!(house.post(Role::Operator, id, "quit/confirm", json!({})).await.guarantee(), quit);
    let extend = house.post(Role::Underwriter, id, "extend", json!({ "valid_until": "2026-12-31" })).await;
    assert_eq!(extend.code(), "already-quit");
}

#[tokio::test]
async fn claims_are_paid_in_part_refused_and_settled_once() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.restored(id, house.ledger.now()).await;
    house.claimed(id, "300000").await;
    house.claimed(id, "500000").await;
    let over = house
        .post(Role::Finance, id, "claims/1/pay", json!({ "amount": "300000.01", "reference": "P-1" }))
        .await;
    assert_eq!(over.code(), "over-the-claim");
    let paid = house
        .post(Role::Finance, id, "claims/1/pay", json!({ "amount": "100000", "reference": "P-1" }))
        .await
        .guarantee();
    assert_eq!(
        (&paid["claims"][0]["paid_amount"], &paid["left"]),
        (&json!("100000.00"), &json!("200000.00"))
    );
    let refused =
        house.post(Role::Finance, id, "claims/2/refuse", json!({ "reason": "材料不符" })).await.guarantee();
    assert_eq!((&refused["claims"][1]["state"], &refused["left"]), (&json!("refused"), &json!("700000.00")));
    let settled = house.post(Role::Finance, id, "claims/2/pay", json!({ "reference": "P-2" })).await;
    assert_eq!(settled.code(), "claim-settled");
    for number in ["3", "0", "x", "4294967296"] {
        let none =
            house.post(Role::Finance, id, &format!("claims/{number}/pay"), json!({ "reference": "P" })).await;
        assert_eq!((none.status.as_u16(), none.code().as_str()), (409, "no-such-claim"), "{number}");
    }
    let listed = house.get(Role::Finance, "/api/v1/claims?state=paid").await.guarantee();
    assert_eq!((&listed["items"][0]["reference"], &listed["items"][1]), (&json!("P-1"), &json!(null)));
}

#[tokio::test]
async fn a_validity_is_extended_and_never_shortened() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let extended =
        house.post(Role::Underwriter, id, "extend", json!({ "valid_until": "2026-12-31" })).await.guarantee();
    assert_eq!(extended["valid_until"], "2026-12-31");
    let earlier = house.post(Role::Underwriter, id, "extend", json!({ "valid_until": "2026-12-30" })).await;
    assert_eq!(earlier.code(), "earlier-date");
    for bent in ["2026-02-30", "31.12.2026", "2026-12-31T00:00:00"] {
        let refused = house.post(Role::Underwriter, id, "extend", json!({ "valid_until": bent })).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (422, "invalid-field"), "{bent}");
    }
}

#[tokio::test]
async fn a_dry_run_of_any_write_decides_and_stores_nothing() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.restored(id, house.ledger.now() + TimeDelta::hours(2)).await;
    house.invoice_asked(id).await;
    house.quit_asked(id, "q").await;
    let before = house.events_count();
    for (role, what, body, field, value) in [
        (Role::Operator, "quit/confirm", json!({}), "/status", json!("quit")),
        (Role::Operator, "quit/refuse", json!({ "reason": "r" }), "/quit/state", json!("refused")),
        (Role::Finance, "invoice", json!({ "invoice_no": "12345678" }), "/invoice/state", json!("issued")),
        (Role::Finance, "invoice/decline", json!({ "reason": "r" }), "/invoice/state", json!("declined")),
        (
            Role::Underwriter,
            "extend",
            json!({ "valid_until": "2026-12-31" }),
            "/valid_until",
            json!("2026-12-31"),
        ),
        (Role::Finance, "annotations", json!({ "text": "t" }), "/remarks/0/text", json!("t")),
    ] {
        let would_be = house.post(role, id, &format!("{what}?dry_run=true"), body).await.guarantee();
        assert_eq!(would_be.pointer(field), Some(&value), "{what}");
    }
    let refused =
        house.post(Role::Finance, id, "claims/1/pay?dry_run=true", json!({ "reference": "P" })).await;
    assert_eq!(refused.code(), "no-such-claim", "a dry run refuses as the real one");
    assert_eq!(house.events_count(), before);
}

#[tokio::test]
async fn an_unknown_guarantee_is_404_for_every_write() {
    let house = House::open().await;
    let nobody = uuid::Uuid::from_u128(1).into();
    for (role, what, body) in [
        (Role::Underwriter, "premium", premium()),
        (Role::Underwriter, "issue", json!({})),
        (Role::Underwriter, "decline", json!({ "reason": "r" })),
        (Role::Operator, "quit/confirm", json!({})),
        (Role::Operator, "annotations", json!({ "text": "t" })),
    ] {
        let unknown = house.post(role, nobody, what, body).await;
        assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "unknown-guarantee"), "{what}");
    }
    assert_eq!(house.events_count(), 0);
}

#[tokio::test]
async fn a_ledger_served_read_only_takes_no_write_and_answers_reads() {
    let house = House::open_with(true).await;
    let id = house.applied("A-1").await;
    let refused = house.post(Role::Underwriter, id, "decline", json!({ "reason": "r" })).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "read-only"));
    assert!(refused.headers.contains_key("retry-after"));
    assert_eq!(
        house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}")).await.guarantee()["status"],
        "applied"
    );
}
