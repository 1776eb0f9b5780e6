//! Every call is in the journal, refused ones included, and nothing personal stands anywhere in the clear.

use baohan_domain::Event;

use crate::world::{APPKEY, Message, World, platform};

const PHONE: &str = "13912345678";

#[tokio::test]
async fn an_accepted_call_and_its_event_know_each_other() {
    let world = World::new().await;
    let body = Message::apply("SQ1").signed(&world.platform);
    let request = world.http().post(format!("{}/baohanapply", world.base)).body(body.clone());
    let trace = "0af7651916cd43dd8448eb211c80319c";
    world.request(request.header("traceparent", format!("00-{trace}-b7ad6b7169203331-01"))).await.taken();

    let record = &world.journal().await[0];
    let history = world.ledger.history(world.id("SQ1")).await.unwrap();
    let metadata: serde_json::Value = serde_json::from_str(&history.recorded[0].stored.metadata).unwrap();
    assert_eq!(metadata["journal_id"], record.entry.id.to_string());
    assert_eq!(metadata["raw_sm3"], record.entry.body_sm3);
    assert_eq!(metadata["actor"], format!("platform:{APPKEY}"));
    assert_eq!(metadata["trace_id"], trace);
    assert_eq!(record.entry.aggregate_id, Some(world.id("SQ1").uuid()));
    assert_eq!((record.entry.outcome.as_str(), record.entry.code.as_deref()), ("accepted", Some("1")));
    assert!(record.entry.remote.as_deref().unwrap().starts_with("127.0.0.1:"));

    let kept = world.ledger.log().journal_entry(record.entry.id).await.unwrap().unwrap();
    assert_eq!(world.ledger.journal_body(&kept.entry).await.unwrap().unwrap(), body.as_bytes());
}

#[tokio::test]
async fn refused_calls_are_kept_with_what_was_wrong() {
    let world = World::new().await;
    let forged = Message::apply("SQ1").signed(&world.platform).replace("800000.00", "800000.01");
    world.send("baohanapply", forged.clone()).await.refused_with("sign");
    world.call(&Message::apply("SQ1").without("biddername")).await.refused_with("biddername");
    world.call(&Message::cancel("SQ1", "BH1")).await.refused_with("applyno");
    world.call(&Message::apply("SQ1").with("biddercode", "91320000-A")).await.taken();

    let journal = world.journal().await;
    let outcomes: Vec<_> = journal.iter().map(|record| record.entry.outcome.as_str()).collect();
    assert_eq!(outcomes, ["accepted", "unknown-application", "field-missing", "sign-mismatch"]);
    assert!(journal.iter().all(|record| record.entry.platform.as_deref() == Some(APPKEY)));
    assert!(journal.iter().all(|record| record.entry.application_no.as_deref() == Some("SQ1")));
    assert!(journal[0].entry.marks.as_deref().unwrap().contains("unusual-firm-code"));
    assert!(journal[3].entry.diagnosis.as_deref().unwrap().contains("hashed_text"));
    assert!(!journal[3].entry.diagnosis.as_deref().unwrap().contains("wild-secret-01"));
    let kept = world.ledger.log().journal_entry(journal[3].entry.id).await.unwrap().unwrap();
    assert_eq!(world.ledger.journal_body(&kept.entry).await.unwrap().unwrap(), forged.as_bytes());
}

#[tokio::test]
async fn a_paused_platform_reads_its_text() {
    let world = World::of(baohan_wire::Platform { paused: Some("系统维护中".into()), ..platform() }).await;
    world.call(&Message::apply("SQ1")).await.refused_with("系统维护中");
    assert_eq!(world.outcomes().await, ["paused"]);
    assert!(world.events("SQ1").await.is_empty());
}

#[tokio::test]
async fn a_planted_phone_is_nowhere_in_the_clear() {
    let world = World::new().await;
    let apply = |no: &str| Message::apply(no).with("jbrname", "赵钱孙").with("jbrphone", PHONE);
    world.call(&apply("SQ1")).await.taken();
    world.call(&apply("SQ1")).await.taken();
    world.issue("SQ1", "BH1").await;
    world.at("2026-03-20 09:05:00");
    world.call(&Message::restore("SQ1", "BH1", "2026-03-20 09:00:00")).await.taken();
    world.render("SQ1", "BH1").await;
    world.call(&Message::invoice("SQ1", "BH1").with("mobile", PHONE).with("phone", PHONE)).await.taken();
    world.call(&Message::claim("SQ1", "BH1", "1.00").with("applyuserphone", PHONE)).await.taken();
    // Refused: a wrong signature, an unknown application, no JSON at all.
    let forged = apply("SQ2").signed(&world.platform).replace("800000.00", "800000.01");
    let answers = [
        world.send("baohanapply", forged).await,
        world.call(&Message::claim("SQ9", "BH9", "1.00").with("applyuserphone", PHONE)).await,
        world.send("baohanapply", format!("phone {PHONE}")).await,
    ];
    assert!(answers.iter().all(|answer| !answer.text.contains(PHONE)));

    // What was said is there for those who may read it.
    let history = world.ledger.history(world.id("SQ1")).await.unwrap();
    let invoice = history.recorded.iter().find_map(|recorded| match &recorded.event {
        Event::InvoiceRequested(request) => Some(request.personal.clone()),
        _ => None,
    });
    let invoice = invoice.unwrap();
    assert_eq!(history.keyring.open("phone", &invoice["phone"]).unwrap(), PHONE);

    world.projections.caught_up(std::time::Duration::from_secs(10)).await.unwrap();
    world.ledger.log().close().await;
    let mut searched = 0;
    for entry in std::fs::read_dir(world.folder()).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            let bytes = std::fs::read(&path).unwrap();
            for planted in [PHONE, "赵钱孙", crate::world::KEY] {
                let found = bytes.windows(planted.len()).any(|window| window == planted.as_bytes());
                assert!(!found, "{planted} stands in {}", path.display());
            }
            searched += bytes.len();
        }
    }
    assert!(searched > 10_000, "the databases were searched");
}
