use baohan_sandbox::{Misconduct, MisconductKind};
use baohan_wire::Interface;
use chrono::TimeDelta;

use crate::house::House;

#[tokio::test]
async fn a_later_notice_never_overtakes_an_earlier_one() {
    let mut house = House::new().await;
    let id = house.issued("SQ1").await;
    house.quit(id).await;
    house.sandbox.misbehave(Misconduct::at(Interface::Baohannotice, MisconductKind::Http500, 1));
    house.deliver().await;
    assert!(house.sandbox.centre().told().is_empty(), "the quit waits for the issue");

    house.later(TimeDelta::minutes(5));
    house.deliver().await;
    let told: Vec<_> = house.sandbox.centre().told().iter().map(|told| told.interface).collect();
    assert_eq!(told, [Interface::Baohannotice.name(), Interface::Quitnotice.name()]);
    assert_eq!(house.outcomes(id).await.len(), 2);
}

#[tokio::test]
async fn one_guarantee_that_waits_holds_up_no_other() {
    let mut house = House::new().await;
    house.issued("SQ1").await;
    house.sandbox.misbehave(Misconduct::at(Interface::Baohannotice, MisconductKind::Code0, 1));
    house.deliver().await;
    house.issued("SQ2").await;
    house.deliver().await;
    assert!(house.sandbox.centre().told_of("SQ1", Interface::Baohannotice).is_empty());
    assert_eq!(house.sandbox.centre().told_of("SQ2", Interface::Baohannotice).len(), 1);
}
