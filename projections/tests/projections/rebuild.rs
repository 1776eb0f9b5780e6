use baohan_projections::{BATCH_EVENTS_MAX, Projection, RebuildState};

use crate::life::{self, id_of};
use crate::lives::lives;
use crate::stage::{Stage, morning};

#[tokio::test]
async fn a_fresh_build_gives_the_same_rows_as_step_by_step() {
    let mut stage = Stage::open().await;
    lives(&mut stage, 1).await;
    stage.catch_up().await;
    for projection in Projection::ALL {
        assert!(
            !stage.projections.rows(projection).await.unwrap().is_empty(),
            "{} is empty",
            projection.name()
        );
    }
    stage.is_as_fresh().await;
}

#[tokio::test]
async fn a_runner_that_is_dropped_between_batches_goes_on_where_it_was() {
    let mut stage = Stage::open().await;
    lives(&mut stage, usize::MAX).await;
    for number in 100..100 + u32::try_from(BATCH_EVENTS_MAX).unwrap() {
        stage.does(id_of(number), life::apply(number, morning())).await;
    }
    let head = stage.log.head(0);
    let applied = stage.runner.step().await.unwrap();
    assert!(applied > 0 && (applied as u64) < head, "one batch is not all: {applied} of {head}");
    let mut stage = stage.reopened().await;
    let rest = stage.runner.catch_up().await.unwrap();
    assert_eq!((applied + rest) as u64, head, "each event counts once");
    stage.is_as_fresh().await;
}

#[tokio::test]
async fn each_projection_can_be_built_anew_and_answers_meanwhile() {
    let mut stage = Stage::open().await;
    lives(&mut stage, 3).await;
    stage.catch_up().await;
    for (number, projection) in (7_000..).zip(Projection::ALL) {
        let before = stage.projections.rows(projection).await.unwrap();
        stage.projections.rebuild(&[projection]).await.unwrap();
        assert_eq!(stage.projections.rows(projection).await.unwrap(), before);
        // The running ones go on meanwhile.
        stage.does(id_of(number), life::apply(number, morning())).await;
        stage.catch_up().await;
        stage.built().await;
        assert_eq!(stage.rebuild_of(projection).await.state, RebuildState::Done);
        stage.is_as_fresh().await;
        stage.does(id_of(number), life::withdraw(morning())).await;
        stage.catch_up().await;
        stage.is_as_fresh().await;
    }
}

#[tokio::test]
async fn all_are_built_anew_at_once_and_again() {
    let mut stage = Stage::open().await;
    lives(&mut stage, 2).await;
    stage.catch_up().await;
    for _ in 0..2 {
        stage.run("DELETE FROM claims").await;
        stage.run("UPDATE guarantees SET status = 'lost', version = version + 1").await;
        stage.run("DELETE FROM exposure").await;
        stage.projections.rebuild(&Projection::ALL).await.unwrap();
        stage.built().await;
        stage.is_as_fresh().await;
    }
}

#[tokio::test]
async fn a_table_that_lags_behind_is_overtaken_by_the_new_one() {
    let mut stage = Stage::open().await;
    lives(&mut stage, usize::MAX).await;
    stage.projections.rebuild(&[Projection::Exposure, Projection::Guarantees]).await.unwrap();
    stage.built().await;
    // The others have applied nothing so far.
    stage.catch_up().await;
    stage.is_as_fresh().await;
}
