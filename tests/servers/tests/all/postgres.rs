//! PostgreSQL of our own: shared, killed, paused, restored.

use std::time::Duration;

use baohan_servers::{Postgres, database};
use sqlx::{Connection, Executor, PgConnection, Row};

async fn connect(url: &str) -> PgConnection {
    PgConnection::connect(url).await.expect("a connection")
}

async fn count(connection: &mut PgConnection) -> i64 {
    sqlx::query("SELECT count(*) FROM kept").fetch_one(connection).await.expect("a count").get(0)
}

#[tokio::test]
async fn each_call_gets_a_fresh_database_of_one_cluster() {
    let (first, second) = (database().await, database().await);
    assert_ne!(first.url, second.url);
    let mut one = connect(&first.url).await;
    one.execute("CREATE TABLE only_here (n int)").await.unwrap();
    let mut other = connect(&second.url).await;
    assert!(other.execute("SELECT * FROM only_here").await.is_err());
    let place = "SHOW data_directory";
    let at = |row: sqlx::postgres::PgRow| row.get::<String, _>(0);
    assert_eq!(at(one.fetch_one(place).await.unwrap()), at(other.fetch_one(place).await.unwrap()));
}

#[tokio::test]
async fn what_was_committed_survives_a_kill_and_a_backup_is_what_was() {
    let mut postgres = Postgres::start().await;
    let url = postgres.database().await.url;
    let mut connection = connect(&url).await;
    connection.execute("CREATE TABLE kept (n int); INSERT INTO kept VALUES (1)").await.unwrap();
    let backup = postgres.backup().await;
    connection.execute("INSERT INTO kept VALUES (2)").await.unwrap();

    postgres.kill();
    assert!(PgConnection::connect(&url).await.is_err(), "nobody answers");
    postgres.restart().await;
    assert_eq!(count(&mut connect(&url).await).await, 2);

    postgres.kill();
    postgres.restore(&backup);
    postgres.restart().await;
    assert_eq!(count(&mut connect(&url).await).await, 1);
}

#[tokio::test]
async fn a_paused_cluster_answers_once_it_goes_on() {
    let postgres = Postgres::start().await;
    let url = postgres.database().await.url;
    let mut connection = connect(&url).await;
    postgres.pause();
    let asked = tokio::spawn(async move { connection.execute("SELECT 1").await.is_ok() });
    let other = tokio::time::timeout(Duration::from_millis(200), PgConnection::connect(&url)).await;
    assert!(other.is_err(), "a paused cluster took a connection");
    assert!(!asked.is_finished());
    postgres.resume();
    assert!(asked.await.unwrap());
}
