//! A quit after the opening needs an exception of the section.

use baohan_log::SectionFact;

use crate::world::{APPKEY, Message, World};

async fn told(world: &World, status: &str) {
    let fact = SectionFact {
        section_no: "E32000SQ1".into(),
        status: status.into(),
        content: "{}".into(),
        told_at: world.ledger.now(),
    };
    world.ledger.log().record_section_facts(APPKEY, vec![fact], None).await.unwrap();
}

#[tokio::test]
async fn a_failed_section_lets_a_late_quit_be_asked_for() {
    let world = World::new().await;
    world.restored("SQ1", "BH1").await;
    world.call(&Message::quit("SQ1", "BH1")).await.refused_with("开标");
    told(&world, "1").await;
    world.call(&Message::quit("SQ1", "BH1")).await.taken();
    let guarantee = world.guarantee("SQ1").await;
    let request = guarantee.issued().unwrap().quitting.open().unwrap().clone();
    assert_eq!(request.exception.unwrap().section_no, "E32000SQ1");
}

#[tokio::test]
async fn a_lifted_exception_is_none() {
    let world = World::new().await;
    world.restored("SQ1", "BH1").await;
    told(&world, "3").await;
    told(&world, "0").await;
    world.call(&Message::quit("SQ1", "BH1")).await.refused_with("开标");
    assert_eq!(world.outcomes().await[0], "opening-has-come");
}
