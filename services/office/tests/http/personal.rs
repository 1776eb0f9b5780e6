//! Personal data: read by a right of its own, each reading recorded, and nowhere else in the clear.

use baohan_log::JournalEntry;
use baohan_office::Role;
use serde_json::json;

use crate::house::{House, PHONE};

#[tokio::test]
async fn each_reading_is_recorded_before_it_is_answered() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.restored(id, house.ledger.now()).await;
    house.invoice_asked(id).await;
    house.claimed(id, "1000").await;
    let read = house.get(Role::Privacy, &format!("/api/v1/guarantees/{id}/personal")).await.json();
    assert_eq!(
        read["items"],
        json!([
            { "within": "application", "field": "jbrphone", "value": PHONE },
            { "within": "invoice", "field": "mobile", "value": PHONE },
            { "within": "claims/1", "field": "contact_phone", "value": PHONE },
        ])
    );
    let readings = house.ledger.log().readings(id.uuid(), 10).await.unwrap();
    assert_eq!(readings.len(), 1);
    assert_eq!((readings[0].actor.as_str(), readings[0].at), ("privacy", house.ledger.now()));
    assert_eq!(readings[0].fields, ["application/jbrphone", "invoice/mobile", "claims/1/contact_phone"]);
}

#[tokio::test]
async fn no_other_answer_holds_them() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.restored(id, house.ledger.now()).await;
    house.invoice_asked(id).await;
    house.claimed(id, "1000").await;
    house.journalled(Some(id)).await;
    for path in [
        format!("/api/v1/guarantees/{id}"),
        format!("/api/v1/guarantees/{id}/events"),
        "/api/v1/guarantees".into(),
        "/api/v1/events".into(),
        "/api/v1/claims".into(),
        "/api/v1/invoices".into(),
        "/api/v1/notices".into(),
        "/api/v1/journal".into(),
        "/api/v1/reconciliation?platform=jyzx-wild&start=2026-03-01&end=2026-03-03&format=csv".into(),
    ] {
        let answer = house.get(Role::Operator, &path).await;
        assert_eq!(answer.status, 200, "{path}");
        assert!(!String::from_utf8_lossy(&answer.bytes).contains(PHONE), "{path}");
    }
    assert!(house.ledger.log().readings(id.uuid(), 10).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_message_of_the_journal_is_such_a_reading_too() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let (of_a_guarantee, of_nobody) = (house.journalled(Some(id)).await, house.journalled(None).await);
    for (entry, reader) in [(of_a_guarantee, id.uuid()), (of_nobody, of_nobody)] {
        let read = house.get(Role::Privacy, &format!("/api/v1/journal/{entry}")).await.json();
        assert_eq!(read["body"], json!({ "jbrphone": PHONE }).to_string());
        assert_eq!((&read["outcome"], &read["code"]), (&json!("wrong-signature"), &json!("0")));
        let readings = house.ledger.log().readings(reader, 10).await.unwrap();
        assert_eq!(readings[0].fields, [format!("journal/body/{entry}")]);
    }
    let none = house.get(Role::Privacy, &format!("/api/v1/journal/{}", uuid::Uuid::nil())).await;
    assert_eq!((none.status.as_u16(), none.code().as_str()), (404, "unknown-journal-entry"));
}

#[tokio::test]
async fn what_was_erased_is_gone_and_the_guarantee_stays_readable() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let entry = house.journalled(Some(id)).await;
    let erasure = JournalEntry {
        id: house.ledger.new_id(),
        received_at: house.ledger.now(),
        interface: "erase".into(),
        aggregate_id: Some(id.uuid()),
        outcome: "erased".into(),
        ..JournalEntry::default()
    };
    house.ledger.log().erase_key(id.uuid(), erasure).await.unwrap().unwrap();
    for path in [format!("/api/v1/guarantees/{id}/personal"), format!("/api/v1/journal/{entry}")] {
        let gone = house.get(Role::Privacy, &path).await;
        assert_eq!((gone.status.as_u16(), gone.code().as_str()), (410, "personal-data-erased"), "{path}");
    }
    assert_eq!(
        house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}")).await.guarantee()["status"],
        "issued"
    );
}
