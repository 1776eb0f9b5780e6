//! Issuing: with a document of ours, with one of a core system's, and with what is none.

use baohan_office::Role;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::house::{House, premium};

/// W23: a ZIP that holds an error message.
const ZIP_WITH_AN_ERROR: &str = "UEsDBBQAAAAAAMBLYlwpzDyBNQAAADUAAAAJAAAAZXJyb3IueG1sPHJvb3Q+PHJlc3VsdD4wPC9yZXN1bHQ+PG1lc3NhZ2U+MTA0PC9tZXNzYWdlPjwvcm9vdD5QSwECFAMUAAAAAADAS2JcKcw8gTUAAAA1AAAACQAAAAAAAAAAAAAAgAEAAAAAZXJyb3IueG1sUEsFBgAAAAABAAEANwAAAFwAAAAAAA==";
/// W24: the address of a file instead of the file.
const ADDRESS: &str = "aHR0cHM6Ly9maWxlcy5leGFtcGxlL2Rvd25sb2FkP3BvbGljeT1XQkgwMDI0";

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n";

#[tokio::test]
async fn an_issue_gets_the_next_number_and_a_document_of_ours() {
    let house = House::open().await;
    let (first, second) = (house.applied("A-1").await, house.applied("A-2").await);
    for (id, number) in [(first, "BH2026030200000001"), (second, "BH2026030200000002")] {
        house.paid(id).await;
        let issued = house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
        assert_eq!((&issued["status"], &issued["guarantee_no"]), (&json!("issued"), &json!(number)));
        assert_eq!((&issued["rate"], &issued["premium"]["amount"]), (&json!("0.008"), &json!("6400.00")));
        assert_eq!(issued["valid_until"], "2026-06-30");
        assert_eq!(
            (&issued["documents"][0]["form"], &issued["documents"][0]["media"]),
            (&json!("sealed"), &json!("pdf"))
        );
        assert_eq!(issued["version"], 3);
    }
}

#[tokio::test]
async fn where_nothing_is_sealed_the_first_document_is_the_plain_one() {
    let house = House::open().await;
    let id = house.applied_plainly("A-1").await;
    house.paid(id).await;
    let issued = house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    assert_eq!(issued["documents"][0]["form"], "plain");
}

#[tokio::test]
async fn the_premium_can_be_given_along() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let bare = house.post(Role::Underwriter, id, "issue", json!({})).await;
    assert_eq!((bare.status.as_u16(), bare.code().as_str()), (409, "premium-not-recorded"));
    let along = json!({ "premium": 6400.00, "payer_name": "江南建设集团有限公司", "payer_account": "3200010000000000001" });
    let issued = house.post(Role::Underwriter, id, "issue", along.clone()).await.guarantee();
    assert_eq!((&issued["premium"]["amount"], &issued["version"]), (&json!("6400.00"), &json!(3)));
    assert_eq!(house.post(Role::Underwriter, id, "issue", along).await.guarantee(), issued);
}

#[tokio::test]
async fn a_pdf_of_a_core_system_is_kept_byte_for_byte() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let body = json!({ "guarantee_no": "CORE-1", "document_base64": STANDARD.encode(PDF), "rate": "0.01", "valid_until": "2026-09-30" });
    let issued = house.post(Role::Underwriter, id, "issue", body.clone()).await.guarantee();
    assert_eq!((&issued["guarantee_no"], &issued["rate"]), (&json!("CORE-1"), &json!("0.01")));
    assert_eq!(issued["documents"][0]["size_bytes"], PDF.len());
    let file = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}/documents/sealed")).await;
    assert_eq!(
        (file.bytes.as_slice(), &file.headers["content-type"]),
        (PDF, &"application/pdf".parse().unwrap())
    );
    assert_eq!(house.post(Role::Underwriter, id, "issue", body).await.guarantee(), issued);
    let other = json!({ "document_base64": STANDARD.encode([PDF, b"%%EOF\n"].concat()) });
    assert_eq!(house.post(Role::Underwriter, id, "issue", other).await.code(), "already-issued");
}

