use baohan_projections::{Error, Options, Projections};

use crate::kind::NIL;
use crate::life::{self, id_of};
use crate::stage::{Stage, morning};

async fn with_two() -> Stage {
    let mut stage = Stage::open().await;
    for number in 1..=2 {
        stage.does(id_of(number), life::apply(number, morning())).await;
    }
    stage.catch_up().await;
    stage
}

/// Nothing is there after the start, and everything after catching up.
async fn begins_anew(stage: Stage) {
    let mut stage = stage.reopened().await;
    assert_eq!(stage.projections.guarantees_count().await.unwrap(), 0);
    stage.catch_up().await;
    assert_eq!(stage.projections.guarantees_count().await.unwrap(), 2);
}

#[tokio::test]
async fn the_same_ledger_goes_on() {
    let stage = with_two().await.reopened().await;
    assert_eq!(stage.projections.guarantees_count().await.unwrap(), 2);
}

#[tokio::test]
async fn another_incarnation_begins_anew() {
    let stage = with_two().await;
    stage.run(&format!("UPDATE origin SET incarnation = {NIL}")).await;
    begins_anew(stage).await;
}

#[tokio::test]
async fn another_form_of_the_tables_begins_anew() {
    let stage = with_two().await;
    stage.run("UPDATE origin SET schema_version = 0").await;
    stage.run("CREATE TABLE left_behind (x INT)").await;
    begins_anew(stage).await;
}

#[tokio::test]
async fn a_shorter_log_begins_anew() {
    let stage = with_two().await;
    stage.run("UPDATE checkpoints SET position = 3 WHERE projection = 'claims'").await;
    begins_anew(stage).await;
}

#[tokio::test]
async fn another_story_under_the_same_positions_begins_anew() {
    let stage = with_two().await;
    stage.run(&format!("UPDATE checkpoints SET event_id = {NIL} WHERE projection = 'timeline'")).await;
    begins_anew(stage).await;
}

#[tokio::test]
async fn tables_of_somebody_else_are_left_alone() {
    let stage = with_two().await;
    let other = crate::kind::of_somebody_else(stage.folder.path()).await;
    let opened = Projections::open(stage.log.clone(), other).await;
    assert!(matches!(opened, Err(Error::Foreign)));
}

#[tokio::test]
async fn a_reader_beside_the_runner_reads_and_never_writes() {
    let stage = with_two().await;
    let options = Options { read_only: true, ..Options::at(stage.url().await) };
    let projections = Projections::open(stage.log.clone(), options).await.unwrap();
    assert_eq!(projections.guarantees_count().await.unwrap(), 2);
    assert!(matches!(projections.runner().await, Err(Error::ReadOnly)));
    assert!(matches!(projections.rebuild(&[]).await, Err(Error::ReadOnly)));
}
