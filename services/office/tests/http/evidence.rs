//! The evidence of a guarantee: the file, and the page for people.

use std::process::Command;

use baohan_log::JournalEntry;
use baohan_office::Role;
use baohan_seal::evidence::{Trust, Trusted, verify};
use baohan_seal::{PublicKey, SigningKey};
use chrono::TimeDelta;
use serde_json::json;

use crate::house::{Answer, House, PHONE, SECTION, answer};
use crate::seal::{self, WITNESS, signer};

/// A remark in which somebody wrote what nobody asked for.
const REMARK: &str = "已电话联系经办人13987654321核实";

fn trust(key: &PublicKey) -> Trust {
    Trust { ledger: Some(key.clone()), witnesses: Some(seal::trust().policy) }
}

/// What stands on a page.
fn text(page: &Answer) -> String {
    assert_eq!(page.headers["content-type"], "application/pdf", "{}", String::from_utf8_lossy(&page.bytes));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("page.pdf");
    std::fs::write(&file, &page.bytes).unwrap();
    let output = Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output();
    let output = output.expect("tests need the Debian package poppler-utils");
    String::from_utf8(output.stdout)
        .unwrap()
        .chars()
        .filter(|c| !c.is_whitespace() && *c != '\u{200B}')
        .collect()
}

#[tokio::test]
async fn the_file_verifies_without_the_ledger_and_a_bent_one_does_not() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.restored(id, house.ledger.now()).await;
    house.applied("B-1").await;
    let number = house.signed().await;
    house.cosigned(number).await;
    let file = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}/evidence")).await;
    assert_eq!(
        (file.status.as_u16(), &file.headers["content-type"]),
        (200, &"application/json".parse().unwrap())
    );
    assert!(file.headers["content-disposition"].to_str().unwrap().contains(&format!("evidence-{id}.json")));
    let verdict = verify(&file.bytes, &trust(signer().public_key())).unwrap();
    assert_eq!((verdict.guarantee, verdict.records, verdict.checkpoint), (id.uuid(), 5, number));
    assert_eq!(
        (verdict.trusted, verdict.trusted_witnesses.as_slice()),
        (Trusted::LedgerAndWitnesses, &[WITNESS.to_owned()][..])
    );
    assert_eq!(verdict.documents.len(), 2, "both documents");
    assert!(!String::from_utf8_lossy(&file.bytes).contains(PHONE));

    let stranger = SigningKey::from_hex(&"33".repeat(32)).unwrap();
    assert!(verify(&file.bytes, &trust(stranger.public_key())).is_err(), "another key");
    let bent = String::from_utf8(file.bytes).unwrap().replacen("6400.00", "6400.01", 1);
    assert!(verify(bent.as_bytes(), &trust(signer().public_key())).is_err(), "another amount");
}

#[tokio::test]
async fn the_page_tells_the_life_in_chinese_and_no_personal_data() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.post(Role::Operator, id, "annotations", json!({ "text": REMARK })).await.guarantee();
    house.restored(id, house.ledger.now()).await;
    house.claimed(id, "300000").await;
    let number = house.signed().await;
    house.cosigned(number).await;
    let path = format!("/api/v1/guarantees/{id}/evidence");
    let page = house.get(Role::Auditor, &format!("{path}?format=pdf")).await;
    let shown = text(&page);
    for part in [
        "示例融资担保有限公司",
        "示例公共资源交易中心",
        "G-A-1",
        "已还原，在保",
        SECTION,
        "¥800,000.00",
        "剩余担保金额¥500,000.00",
        "申请",
        "保费到账",
        "出函",
        "收到还原密钥",
        "明文保函生成",
        "第1号索赔¥300,000.00",
        "交易平台jyzx-wild",
        "办公端underwriter",
        "2026-03-02",
        "09:30:00",
        "已电话联系经办人139****核实",
        "第1号",
        WITNESS,
        "已达到本机构要求（不少于1家）",
        &id.to_string(),
        &signer().public_key().id(),
    ] {
        assert!(shown.contains(part), "{part} is missing in {shown}");
    }
    for hidden in [PHONE, "13987654321", "3200010000000000001"] {
        assert!(!shown.contains(hidden), "{hidden} stands in {shown}");
    }
    let asked = house.call(Role::Auditor, reqwest::Method::GET, &path).header("accept", "application/pdf");
    assert_eq!(answer(asked).await.bytes, page.bytes, "the same evidence gives the same page");
    assert_eq!(house.get(Role::Auditor, &format!("{path}?format=docx")).await.code(), "invalid-query");
}

