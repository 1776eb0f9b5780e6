use baohan_domain::Form;
use baohan_domain::command::EarlyRestore;
use baohan_projections::{BATCH_EVENTS_MAX, Projection, RebuildState};

use crate::life::{self, Sealed, id_at, id_of};
use crate::stage::{Stage, hours, morning};

/// Several guarantees go through all that can happen; `step` is called between the commands.
pub async fn lives(stage: &mut Stage, step_every: usize) {
    let mut commands = 0;
    for number in 1..=12_u32 {
        let platform = if number.is_multiple_of(2) { life::PLATFORM } else { "jyzx-other" };
        let (id, sealed) = (id_at(platform, number), !number.is_multiple_of(3));
        let form = if sealed { Form::Sealed } else { Form::Plain };
        let seal = if sealed { Sealed::Section } else { Sealed::Nothing };
        stage.does(id, life::apply_sealed(platform, number, seal, morning())).await;
        if number == 11 {
            stage.does(id, life::decline(morning())).await;
            continue;
        }
        stage.does(id, life::pay(morning())).await;
        stage.does(id, life::correct(morning())).await;
        let issued = stage.does(id, life::issue(number, form, morning())).await;
        let kind = baohan_domain::event::NoticeKind::Issued;
        stage.does(id, life::settle(issued[0].id, kind, life::given_up(), morning())).await;
        stage.does(id, life::request_quit(number, morning())).await;
        if number.is_multiple_of(4) {
            stage.does(id, life::confirm_quit(morning())).await;
            continue;
        }
        stage.does(id, life::refuse_quit(morning())).await;
        if sealed {
            let early = EarlyRestore::Accept { hours_max: 24 };
            stage.does(id, life::restore(number, hours(2), early, hours(1))).await;
            stage.does(id, life::restored(hours(1))).await;
            stage.does(id, life::restore(number, hours(3), early, hours(1))).await;
        }
        stage.does(id, life::request_invoice(number, hours(4))).await;
        stage.does(id, life::decline_invoice(hours(4))).await;
        stage.does(id, life::request_invoice(number, hours(5))).await;
        stage.does(id, life::issue_invoice(hours(5))).await;
        stage.does(id, life::claim(number, Some("300000.01"), hours(6))).await;
        stage.does(id, life::claim(number, Some("200000.00"), hours(7))).await;
        stage.does(id, life::pay_claim(1, hours(8))).await;
        stage.does(id, life::refuse_claim(2, hours(8))).await;
        stage.does(id, life::annotate(hours(8))).await;
        stage.does(id, life::cancel(number, hours(9))).await;
        stage.does(id, life::settle(issued[0].id, kind, life::taken(), hours(9))).await;
        commands += 1;
        if commands % step_every == 0 {
            stage.runner.step().await.unwrap();
        }
    }
}

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
