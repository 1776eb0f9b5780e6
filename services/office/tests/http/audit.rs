//! An auditor asks for checkpoints and proofs, and checks them.

use baohan_office::Role;
use baohan_seal::{Hash, SignedCheckpoint, hash_from_hex, verify_consistency, verify_inclusion};
use reqwest::Method;
use serde_json::{Value, json};

use crate::house::{House, answer};
use crate::seal::{WITNESS, signer};

const CHECKPOINTS: &str = "/api/v1/audit/checkpoints";
const NOBODY: &str = "0198b2f0-0000-7000-8000-000000000000";

fn hash(value: &Value) -> Hash {
    hash_from_hex(value.as_str().unwrap()).unwrap()
}

fn path(value: &Value) -> Vec<Hash> {
    value.as_array().unwrap().iter().map(hash).collect()
}

fn numbers(page: &Value) -> Vec<u64> {
    page["items"].as_array().unwrap().iter().map(|item| item["number"].as_u64().unwrap()).collect()
}

#[tokio::test]
async fn checkpoints_are_listed_newest_first_with_who_co_signed_and_whether_they_count() {
    let house = House::open().await;
    assert_eq!(
        house.get(Role::Auditor, CHECKPOINTS).await.json(),
        json!({ "items": [], "next_cursor": null })
    );
    for number in 1..=5 {
        house.applied(&format!("A-{number}")).await;
        assert_eq!(house.signed().await, number);
    }
    house.cosigned(4).await;
    let page = house.get(Role::Auditor, CHECKPOINTS).await.json();
    assert_eq!((numbers(&page), &page["next_cursor"]), (vec![5, 4, 3, 2, 1], &Value::Null));
    let (alone, cosigned) = (&page["items"][0], &page["items"][1]);
    assert_eq!((&alone["counts"], &alone["lacking"]), (&json!(false), &json!([WITNESS])));
    assert_eq!((&cosigned["counts"], &cosigned["lacking"]), (&json!(true), &json!([])));
    assert_eq!(
        cosigned["cosignatures"],
        json!([{ "witness": WITNESS, "at": "2026-03-02T01:30:00Z", "verified": true }])
    );
    assert_eq!((&alone["shards"][0]["size"], &alone["previous"]), (&json!(5), &cosigned["digest"]));
    let note = SignedCheckpoint::parse(cosigned["note"].as_str().unwrap()).unwrap();
    assert!(note.verify(signer().public_key()).is_ok() && note.cosignatures().len() == 1);

    let mut seen = Vec::new();
    let mut path = format!("{CHECKPOINTS}?limit=2");
    loop {
        let page = house.get(Role::Auditor, &path).await.json();
        seen.extend(numbers(&page));
        let Some(next) = page["next_cursor"].as_str() else { break };
        path = format!("{CHECKPOINTS}?limit=2&cursor={next}");
    }
    assert_eq!(seen, [5, 4, 3, 2, 1]);
    for (query, code) in [
        ("cursor=abc", "invalid-cursor"),
        ("cursor=checkpoint-x", "invalid-cursor"),
        ("limit=x", "invalid-query"),
        ("number=1", "invalid-query"),
    ] {
        assert_eq!(house.get(Role::Auditor, &format!("{CHECKPOINTS}?{query}")).await.code(), code, "{query}");
    }
}

#[tokio::test]
async fn one_is_read_by_its_number_and_as_the_note_that_is_kept_in_a_file() {
    let house = House::open().await;
    house.applied("A-1").await;
    house.signed().await;
    house.cosigned(1).await;
    let one = house.get(Role::Auditor, &format!("{CHECKPOINTS}/1")).await.json();
    let note = house.get(Role::Auditor, &format!("{CHECKPOINTS}/1?format=note")).await;
    assert_eq!(note.headers["content-type"], "text/plain; charset=utf-8");
    assert_eq!(one["note"].as_str().unwrap().as_bytes(), note.bytes);
    assert_eq!(
        house.get(Role::Auditor, &format!("{CHECKPOINTS}/1?format=xml")).await.code(),
        "invalid-query"
    );
    for number in ["0", "2", "18446744073709551615", "-1", "newest"] {
        let unknown = house.get(Role::Auditor, &format!("{CHECKPOINTS}/{number}")).await;
        assert_eq!(
            (unknown.status.as_u16(), unknown.code().as_str()),
            (404, "unknown-checkpoint"),
            "{number}"
        );
    }
}

