//! A store that does not take it.

use sqlx::Connection;

use crate::world::{Message, World};

#[tokio::test]
async fn a_store_that_is_gone_is_a_clean_refusal() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1")).await.taken();
    world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await.taken();
    world.ledger.log().close().await;
    let answer = world.call(&Message::apply("SQ2")).await;
    answer.refused_with("系统繁忙");
    assert!(!answer.text.to_lowercase().contains("sql"), "{}", answer.text);
    // How far the log is can only be asked of the store, and a list that may be stale is not told.
    world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await.refused_with("稍后重试");
}

#[tokio::test]
async fn a_locked_database_refuses_and_resumes_by_itself() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1")).await.taken();
    let path = world.folder().join("ledger.db");
    let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
    let mut other = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    world.call(&Message::apply("SQ2")).await.refused_with("系统繁忙");
    assert!(world.events("SQ2").await.is_empty());
    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    world.call(&Message::apply("SQ2")).await.taken();
    assert_eq!(world.events("SQ2").await, ["Applied"]);
}
