//! One guarantee made anew.

use baohan_projections::{Projection, Viewer};
use uuid::Uuid;

use crate::life::{self, id_of};
use crate::stage::{Stage, hours, morning};

async fn lived() -> Stage {
    let mut stage = Stage::open().await;
    crate::lives::lives(&mut stage, usize::MAX).await;
    stage.catch_up().await;
    stage
}

#[tokio::test]
async fn rows_that_were_bent_come_back_as_the_log_tells_them() {
    let mut stage = lived().await;
    let id = id_of(2);
    let text = id.uuid().simple().to_string();
    let is_it = |column: &str| crate::kind::is_id(column, &text);
    for table in ["claims", "invoices", "notices", "sections"] {
        stage.run(&format!("DELETE FROM {table} WHERE {}", is_it("guarantee"))).await;
    }
    stage.run(&format!("UPDATE timeline SET actor = 'nobody' WHERE {}", is_it("guarantee"))).await;
    stage
        .run(&format!("UPDATE guarantees SET status = 'applied', premium = '1.00' WHERE {}", is_it("id")))
        .await;
    assert_ne!(stage.projections.differences(&stage.fresh().await).await.unwrap(), []);
    assert!(stage.projections.rebuild_guarantee(id.uuid()).await.unwrap());
    stage.is_as_fresh().await;
    // The runner goes on from what stands there now.
    stage.does(id, life::annotate(hours(10))).await;
    stage.catch_up().await;
    stage.is_as_fresh().await;
}

#[tokio::test]
async fn a_state_that_was_bent_leaves_the_sums_with_what_it_had_brought_in() {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply(1, morning())).await;
    stage.does(id_of(1), life::pay(morning())).await;
    stage.does(id_of(1), life::issue(1, baohan_domain::Form::Plain, morning())).await;
    stage.catch_up().await;
    let text = id_of(1).uuid().simple().to_string();
    // A fault of the software, say: its state says a tenth, and so do the sums.
    let sql = "UPDATE guarantees SET state = REPLACE(state, '\"800000.00\"', '\"80000.00\"') WHERE ";
    stage.run(&format!("{sql}{}", crate::kind::is_id("id", &text))).await;
    let tenth = "'8000000'";
    stage
        .run(&format!("UPDATE exposure SET amount_fen = {tenth}, left_fen = {tenth} WHERE status = 'issued'"))
        .await;
    assert!(stage.projections.rebuild_guarantee(id_of(1).uuid()).await.unwrap());
    stage.is_as_fresh().await;
    // What the runner remembered of it is forgotten: it goes on from the log.
    stage.does(id_of(1), life::claim(1, Some("300000.00"), hours(1))).await;
    stage.catch_up().await;
    stage.is_as_fresh().await;
}

#[tokio::test]
async fn what_is_not_applied_yet_is_not_brought_forward() {
    let mut stage = lived().await;
    stage.does(id_of(2), life::annotate(hours(10))).await;
    let before = stage.projections.rows(Projection::Guarantees).await.unwrap();
    assert!(stage.projections.rebuild_guarantee(id_of(2).uuid()).await.unwrap());
    assert_eq!(stage.projections.rows(Projection::Guarantees).await.unwrap(), before);
    stage.catch_up().await;
    stage.is_as_fresh().await;
    let viewer = Viewer::operator(hours(11));
    let found = stage.projections.guarantee(id_of(2).uuid()).await.unwrap().unwrap();
    assert_eq!(found.view(&viewer).unwrap().remarks.len(), 2);
}

#[tokio::test]
async fn a_guarantee_that_does_not_exist_changes_nothing() {
    let stage = lived().await;
    assert!(!stage.projections.rebuild_guarantee(Uuid::from_u128(7)).await.unwrap());
    stage.is_as_fresh().await;
}
