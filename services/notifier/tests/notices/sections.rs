use baohan_sandbox::Section;
use chrono::TimeDelta;

use crate::house::House;

fn section(status: &str) -> Section {
    Section {
        section_no: "E3200000001000001001".into(),
        status: status.into(),
        section_name: "滨江快速路改造工程一标段".into(),
        remark: "有效投标人不足三家".into(),
        ..Section::default()
    }
}

#[tokio::test]
async fn what_a_platform_says_of_a_section_is_kept_and_lifted() {
    let house = House::new().await;
    let (poller, log) = (house.poller(), house.ledger.log());
    assert_eq!(poller.ask(&house.platform).await.unwrap().told, 0);

    assert!(house.sandbox.centre().say_of_section(section("1"), house.ledger.now()));
    let answer = poller.ask(&house.platform).await.unwrap();
    assert_eq!((answer.told, answer.new), (1, 1));
    let fact = log.section_fact("jyzx-test", "E3200000001000001001").await.unwrap().unwrap();
    assert_eq!(fact.status, "1");
    assert!(fact.content.contains("有效投标人不足三家"));

    // The next question goes back a little, and what is told twice adds nothing.
    house.later(TimeDelta::minutes(10));
    let answer = poller.ask(&house.platform).await.unwrap();
    assert_eq!((answer.told, answer.new), (1, 0));

    assert!(house.sandbox.centre().say_of_section(section("0"), house.ledger.now()));
    poller.ask(&house.platform).await.unwrap();
    let fact = log.section_fact("jyzx-test", "E3200000001000001001").await.unwrap().unwrap();
    assert_eq!(fact.status, "0", "the exception is lifted");
}

#[tokio::test]
async fn after_an_hour_only_what_is_new_is_asked_for() {
    let house = House::new().await;
    house.sandbox.centre().say_of_section(section("1"), house.ledger.now());
    house.poller().ask(&house.platform).await.unwrap();
    house.later(TimeDelta::hours(1));
    house.poller().ask(&house.platform).await.unwrap();
    house.later(TimeDelta::hours(1));
    assert_eq!(house.poller().ask(&house.platform).await.unwrap().told, 0);
}

#[tokio::test]
async fn a_platform_that_does_not_answer_is_asked_again_from_where_it_was() {
    use baohan_sandbox::{Misconduct, MisconductKind};
    use baohan_wire::Interface;
    let house = House::new().await;
    house.sandbox.misbehave(Misconduct::at(Interface::Getbiaoduanyichang, MisconductKind::Http500, 1));
    assert!(house.poller().ask(&house.platform).await.is_err());
    house.sandbox.centre().say_of_section(section("4"), house.ledger.now());
    house.later(TimeDelta::days(30));
    assert_eq!(house.poller().ask(&house.platform).await.unwrap().new, 1);
}
