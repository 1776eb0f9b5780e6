//! W33, W40: quits.

use baohan_domain::command::{ConfirmQuit, RefuseQuit};
use baohan_domain::{Refusal, Status};
use baohan_ledger::{Context, Error};
use uuid::Uuid;

use crate::fixture;
use crate::world::{Message, World};

#[tokio::test]
async fn w33_a_refused_quit_can_be_asked_for_again() {
    let world = World::new().await;
    world.issued("WILD0033", "WBH0033").await;
    world.at("2026-03-10 10:00:00");
    world.send("quitapply", fixture!("W33-quit.json")).await.taken();
    world.send("quitapply", fixture!("W33-quit.json")).await.taken();
    let refuse = RefuseQuit { reason: "保函已用于投标".into(), at: world.ledger.now() };
    world.office(world.id("WILD0033"), refuse).await;
    world.send("quitapply", fixture!("W33-quit.json")).await.taken();
    let events = world.events("WILD0033").await;
    assert_eq!(events[3..], ["QuitRequested", "QuitRefused", "QuitRequested"]);
    assert_eq!(world.guarantee("WILD0033").await.status(), Some(Status::Issued));
}

#[tokio::test]
async fn w40_an_early_restore_does_not_end_the_time_to_quit() {
    let world = World::new().await;
    world.issued("WILD0040", "WBH0040").await;
    world.at("2026-03-23 22:00:00");
    world.call(&Message::restore("WILD0040", "WBH0040", "2026-03-24 09:00:00")).await.taken();
    world.render("WILD0040", "WBH0040").await;
    world.call(&Message::quit("WILD0040", "WBH0040")).await.taken();
    world.confirm_quit("WILD0040").await;
    assert_eq!(world.guarantee("WILD0040").await.status(), Some(Status::Quit));
}

#[tokio::test]
async fn w40_an_open_request_is_void_once_the_opening_has_come() {
    let world = World::new().await;
    world.issued("WILD0140", "WBH0140").await;
    world.at("2026-03-23 21:00:00");
    world.call(&Message::quit("WILD0140", "WBH0140")).await.taken();
    world.at("2026-03-23 22:00:00");
    world.call(&Message::restore("WILD0140", "WBH0140", "2026-03-24 09:00:00")).await.taken();
    world.render("WILD0140", "WBH0140").await;
    let guarantee = world.guarantee("WILD0140").await;
    assert!(guarantee.issued().unwrap().quitting.open().is_some(), "open until the opening");

    world.at("2026-03-24 09:00:01");
    let context = Context::of("office:test", Uuid::from_u128(1));
    let at = world.ledger.now();
    let confirmed =
        world.ledger.carry_out(context, world.id("WILD0140"), |_| Ok(ConfirmQuit { at }.into())).await;
    assert!(matches!(confirmed, Err(Error::Refused(Refusal::QuitVoid))), "{confirmed:?}");
    world.call(&Message::quit("WILD0140", "WBH0140")).await.refused_with("开标");
    assert_eq!(world.outcomes().await[0], "opening-has-come");
}