#[tokio::test]
async fn what_came_sealed_is_kept_from_auditors_until_the_opening() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    house.signed().await;
    let path = format!("/api/v1/guarantees/{id}/evidence");
    let sealed = text(&house.get(Role::Auditor, &format!("{path}?format=pdf")).await);
    assert!(sealed.contains("密文") && !sealed.contains(SECTION), "{sealed}");
    house.restored(id, house.ledger.now() + TimeDelta::hours(11)).await;
    house.signed().await;
    for path in [path.clone(), format!("{path}?format=pdf")] {
        let early = house.get(Role::Auditor, &path).await;
        assert_eq!((early.status.as_u16(), early.code().as_str()), (403, "before-the-opening"));
    }
    let operator = house.anonymous(reqwest::Method::GET, &path).bearer_auth("token-of-core-banking-0001");
    assert_eq!(answer(operator).await.status, 200, "who sees plain values anyway");
    house.hours_pass(11);
    assert_eq!(house.get(Role::Auditor, &path).await.status, 200);
}

#[tokio::test]
async fn it_waits_for_the_checkpoint_that_speaks_of_what_was_just_written() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.signed().await;
    house.paid(id).await;
    let path = format!("/api/v1/guarantees/{id}/evidence");
    let asked = tokio::spawn(answer(house.call(Role::Auditor, reqwest::Method::GET, &path)));
    house.demanded(2).await;
    house.signed().await;
    let verdict = verify(&asked.await.unwrap().bytes, &Trust::default()).unwrap();
    assert_eq!((verdict.records, verdict.checkpoint, verdict.trusted), (2, 2, Trusted::Nothing));
    house.stop.cancel();
    house.post(Role::Underwriter, id, "decline", json!({ "reason": "超过限额" })).await.guarantee();
    let late = house.get(Role::Auditor, &path).await;
    assert_eq!((late.status.as_u16(), late.code().as_str()), (503, "not-signed-yet"));
    let nobody =
        house.get(Role::Auditor, "/api/v1/guarantees/0198b2f0-0000-7000-8000-000000000000/evidence").await;
    assert_eq!((nobody.status.as_u16(), nobody.code().as_str()), (404, "unknown-guarantee"));
}

#[tokio::test]
async fn after_an_erasure_everything_still_verifies() {
    let house = House::open().await;
    let id = house.issued("A-1").await;
    let entry = JournalEntry {
        id: house.ledger.new_id(),
        received_at: house.ledger.now(),
        aggregate_id: Some(id.uuid()),
        interface: "erase".to_owned(),
        outcome: "erased".to_owned(),
        ..JournalEntry::default()
    };
    house.ledger.log().erase_key(id.uuid(), entry).await.unwrap().unwrap();
    house.signed().await;
    let file = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}/evidence")).await;
    assert_eq!(verify(&file.bytes, &Trust::default()).unwrap().records, 3);
    let page = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}/evidence?format=pdf")).await;
    assert!(text(&page).contains("G-A-1"));
}

#[tokio::test]
async fn a_process_that_knows_no_key_of_the_ledger_says_so() {
    let house = House::open_trusting(baohan_proof::Trust::default()).await;
    let id = house.issued("A-1").await;
    house.signed().await;
    let refused = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}/evidence")).await;
    assert_eq!((refused.status.as_u16(), refused.code().as_str()), (503, "seal-key-unknown"));
    let event = house.ledger.log().read(0, 0, 1).await.unwrap().remove(0).id;
    assert_eq!(house.get(Role::Auditor, &format!("/api/v1/audit/proof/{event}")).await.status, 200);
}
