//! A guarantee that has come as far as a claim: where several stories begin.

use chrono::TimeDelta;

use crate::world::Ledger;
use crate::world::platform::now;

/// A guarantee that was issued, opened and claimed in part. Answers its id.
pub async fn claimed(ledger: &Ledger) -> String {
    let (platform, office) = (ledger.platform(), ledger.office());
    assert!(platform.apply("SQ1", "800000.00").await.unwrap().taken());
    let id = office.id("SQ1").await;
    let guarantee_no = office.issue(&id).await["guarantee_no"].as_str().unwrap().to_owned();
    assert!(platform.restore("SQ1", &guarantee_no, now() - TimeDelta::minutes(5)).await.unwrap().taken());
    let one = format!("/api/v1/guarantees/{id}");
    office.until(&one, |guarantee| guarantee["status"] == "restored").await;
    let part = "300000.00".parse().unwrap();
    assert!(platform.claim("SQ1", &guarantee_no, Some(part), "13800000001").await.unwrap().taken());
    id
}
