use baohan_log::Reading;
use uuid::Uuid;

use super::stage::{noon, opened};

#[tokio::test]
async fn each_reading_is_kept_newest_first() {
    let (stage, id) = (opened().await, Uuid::new_v4());
    let reading = |actor: &str, aggregate_id, at| Reading {
        actor: actor.to_owned(),
        aggregate_id,
        fields: vec!["mobile".to_owned(), "email".to_owned()],
        at: noon(at),
    };
    let (first, second) = (reading("clerk", id, 1), reading("auditor", id, 2));
    stage.record_reading(first.clone()).await.unwrap();
    stage.record_reading(second.clone()).await.unwrap();
    stage.record_reading(reading("clerk", Uuid::new_v4(), 3)).await.unwrap();
    assert_eq!(stage.readings(id, 10).await.unwrap(), [second.clone(), first]);
    assert_eq!(stage.readings(id, 1).await.unwrap(), [second]);
}
