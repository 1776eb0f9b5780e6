use baohan_log::{JOURNAL_PAGE_MAX, JournalFilter, JournalRecord};
use uuid::Uuid;

use super::stage::{append, call, opened};

fn interfaces(records: &[JournalRecord]) -> Vec<&str> {
    records.iter().map(|record| record.entry.interface.as_str()).collect()
}

#[tokio::test]
async fn an_entry_comes_back_as_it_was() {
    let stage = opened().await;
    let entry = call("baohanapply", "A1");
    assert_eq!(stage.record(entry.clone()).await.unwrap(), entry.id);
    let stored = stage.journal_entry(entry.id).await.unwrap().unwrap();
    assert_eq!(stored.body_bytes, entry.body.as_ref().map(|body| body.len() as u64));
    assert_eq!(stored.entry, entry);
}

#[tokio::test]
async fn an_entry_may_know_almost_nothing() {
    let stage = opened().await;
    let entry = baohan_log::JournalEntry {
        id: Uuid::now_v7(),
        interface: "nonsense".to_owned(),
        outcome: "not-json".to_owned(),
        ..Default::default()
    };
    stage.record(entry.clone()).await.unwrap();
    let stored = stage.journal_entry(entry.id).await.unwrap().unwrap();
    assert_eq!((stored.entry, stored.body_bytes), (entry, None));
}

#[tokio::test]
async fn the_call_of_an_append_is_stored_with_it() {
    let stage = opened().await;
    let mut accepted = append(Uuid::new_v4(), 0, "Applied");
    accepted.journal = Some(call("baohanapply", "A1"));
    let id = accepted.journal.as_ref().unwrap().id;
    stage.append(accepted).await.unwrap();
    assert!(stage.journal_entry(id).await.unwrap().is_some());
}

#[tokio::test]
async fn a_search_goes_newest_first_over_pages() {
    let stage = opened().await;
    for name in ["one", "two", "three", "four", "five"] {
        stage.record(call(name, "A1")).await.unwrap();
    }
    let filter = JournalFilter { limit: 2, ..Default::default() };
    let first = stage.journal(&filter).await.unwrap();
    assert_eq!(interfaces(&first.records), ["five", "four"]);
    assert!(first.records.iter().all(|record| record.entry.body.is_none() && record.body_bytes.is_some()));
    let second = stage.journal(&JournalFilter { before: first.next, ..filter.clone() }).await.unwrap();
    assert_eq!(interfaces(&second.records), ["three", "two"]);
    let third = stage.journal(&JournalFilter { before: second.next, ..filter }).await.unwrap();
    assert_eq!((interfaces(&third.records), third.next), (vec!["one"], None));
}

#[tokio::test]
async fn a_page_that_ends_with_the_last_entry_has_no_next() {
    let stage = opened().await;
    stage.record(call("one", "A1")).await.unwrap();
    stage.record(call("two", "A1")).await.unwrap();
    let page = stage.journal(&JournalFilter { limit: 2, ..Default::default() }).await.unwrap();
    assert_eq!((page.records.len(), page.next), (2, None));
}

#[tokio::test]
async fn each_filter_and_all_together_find_what_fits() {
    let stage = opened().await;
    let mut other = call("claimsnotice", "A2");
    (other.platform, other.outcome) = (Some("other".to_owned()), "sign-mismatch".to_owned());
    let mut nobody = call("unknown", "A1");
    (nobody.platform, nobody.outcome, nobody.application_no) = (None, "appkey-unknown".to_owned(), None);
    for entry in [call("baohanapply", "A1"), call("claimsnotice", "A1"), other, nobody] {
        stage.record(entry).await.unwrap();
    }
    let found = async |filter: JournalFilter| stage.journal(&filter).await.unwrap().records.len();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found(JournalFilter { platform: text("demo"), ..Default::default() }).await, 2);
    assert_eq!(found(JournalFilter { interface: text("claimsnotice"), ..Default::default() }).await, 2);
    assert_eq!(found(JournalFilter { outcome: text("accepted"), ..Default::default() }).await, 2);
    assert_eq!(found(JournalFilter { outcome: text("sign-mismatch"), ..Default::default() }).await, 1);
    assert_eq!(found(JournalFilter { application_no: text("A1"), ..Default::default() }).await, 2);
    let all = JournalFilter {
        platform: text("demo"),
        interface: text("claimsnotice"),
        outcome: text("accepted"),
        application_no: text("A1"),
        before: None,
        limit: 10,
    };
    assert_eq!(found(all.clone()).await, 1);
    assert_eq!(found(JournalFilter { outcome: text("' OR true --"), ..all }).await, 0);
}

#[tokio::test]
async fn no_page_is_longer_than_the_limit() {
    let stage = opened().await;
    let calls = (0..=JOURNAL_PAGE_MAX).map(|_| stage.record(call("baohanapply", "A1")));
    futures::future::join_all(calls).await;
    for limit in [0, usize::MAX] {
        let page = stage.journal(&JournalFilter { limit, ..Default::default() }).await.unwrap();
        assert_eq!(page.records.len(), JOURNAL_PAGE_MAX);
        assert!(page.next.is_some());
    }
}
