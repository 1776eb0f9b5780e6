use super::stage::opened;

#[tokio::test]
async fn a_consumer_begins_at_nothing() {
    assert_eq!(opened().await.checkpoint("reader", 0).await.unwrap(), 0);
}

#[tokio::test]
async fn a_consumer_moves_on_and_never_back() {
    let stage = opened().await;
    assert_eq!(stage.move_checkpoint("reader", 0, 5).await.unwrap(), 5);
    assert_eq!(stage.move_checkpoint("reader", 0, 3).await.unwrap(), 5);
    assert_eq!(stage.checkpoint("reader", 0).await.unwrap(), 5);
}

#[tokio::test]
async fn consumers_and_shards_stand_apart() {
    let stage = opened().await;
    stage.move_checkpoint("reader", 0, 5).await.unwrap();
    stage.move_checkpoint("reader", 1, 6).await.unwrap();
    stage.move_checkpoint("other", 0, 7).await.unwrap();
    assert_eq!(stage.checkpoint("reader", 0).await.unwrap(), 5);
    assert_eq!(stage.checkpoint("reader", 1).await.unwrap(), 6);
    assert_eq!(stage.checkpoint("other", 0).await.unwrap(), 7);
}
