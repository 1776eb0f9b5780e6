use baohan_log::{AppendError, IdempotencyRecord};
use uuid::Uuid;

use super::stage::{append, noon, opened};

fn record(key: &str, body: &[u8]) -> IdempotencyRecord {
    IdempotencyRecord {
        key: key.to_owned(),
        content_sm3: "cd".repeat(32),
        status: 200,
        body: body.to_owned(),
        at: noon(0),
    }
}

#[tokio::test]
async fn a_record_rides_in_the_append() {
    let stage = opened().await;
    assert_eq!(stage.idempotency("core/1").await.unwrap(), None);
    let mut asked = append(Uuid::new_v4(), 0, "Applied");
    asked.idempotency = Some(record("core/1", b"{}"));
    stage.append(asked).await.unwrap();
    assert_eq!(stage.idempotency("core/1").await.unwrap(), Some(record("core/1", b"{}")));
}

#[tokio::test]
async fn a_key_is_used_once() {
    let stage = opened().await;
    let asked = || {
        let mut asked = append(Uuid::new_v4(), 0, "Applied");
        asked.idempotency = Some(record("core/1", b"{}"));
        asked
    };
    let together = futures::future::join_all([stage.append(asked()), stage.append(asked())]).await;
    assert!(together[0].is_ok());
    assert!(matches!(together[1], Err(AppendError::IdempotencyKeyInUse)));
    assert!(matches!(stage.append(asked()).await, Err(AppendError::IdempotencyKeyInUse)));
    assert_eq!(stage.all().await.len(), 1);
}

#[tokio::test]
async fn a_refused_append_does_not_use_up_its_key() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    let mut asked = append(id, 3, "Issued");
    asked.idempotency = Some(record("core/1", b"{}"));
    assert!(stage.append(asked).await.is_err());
    assert_eq!(stage.idempotency("core/1").await.unwrap(), None);
}

#[tokio::test]
async fn the_first_answer_is_remembered() {
    let stage = opened().await;
    assert_eq!(stage.remember(record("core/2", b"first")).await.unwrap().body, b"first");
    assert_eq!(stage.remember(record("core/2", b"second")).await.unwrap().body, b"first");
}