#[tokio::test]
async fn on_demand_it_waits_for_a_checkpoint_that_speaks_of_all_there_was() {
    let house = House::open().await;
    let nothing = answer(house.call(Role::Auditor, Method::POST, CHECKPOINTS)).await;
    assert_eq!(nothing.code(), "unknown-checkpoint", "an empty ledger has nothing to sign");
    house.applied("A-1").await;
    house.signed().await;
    house.applied("A-2").await;
    let asked = tokio::spawn(answer(house.call(Role::Auditor, Method::POST, CHECKPOINTS)));
    // The first checkpoint speaks of one record alone, so that only the second is an answer, whenever it comes.
    house.signed().await;
    let told = asked.await.unwrap().json();
    assert_eq!((&told["number"], &told["shards"][0]["size"]), (&json!(2), &json!(2)));

    house.applied("A-3").await;
    house.stop.cancel();
    let late = answer(house.call(Role::Auditor, Method::POST, CHECKPOINTS)).await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (503, "not-signed-yet"));
    assert!(late.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn the_proof_of_an_event_leads_from_its_leaf_to_the_signed_root() {
    let house = House::open().await;
    for number in 0..6 {
        house.applied(&format!("A-{number}")).await;
    }
    house.signed().await;
    for event in house.ledger.log().read(0, 0, 10).await.unwrap() {
        let proof = house.get(Role::Auditor, &format!("/api/v1/audit/proof/{}", event.id)).await.json();
        let signed = SignedCheckpoint::parse(proof["checkpoint"].as_str().unwrap()).unwrap();
        assert!(signed.verify(signer().public_key()).is_ok());
        let tree = signed.checkpoint().shards[0];
        assert_eq!((hash(&proof["leaf"]), hash(&proof["root"])), (event.leaf_hash(), tree.root));
        let hashes = path(&proof["path"]);
        assert!(
            verify_inclusion(&event.leaf_hash(), event.position - 1, tree.size, &hashes, &tree.root).is_ok()
        );
        assert_eq!(proof["guarantee"], event.aggregate_id.to_string());
    }
    for id in [NOBODY, "no-uuid"] {
        let unknown = house.get(Role::Auditor, &format!("/api/v1/audit/proof/{id}")).await;
        assert_eq!((unknown.status.as_u16(), unknown.code().as_str()), (404, "unknown-event"), "{id}");
    }
}

#[tokio::test]
async fn two_checkpoints_are_tied_together() {
    let house = House::open().await;
    for number in 1..=4 {
        house.applied(&format!("A-{number}")).await;
        house.applied(&format!("B-{number}")).await;
        house.signed().await;
    }
    for (from, to) in [(1, 4), (2, 3), (4, 4)] {
        let proof =
            house.get(Role::Auditor, &format!("/api/v1/audit/consistency?from={from}&to={to}")).await.json();
        let read = |name: &str| SignedCheckpoint::parse(proof[name].as_str().unwrap()).unwrap();
        let (older, newer) = (read("from"), read("to"));
        assert_eq!((older.checkpoint().number, newer.checkpoint().number), (from, to));
        let (old, new) = (older.checkpoint().shards[0], newer.checkpoint().shards[0]);
        let hashes = path(&proof["shards"][0]["path"]);
        assert!(verify_consistency(old.size, &old.root, new.size, &new.root, &hashes).is_ok(), "{from} {to}");
    }
    for (query, status, code) in [
        ("from=1&to=9", 404, "unknown-checkpoint"),
        ("from=0&to=1", 404, "unknown-checkpoint"),
        ("from=3&to=1", 400, "invalid-query"),
        ("from=1", 400, "invalid-query"),
    ] {
        let refused = house.get(Role::Auditor, &format!("/api/v1/audit/consistency?{query}")).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (status, code), "{query}");
    }
}

#[tokio::test]
async fn where_the_store_does_not_lead_to_what_was_signed_no_proof_is_made_up() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.signed().await;
    house.signed_wrongly().await;
    let event = house.ledger.log().read(0, 0, 1).await.unwrap().remove(0).id;
    for path in [
        format!("/api/v1/audit/proof/{event}"),
        "/api/v1/audit/consistency?from=1&to=2".to_owned(),
        format!("/api/v1/guarantees/{id}/evidence"),
    ] {
        let refused = house.get(Role::Auditor, &path).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (500, "seal-does-not-fit"), "{path}");
        assert!(
            refused.detail().is_ascii() == refused.detail().is_empty(),
            "no inside: {}",
            refused.detail()
        );
    }
}
