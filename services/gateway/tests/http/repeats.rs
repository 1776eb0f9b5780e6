//! Platforms retry: the same call gets code 1 and no new event, however often and however concurrently.

use baohan_domain::event::CancelledCause;
use baohan_domain::{Life, Status};

use crate::world::{Message, World};

/// Sends a body so many times at once and counts the answers with code 1.
async fn at_once(world: &World, interface: &'static str, bodies: Vec<String>) -> usize {
    let calls: Vec<_> = bodies
        .into_iter()
        .map(|body| {
            let request = world.http().post(format!("{}/{interface}", world.base)).body(body);
            tokio::spawn(async move { request.send().await.unwrap().text().await.unwrap() })
        })
        .collect();
    let mut taken = 0;
    for call in calls {
        taken += usize::from(call.await.unwrap().contains(r#""code":"1""#));
    }
    taken
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_four_copies_of_an_application_make_one_event() {
    let world = World::new().await;
    for round in 0..5 {
        let application_no = format!("SQ{round}");
        // Each copy has its own time and so its own signature.
        let copy = |second: usize| {
            let at = format!("2026-03-02 09:30:{second:02}");
            Message::apply(&application_no)
                .with("jbrphone", "13800000009")
                .with("timestamp", at)
                .signed(&world.platform)
        };
        assert_eq!(at_once(&world, "baohanapply", (0..24).map(copy).collect()).await, 24);
        assert_eq!(world.events(&application_no).await, ["Applied"]);
    }
    let outcomes = world.outcomes().await;
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "accepted").count(), 5);
    assert_eq!(outcomes.iter().filter(|outcome| *outcome == "repeat").count(), 5 * 23);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn twenty_four_copies_of_a_claim_make_one_event() {
    let world = World::new().await;
    world.restored("SQ1", "BH1").await;
    let body = Message::claim("SQ1", "BH1", "300000.00").signed(&world.platform);
    assert_eq!(at_once(&world, "claimsnotice", vec![body; 24]).await, 24);
    let guarantee = world.guarantee("SQ1").await;
    let issued = guarantee.issued().unwrap();
    assert_eq!((issued.claims.len(), issued.left().to_string().as_str()), (1, "500000.00"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn claims_at_once_never_take_more_than_there_is() {
    let world = World::new().await;
    world.restored("SQ1", "BH1").await;
    let claim = |number: usize| {
        Message::claim("SQ1", "BH1", "300000.00")
            .with("Reason", format!("第{number}次"))
            .signed(&world.platform)
    };
    assert_eq!(at_once(&world, "claimsnotice", (0..12).map(claim).collect()).await, 2);
    let guarantee = world.guarantee("SQ1").await;
    assert_eq!(guarantee.issued().unwrap().left().to_string(), "200000.00");
}

#[tokio::test]
async fn other_content_under_the_same_number_changes_nothing() {
    let world = World::new().await;
    world.call(&Message::apply("SQ1")).await.taken();
    world.call(&Message::apply("SQ1").with("bzjamount", "800000.01")).await.refused_with("applyno");
    assert_eq!(world.outcomes().await, ["other-content", "accepted"]);
    assert_eq!(world.events("SQ1").await, ["Applied"]);
    // The same amount written otherwise is the same content.
    world.call(&Message::apply("SQ1").with("bzjamount", "800000")).await.taken();
    assert_eq!(world.events("SQ1").await, ["Applied"]);
}

#[tokio::test]
async fn a_whole_life_and_each_of_its_calls_twice() {
    let world = World::new().await;
    let twice = async |message: Message| {
        world.call(&message).await.taken();
        let before = world.events("SQ1").await;
        world.call(&message.with("timestamp", "2026-03-02 09:31:00")).await.taken();
        assert_eq!(world.events("SQ1").await, before);
    };
    twice(Message::apply("SQ1")).await;
    world.issue("SQ1", "BH1").await;
    world.at("2026-03-20 09:05:00");
    twice(Message::restore("SQ1", "BH1", "2026-03-20 09:00:00")).await;
    world.render("SQ1", "BH1").await;
    twice(Message::invoice("SQ1", "BH1")).await;
    twice(Message::cancel("SQ1", "BH1")).await;
    let guarantee = world.guarantee("SQ1").await;
    assert!(matches!(guarantee.life, Life::Cancelled { cause: CancelledCause::Requested, .. }));
    assert_eq!(guarantee.status(), Some(Status::Cancelled));
    let names =
        ["Applied", "PremiumPaid", "Issued", "RestoreRequested", "Restored", "InvoiceRequested", "Cancelled"];
    assert_eq!(world.events("SQ1").await, names);
}
