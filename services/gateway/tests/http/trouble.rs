//! A store that does not take it.

use sqlx::Connection;

use crate::world::{Message, World};

#[tokio::test]
async fn a_store_that_is_gone_is_a_clean_refusal() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1")).await.taken();
    // The list has caught up before the store goes: a projector that was still behind could not read the rest any more.
    world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await.taken();
    world.ledger.log().close().await;
    let answer = world.call(&Message::apply("SQ2")).await;
    answer.refused_with("系统繁忙");
    assert!(!answer.text.to_lowercase().contains("sql"), "{}", answer.text);
    // A question changes nothing: where even the journal cannot be written, it is answered all the same.
    world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await.taken();
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
