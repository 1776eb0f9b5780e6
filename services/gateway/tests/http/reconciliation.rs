//! checkbaohanlist: everything of before the call, or code 0.

use baohan_wire::{Centre, RateForm};

use crate::world::{Message, World, platform, speaking};

#[tokio::test]
async fn what_was_issued_a_moment_ago_is_in_the_list() {
    let world = World::new().await;
    for number in 0..20 {
        world.issued(&format!("SQ{number}"), &format!("BH{number}")).await;
        let answer = world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await;
        answer.taken();
        assert_eq!(answer.body["data"]["baohanlist"].as_array().unwrap().len(), number + 1);
    }
}

#[tokio::test]
async fn a_list_that_is_behind_is_not_told() {
    let world = World::without_a_runner().await;
    world.issued("SQ1", "BH1").await;
    let answer = world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await;
    answer.refused_with("对账数据");
    assert!(answer.body.get("data").is_none());
    assert_eq!(world.outcomes().await[0], "behind");
}

#[tokio::test]
async fn the_rate_is_written_as_in_the_notice() {
    let world = World::of(speaking(|dialect| dialect.rate = RateForm::Percent)).await;
    world.issued("SQ1", "BH1").await;
    let answer = world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await;
    assert_eq!(answer.body["data"]["baohanlist"][0]["rate"], "0.8");
}

#[tokio::test]
async fn a_range_has_its_longest() {
    let world = World::new().await;
    world.call(&Message::reconcile("2026-01-01", "2026-04-10")).await.taken();
    world.call(&Message::reconcile("2026-01-01", "2026-04-11")).await.refused_with("startdate");
    assert_eq!(world.outcomes().await[0], "range-too-wide");
}

#[tokio::test]
async fn a_centre_that_is_configured_reconciles_its_own() {
    let centre = Centre {
        platform_code: "A".into(),
        name: None,
        urls: std::collections::BTreeMap::default(),
        secret: None,
    };
    let world = World::of(baohan_wire::Platform { centres: vec![centre], ..platform() }).await;
    for code in ["A", "B"] {
        world.call(&Message::apply("SQ1").with("platformcode", code)).await.taken();
        world.issue_id(world.id_of_centre(Some(code), "SQ1"), &format!("BH{code}")).await;
    }
    let listed = async |code: &str| {
        let answer =
            world.call(&Message::reconcile("2026-03-02", "2026-03-02").with("platformcode", code)).await;
        answer.taken();
        answer.body["data"]["baohanlist"].as_array().unwrap().len()
    };
    assert_eq!((listed("A").await, listed("B").await), (1, 2));
}

/// The duration is measured by the benchmark; here it is only shown that the list is whole and in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_guarantees_come_in_the_order_of_their_issue() {
    let world = World::new().await;
    for batch in 0..25 {
        let ids = (0..40).map(|number| format!("SQ{:04}", batch * 40 + number));
        futures::future::join_all(ids.map(async |no| world.issued(&no, &format!("BH{no}")).await)).await;
        world.clock.advance(chrono::TimeDelta::seconds(1));
    }
    let answer = world.call(&Message::reconcile("2026-03-02", "2026-03-02")).await;
    answer.taken();
    let list = answer.body["data"]["baohanlist"].as_array().unwrap();
    assert_eq!(list.len(), 1_000);
    let times: Vec<_> = list.iter().map(|row| row["generatetime"].as_str().unwrap()).collect();
    assert!(times.is_sorted());
}
