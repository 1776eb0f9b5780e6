use chrono::TimeDelta;
use serde_json::json;

use crate::world::Ledger;
use crate::world::platform::now;

#[tokio::test]
async fn issued_restored_claimed_in_part_paid_and_claimed_for_the_rest() {
    let ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let (platform, office) = (ledger.platform(), ledger.office());
    assert!(platform.apply("SQ1", "800000.00").await.unwrap().taken());
    let id = office.id("SQ1").await;
    let guarantee_no = office.issue(&id).await["guarantee_no"].as_str().unwrap().to_owned();
    let opening = now() - TimeDelta::minutes(5);
    assert!(platform.restore("SQ1", &guarantee_no, opening).await.unwrap().taken());
    let one = format!("/api/v1/guarantees/{id}");
    let restored = office.until(&one, |guarantee| guarantee["status"] == "restored").await;
    assert_eq!(restored["section_name"], "滨江快速路改造工程一标段");

    let part = "300000.00".parse().unwrap();
    assert!(platform.claim("SQ1", &guarantee_no, Some(part), "13800000001").await.unwrap().taken());
    let (status, paid) =
        office.post(&format!("{one}/claims/1/pay"), json!({"reference": "HX20260302001"})).await;
    assert_eq!((status, &paid["left"]), (200, &json!("500000.00")), "{paid}");
    assert!(platform.claim("SQ1", &guarantee_no, None, "13800000001").await.unwrap().taken());
    let claimed = office.until(&one, |guarantee| guarantee["claims"][1].is_object()).await;
    assert_eq!((&claimed["claims"][1]["amount"], &claimed["left"]), (&json!("500000.00"), &json!("0.00")));
    let more =
        platform.claim("SQ1", &guarantee_no, Some("0.01".parse().unwrap()), "13800000001").await.unwrap();
    assert_eq!(more.code, "0", "{more:?}");
}

#[tokio::test]
async fn twenty_four_copies_at_once_are_one_application_and_all_are_answered_yes() {
    let ledger = Ledger::start("http://127.0.0.1:9", "").await;
    let platform = ledger.platform();
    let copies: Vec<_> = (0..24)
        .map(|_| {
            let platform = platform.clone();
            tokio::spawn(async move { platform.apply("SQ24", "800000.00").await.unwrap().code })
        })
        .collect();
    for copy in copies {
        assert_eq!(copy.await.unwrap(), "1");
    }
    assert_eq!(ledger.office().events().await.len(), 1);
    assert_eq!(platform.apply("SQ24", "800000.01").await.unwrap().code, "0");
}

#[tokio::test]
async fn what_is_read_only_answers_and_writes_nothing() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    assert!(ledger.platform().apply("SQ1", "800000.00").await.unwrap().taken());
    ledger.office().id("SQ1").await;
    ledger.stop().await;
    ledger.start_again_with(&["--read-only"]).await;
    assert_eq!(ledger.office().events().await.len(), 1);
    assert_eq!(ledger.platform().apply("SQ2", "800000.00").await.unwrap().code, "0");
    assert_eq!(ledger.office().events().await.len(), 1);
}
