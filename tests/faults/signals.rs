//! Soft on the first signal, hard on the second.

use std::time::Duration;

use crate::world::Ledger;

#[tokio::test]
async fn on_the_first_signal_it_finishes_and_ends_well() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    assert!(ledger.platform().apply("SQ1", "800000.00").await.unwrap().taken());
    assert!(ledger.stop().await.success(), "{}", ledger.log());
    ledger.start_again().await;
    assert_eq!(ledger.office().events().await.len(), 1);
}

#[tokio::test]
async fn on_the_second_signal_it_ends_at_once() {
    let mut ledger = Ledger::start("http://127.0.0.1:9", "").await;
    // A reader that never ends keeps a soft stop waiting.
    let stream = reqwest::Client::new()
        .get(format!("http://{}/api/v1/events/stream?shard=0", ledger.office))
        .bearer_auth(crate::world::process::TOKEN)
        .send()
        .await
        .unwrap();
    ledger.signal("TERM");
    ledger.signal("TERM");
    ledger.ended(Duration::from_secs(10)).await;
    drop(stream);
    ledger.start_again().await;
}
