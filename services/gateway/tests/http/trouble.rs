//! A store that does not take it.

use crate::world::{Message, World};

#[tokio::test]
async fn a_store_that_is_gone_is_a_clean_refusal() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1")).await.taken();
    world.ledger.log().close().await;
    let answer = world.call(&Message::apply("SQ2")).await;
    answer.refused_with("系统繁忙");
    assert!(!answer.text.to_lowercase().contains("sql"), "{}", answer.text);
    world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await;
}