async fn refused_as_no_document(number: &str, document: &str, says: &[&str]) {
    let house = House::open().await;
    let id = house.applied(number).await;
    house.paid(id).await;
    let before = house.events_count();
    for query in ["issue", "issue?dry_run=true"] {
        let refused = house.post(Role::Underwriter, id, query, json!({ "document_base64": document })).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, "document-not-pdf-or-ofd"));
        for part in says {
            assert!(refused.detail().contains(part), "{} should say {part}", refused.detail());
        }
    }
    assert_eq!(house.events_count(), before, "no event");
    let notices = house.get(Role::Operator, "/api/v1/notices").await.json();
    assert_eq!(notices["items"], json!([]), "no notice");
    let stored = std::fs::read_dir(house.folder.path().join("documents")).unwrap().count();
    assert_eq!(stored, 0, "no file");
    let issued = house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    assert_eq!(issued["guarantee_no"], "BH2026030200000001", "no number used up");
}

#[tokio::test]
async fn w23_a_zip_with_an_error_message_is_no_guarantee() {
    refused_as_no_document("WILD0023", ZIP_WITH_AN_ERROR, &["ZIP", "error.xml"]).await;
}

#[tokio::test]
async fn w24_the_base64_of_an_address_is_no_guarantee() {
    refused_as_no_document("WILD0024", ADDRESS, &["文本", "地址"]).await;
}

#[tokio::test]
async fn what_is_no_base64_or_empty_is_refused_too() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    for (document, code) in
        [("保函", "document-not-base64"), ("", "document-not-pdf-or-ofd"), ("%%%", "document-not-base64")]
    {
        let refused =
            house.post(Role::Underwriter, id, "issue", json!({ "document_base64": document })).await;
        assert_eq!((refused.status.as_u16(), refused.code().as_str()), (409, code), "{document}");
    }
}

#[tokio::test]
async fn a_number_belongs_to_one_guarantee() {
    let house = House::open().await;
    house.issued("A-1").await;
    let id = house.applied("A-2").await;
    house.paid(id).await;
    for query in ["issue?dry_run=true", "issue"] {
        let taken = house.post(Role::Underwriter, id, query, json!({ "guarantee_no": "G-A-1" })).await;
        assert_eq!((taken.status.as_u16(), taken.code().as_str()), (409, "guarantee-no-in-use"));
    }
}

#[tokio::test]
async fn a_dry_run_stores_nothing_and_uses_no_number_up() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let before = house.events_count();
    let would_be = house.post(Role::Underwriter, id, "issue?dry_run=true", json!({})).await.guarantee();
    assert_eq!((&would_be["status"], &would_be["guarantee_no"]), (&json!("issued"), &Value::Null));
    assert_eq!((&would_be["documents"], &would_be["position"]), (&json!([]), &json!(0)));
    let with_file = json!({ "guarantee_no": "CORE-1", "document_base64": STANDARD.encode(PDF) });
    let would_be = house.post(Role::Underwriter, id, "issue?dry_run=true", with_file).await.guarantee();
    assert_eq!(
        (&would_be["guarantee_no"], &would_be["documents"][0]["size_bytes"]),
        (&json!("CORE-1"), &json!(PDF.len()))
    );
    assert_eq!(house.events_count(), before);
    assert_eq!(std::fs::read_dir(house.folder.path().join("documents")).unwrap().count(), 0);
    let is = house.get(Role::Auditor, &format!("/api/v1/guarantees/{id}")).await.guarantee();
    assert_eq!((&is["status"], &is["version"]), (&json!("applied"), &json!(2)));
    let issued = house.post(Role::Underwriter, id, "issue", json!({})).await.guarantee();
    assert_eq!(issued["guarantee_no"], "BH2026030200000001");
}

#[tokio::test]
async fn twenty_four_issues_at_once_are_one() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let copies = (0..24).map(|_| house.post(Role::Underwriter, id, "issue", json!({})));
    let answers = futures::future::join_all(copies).await;
    let first = answers[0].guarantee();
    assert!(answers.iter().all(|answer| answer.guarantee() == first));
    assert_eq!((first["version"].clone(), house.events_count()), (json!(3), 3));
}

#[tokio::test]
async fn a_premium_of_another_payer_is_not_what_is_on_record() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let other = house.post(Role::Underwriter, id, "issue", json!({ "payer_name": "某某" })).await;
    assert_eq!(other.code(), "premium-differs");
    let mut twice = premium();
    twice["reference"] = json!("R-2");
    let again = house.post(Role::Underwriter, id, "premium", twice).await.guarantee();
    assert_eq!(again["version"], 2, "amount and payer decide");
}
