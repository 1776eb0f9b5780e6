//! A planted phone number, mailbox and name stand nowhere in the clear.

use baohan_wire::Ask;
use chrono::TimeDelta;
use walkdir::WalkDir;

use crate::world::Ledger;
use crate::world::platform::{KEY, now, terms};
use crate::world::process::run;

const PHONE: &str = "13987654321";
const MAILBOX: &str = "planted.mailbox@example.com";
const NAME: &str = "欧阳种植";

fn holds(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|part| part == text.as_bytes())
}

/// Every file of the ledger's folder, the databases' journals included.
fn files_that_hold(ledger: &Ledger, text: &str) -> Vec<String> {
    let files = WalkDir::new(ledger.folder.path()).into_iter().filter_map(Result::ok);
    let files = files.filter(|entry| entry.file_type().is_file());
    let holding = files.filter(|entry| holds(&std::fs::read(entry.path()).unwrap_or_default(), text));
    holding.map(|entry| entry.path().display().to_string()).collect()
}

#[tokio::test]
async fn planted_personal_data_stand_nowhere_in_the_clear_and_are_erased() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let (platform, office) = (ledger.platform(), ledger.office());
    let key = baohan_wire::SealKey::parse(KEY).unwrap();
    let terms = terms("800000.00");
    let apply = Ask::Apply { application_no: "SQ1", terms: &terms, key: Some(&key), iv: None };
    let extra = [("jbrname", NAME), ("jbrphone", PHONE)];
    assert!(platform.ask(&apply, &extra).await.unwrap().taken());
    // A repeat, a refusal and a wrong form are journalled too.
    assert!(platform.ask(&apply, &extra).await.unwrap().taken());
    assert_eq!(platform.ask(&apply, &[("jbrphone", PHONE)]).await.unwrap().code, "0");
    let id = office.id("SQ1").await;
    let guarantee_no = office.issue(&id).await["guarantee_no"].as_str().unwrap().to_owned();
    let opening = now() - TimeDelta::minutes(5);
    assert!(platform.restore("SQ1", &guarantee_no, opening).await.unwrap().taken());
    office.until(&format!("/api/v1/guarantees/{id}"), |guarantee| guarantee["status"] == "restored").await;
    let invoice = Ask::RequestInvoice {
        application_no: "SQ1",
        guarantee_no: &guarantee_no,
        buyer_name: "江南建设集团有限公司",
        buyer_code: "91320000MA1XXXXX0A",
        amount: "6400.00".parse().unwrap(),
        special: None,
        email: Some(MAILBOX),
        mobile: Some(PHONE),
    };
    assert!(platform.ask(&invoice, &[]).await.unwrap().taken());
    assert!(platform.claim("SQ1", &guarantee_no, None, PHONE).await.unwrap().taken());
    assert_eq!(platform.claim("SQ9", &guarantee_no, None, PHONE).await.unwrap().code, "0");
    office.until("/api/v1/claims", |claims| claims["items"][0].is_object()).await;

    for path in [
        format!("/api/v1/guarantees/{id}"),
        format!("/api/v1/guarantees/{id}/events"),
        format!("/api/v1/guarantees/{id}/evidence"),
        "/api/v1/audit/checkpoints".into(),
        "/api/v1/events?shard=0&limit=1000".into(),
        "/api/v1/guarantees".into(),
        "/api/v1/claims".into(),
        "/api/v1/invoices".into(),
        "/api/v1/journal".into(),
        "/api/v1/notices".into(),
        "/metrics".into(),
    ] {
        let text = office.text(&path).await;
        assert!(text.len() > 20, "{path} says nothing");
        for planted in [PHONE, MAILBOX, NAME] {
            assert!(!text.contains(planted), "{path} shows {planted}");
        }
    }
    ledger.stop().await;
    for planted in [PHONE, MAILBOX, NAME] {
        let found = files_that_hold(&ledger, planted);
        assert!(found.is_empty(), "{planted} stands in {found:?}");
    }
    assert!(!files_that_hold(&ledger, "江南建设集团有限公司").is_empty(), "firms' names stay readable");

    let erased = run(&["erase", &id, "--config", "baohan.toml"], ledger.folder.path());
    assert!(erased.status.success(), "{}", String::from_utf8_lossy(&erased.stderr));
    ledger.start_again().await;
    let (status, guarantee) = ledger.office().get(&format!("/api/v1/guarantees/{id}")).await;
    assert_eq!((status, guarantee["left"].as_str()), (200, Some("0.00")), "its life goes on: {guarantee}");
}
