use crate::desk::{Desk, id};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_four_first_calls_at_once_are_one_event_under_one_key() {
    let desk = Desk::new().await;
    let calls: Vec<_> = (0..24)
        .map(|_| {
            let (ledger, context, prepare) = (desk.ledger.clone(), desk.context(), desk.prepare("SQ1", "a"));
            tokio::spawn(async move {
                ledger.carry_out_first(context, id("SQ1"), prepare).await.unwrap().is_changed()
            })
        })
        .collect();
    let mut changed = 0;
    for call in calls {
        changed += usize::from(call.await.unwrap());
    }
    assert_eq!(changed, 1);
    let history = desk.ledger.history(id("SQ1")).await.unwrap();
    assert_eq!(history.version(), 1);
    let personal = &history.guarantee.application().unwrap().personal["contact_phone"];
    assert_eq!(history.keyring.open("contact_phone", personal).unwrap(), crate::desk::PHONE);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn commands_that_meet_upon_one_guarantee_all_come_through_in_some_order() {
    let desk = std::sync::Arc::new(Desk::new().await);
    desk.apply("SQ1", "a").await.unwrap();
    let remarks: Vec<_> = (0..16)
        .map(|number| {
            let desk = std::sync::Arc::clone(&desk);
            tokio::spawn(async move { desk.annotate("SQ1", &format!("remark {number}")).await.unwrap() })
        })
        .collect();
    for remark in remarks {
        assert!(remark.await.unwrap().is_changed());
    }
    let history = desk.ledger.history(id("SQ1")).await.unwrap();
    assert_eq!(history.guarantee.trail.remarks.len(), 16);
    let sequences: Vec<_> = history.recorded.iter().map(|record| record.stored.sequence).collect();
    assert_eq!(sequences, (1..=17).collect::<Vec<_>>());
}
