//! Which guarantee is meant when the centre's code comes and goes.

use crate::world::{Message, World};

const CENTRE: &str = "A3299990121";

#[tokio::test]
async fn a_call_without_the_code_finds_what_was_applied_for_with_it() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1").with("platformcode", CENTRE)).await.taken();
    let id = world.id_of_centre(Some(CENTRE), "SQ1");
    world.issue_id(id, "BH1").await;
    world.at("2026-03-20 09:05:00");
    world.call(&Message::restore("SQ1", "BH1", "2026-03-20 09:00:00")).await.taken();
    world.call(&Message::invoice("SQ1", "BH1").with("platformcode", "ANOTHER")).await.taken();
    assert_eq!(world.events_of(id).await[3..], ["RestoreRequested", "InvoiceRequested"]);
}

#[tokio::test]
async fn a_call_with_a_code_finds_what_was_applied_for_without_one() {
    let world = World::new().await;
    world.issued("SQ1", "BH1").await;
    world.call(&Message::cancel("SQ1", "BH1").with("platformcode", CENTRE)).await.taken();
    assert_eq!(world.events("SQ1").await.last().unwrap(), "Cancelled");
    let entry = &world.journal().await[0].entry;
    assert_eq!(entry.aggregate_id, Some(world.id("SQ1").uuid()));
}

#[tokio::test]
async fn what_is_not_issued_is_found_by_its_application_when_there_is_one_alone() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1").with("platformcode", CENTRE)).await.taken();
    world.projections.caught_up(std::time::Duration::from_secs(10)).await.unwrap();
    let cancel = Message::cancel("SQ1", "BH1");
    world.call(&cancel).await.refused_with("未出函");

    world.call(&Message::apply("SQ1").with("platformcode", "B")).await.taken();
    world.projections.caught_up(std::time::Duration::from_secs(10)).await.unwrap();
    world.call(&cancel).await.refused_with("applyno");
    assert_eq!(world.outcomes().await[0], "unknown-application");
}

#[tokio::test]
async fn two_centres_may_use_one_number() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1").with("platformcode", "A")).await.taken();
    world.call(&Message::apply("SQ1").with("platformcode", "B").with("bzjamount", "100.00")).await.taken();
    let (a, b) = (world.id_of_centre(Some("A"), "SQ1"), world.id_of_centre(Some("B"), "SQ1"));
    world.issue_id(a, "BHA").await;
    world.issue_id(b, "BHB").await;
    world.call(&Message::cancel("SQ1", "BHB")).await.taken();
    assert_eq!(world.events_of(a).await.last().unwrap(), "Issued");
    assert_eq!(world.events_of(b).await.last().unwrap(), "Cancelled");
}

#[tokio::test]
async fn a_number_of_another_application_is_no_way_in() {
    let world = World::new().await;
    world.issued("SQ1", "BH1").await;
    world.issued("SQ2", "BH2").await;
    world.call(&Message::cancel("SQ1", "BH2")).await.refused_with("baohanno");
    world.call(&Message::cancel("SQ3", "BH2")).await.refused_with("applyno");
    assert_eq!(world.events("SQ2").await.last().unwrap(), "Issued");
}
