use baohan_domain::Refusal;
use baohan_ledger::{Error, Outcome};

use crate::desk::{Desk, id};

#[tokio::test]
async fn the_same_again_is_a_repeat_and_other_content_is_refused() {
    let desk = Desk::new().await;
    let first = desk.apply("SQ1", "a").await.unwrap();
    let Outcome::Changed { stored, version, .. } = &first else { panic!("{first:?}") };
    assert_eq!((stored.len(), *version, stored[0].position), (1, 1, 1));
    for _ in 0..3 {
        let again = desk.apply("SQ1", "a").await.unwrap();
        assert!(!again.is_changed());
        assert_eq!(again.newest(), first.newest());
    }
    let refused = desk.apply("SQ1", "b").await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::OtherContent))), "{refused:?}");
    assert_eq!(desk.ledger.log().head(0), 1);
}

#[tokio::test]
async fn what_nobody_knows_is_refused_and_leaves_nothing() {
    let desk = Desk::new().await;
    let refused = desk.annotate("SQ1", "a remark").await;
    assert!(matches!(refused, Err(Error::Refused(Refusal::UnknownApplication))), "{refused:?}");
    assert!(desk.ledger.history(id("SQ1")).await.unwrap().recorded.is_empty());
}

#[tokio::test]
async fn a_dry_run_decides_and_stores_nothing() {
    let desk = Desk::new().await;
    let mut context = desk.context();
    context.dry_run = true;
    let outcome = desk.ledger.carry_out_first(context, id("SQ1"), desk.prepare("SQ1", "a")).await.unwrap();
    let Outcome::Changed { guarantee, version, stored } = outcome else { panic!("it would have changed") };
    assert_eq!((version, stored.len()), (1, 0));
    assert!(guarantee.application().is_some());
    assert_eq!(desk.ledger.log().head(0), 0);
}

#[tokio::test]
async fn metadata_tell_who_asked_and_which_call_it_was() {
    let desk = Desk::new().await;
    let mut context = desk.context();
    let entry = desk.entry();
    (context.journal, context.trace_id) = (Some(entry.clone()), Some("4bf92f3577b34da6".into()));
    let correlation_id = context.correlation_id;
    let outcome = desk.ledger.carry_out_first(context, id("SQ1"), desk.prepare("SQ1", "a")).await.unwrap();
    let metadata: serde_json::Value = serde_json::from_str(&outcome.newest().unwrap().metadata).unwrap();
    assert_eq!(metadata["actor"], "test");
    assert_eq!(metadata["correlation_id"], correlation_id.to_string());
    assert_eq!(metadata["journal_id"], entry.id.to_string());
    assert_eq!(metadata["raw_sm3"], entry.body_sm3);
    assert_eq!(metadata["trace_id"], "4bf92f3577b34da6");
    let kept = desk.ledger.log().journal_entry(entry.id).await.unwrap().unwrap();
    assert_eq!(kept.entry.aggregate_id, Some(id("SQ1").uuid()));
}
