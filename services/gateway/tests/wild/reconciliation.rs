//! W36: reconciliation of one day.

use baohan_domain::command::Decline;
use baohan_wire::Times;

use crate::fixture;
use crate::world::{Message, World, speaking};

async fn a_day() -> World {
    let world = World::new().await;
    // The first and the last second of the day in China, which are two days in UTC.
    world.at("2026-03-31 00:00:00");
    world.issued("WILD0036", "WBH0036").await;
    world.at("2026-03-31 23:59:59");
    world.issued("WILD0136", "WBH0136").await;
    world.call(&Message::quit("WILD0136", "WBH0136")).await.taken();
    world.confirm_quit("WILD0136").await;
    world.call(&Message::apply("WILD0236")).await.taken();
    world.office(world.id("WILD0236"), Decline { reason: "不符合条件".into(), at: world.ledger.now() }).await;
    world.call(&Message::apply("WILD0336")).await.taken();
    world.at("2026-04-01 08:00:00");
    world
}

#[tokio::test]
async fn w36_the_day_holds_what_was_issued_on_it_and_what_was_quit() {
    let world = a_day().await;
    let answer = world.send("checkbaohanlist", fixture!("W36-reconcile.json")).await;
    answer.taken();
    let list = serde_json::json!([
        {"applyno": "WILD0036", "baohanno": "WBH0036", "generatetime": "2026-03-31 00:00:00",
         "rate": "0.008", "cost": "6400.00", "status": "0"},
        {"applyno": "WILD0136", "baohanno": "WBH0136", "generatetime": "2026-03-31 23:59:59",
         "rate": "0.008", "cost": "6400.00", "status": "1"},
    ]);
    assert_eq!(answer.body["data"]["baohanlist"], list);
    let entry = &world.journal().await[0].entry;
    assert_eq!((entry.outcome.as_str(), entry.code.as_deref()), ("answered", Some("1")));
    assert!(entry.message.as_deref().unwrap().contains('2'), "{entry:?}");
}

#[tokio::test]
async fn w36_a_day_without_guarantees_has_an_empty_list() {
    let world = a_day().await;
    for (start, end) in [("2026-03-30", "2026-03-30"), ("2026-04-01", "2026-04-01")] {
        let answer = world.call(&Message::reconcile(start, end)).await;
        answer.taken();
        assert_eq!(answer.body["data"]["baohanlist"], serde_json::json!([]));
    }
}

#[tokio::test]
async fn w36_bent_ranges_get_code_0_and_name_the_field() {
    let world = a_day().await;
    world.call(&Message::reconcile("2026-03-31", "2026-03-30")).await.refused_with("enddate");
    world.call(&Message::reconcile("2026-03-31 00:00:00", "2026-03-31")).await.refused_with("startdate");
    world.call(&Message::reconcile("2026-02-30", "2026-03-31")).await.refused_with("startdate");
}

#[tokio::test]
async fn w36_a_lenient_profile_takes_the_day_of_a_time() {
    let world = a_day().await.restarted_with(speaking(|dialect| dialect.times = Times::Lenient)).await;
    let answer = world.call(&Message::reconcile("2026-03-31 00:00:00", "2026-03-31")).await;
    answer.taken();
    assert_eq!(answer.body["data"]["baohanlist"].as_array().unwrap().len(), 2);
}
