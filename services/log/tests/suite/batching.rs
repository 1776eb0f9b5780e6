//! Many at once: they share transactions, and none suffers from another.

use std::collections::HashSet;

use baohan_log::{AppendError, Error};
use futures::future::join_all;
use uuid::Uuid;

use super::stage::{append, call, event, opened};

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_at_once_leave_no_gap() {
    let stage = opened().await;
    let appends = (0..1_000).map(|number| {
        let mut append = append(Uuid::new_v4(), 0, "Applied");
        append.events.extend((0..number % 3).map(|_| event("Annotated")));
        append.journal = Some(call("baohanapply", &format!("A{number}")));
        append.key = Some(vec![1; 48]);
        append.guarantee_no = Some(format!("BH{number}"));
        stage.append(append)
    });
    let answers = join_all(appends).await;
    let answered: HashSet<u64> = answers.iter().flatten().flatten().map(|stored| stored.position).collect();
    assert_eq!(answered.len(), stage.all().await.len());
    assert_eq!(answered.len(), 1_999);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_those_who_want_the_same_place_one_gets_it() {
    let stage = opened().await;
    let id = Uuid::new_v4();
    let answers = join_all((0..24).map(|_| stage.append(append(id, 0, "Applied")))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1);
    let conflicts =
        answers.iter().filter(|answer| matches!(answer, Err(AppendError::Conflict { actual: 1 })));
    assert_eq!(conflicts.count(), 23);
    assert_eq!(stage.load(id).await.unwrap().events.len(), 1);
}

/// On one thread all of them wait before the writer runs, so they come into one transaction, in order.
#[tokio::test]
async fn the_second_of_an_aggregate_sees_the_first_in_the_same_transaction() {
    let stage = opened().await;
    let (id, other) = (Uuid::new_v4(), Uuid::new_v4());
    let answers = join_all([
        stage.append(append(id, 0, "Applied")),
        stage.append(append(id, 1, "Issued")),
        stage.append(append(id, 1, "Declined")),
        stage.append(append(other, 0, "Applied")),
        stage.append(append(id, 2, "Restored")),
    ])
    .await;
    assert!(matches!(answers[2], Err(AppendError::Conflict { actual: 2 })));
    let names = |events: Vec<baohan_log::StoredEvent>| {
        events.into_iter().map(|stored| stored.event_type).collect::<Vec<_>>()
    };
    assert_eq!(names(stage.all().await), ["Applied", "Issued", "Applied", "Restored"]);
    assert_eq!(names(stage.load(id).await.unwrap().events), ["Applied", "Issued", "Restored"]);
}

/// A command that the tables themselves refuse makes its whole transaction fail; the others must not notice.
#[tokio::test]
async fn a_bad_record_fails_its_own_command_alone() {
    let stage = opened().await;
    let known = call("baohanapply", "A1");
    stage.record(known.clone()).await.unwrap();
    let mut bad = append(Uuid::new_v4(), 0, "Applied");
    bad.journal = Some(known);
    let (bad_id, good_id) = (bad.aggregate_id, Uuid::new_v4());
    let (good, bad, call, chore) = tokio::join!(
        stage.append(append(good_id, 0, "Applied")),
        stage.append(bad),
        stage.record(call("baohanapply", "A2")),
        stage.move_checkpoint("reader", 0, 7)
    );
    assert!(matches!(bad, Err(AppendError::Store(Error::Rejected(_)))), "{bad:?}");
    assert_eq!(good.unwrap()[0].position, 1);
    assert!(call.is_ok());
    assert_eq!(chore.unwrap(), 7);
    assert!(stage.load(bad_id).await.unwrap().events.is_empty());
    assert_eq!(stage.all().await.len(), 1);
}

#[tokio::test]
async fn one_number_goes_to_one_of_a_transaction() {
    let stage = opened().await;
    let numbered = || {
        let mut append = append(Uuid::new_v4(), 0, "Applied");
        append.guarantee_no = Some("BH1".to_owned());
        append
    };
    let answers = join_all([stage.append(numbered()), stage.append(numbered())]).await;
    assert!(answers[0].is_ok());
    assert!(matches!(answers[1], Err(AppendError::NumberInUse)));
    assert_eq!(stage.all().await.len(), 1);
}

#[tokio::test]
async fn big_messages_are_split_over_transactions_and_all_stored() {
    let stage = opened().await;
    let answers = join_all((0..24).map(|number| {
        let mut append = append(Uuid::new_v4(), 0, "Applied");
        let mut call = call("baohanapply", &format!("A{number}"));
        call.body = Some(vec![b'x'; 1 << 20].into());
        append.journal = Some(call);
        stage.append(append)
    }))
    .await;
    assert!(answers.iter().all(Result::is_ok));
    assert_eq!(stage.all().await.len(), 24);
}

#[tokio::test]
async fn what_was_asked_before_closing_is_done() {
    let stage = opened().await;
    let asked = join_all((0..10).map(|_| stage.append(append(Uuid::new_v4(), 0, "Applied"))));
    let (answers, ()) = tokio::join!(asked, stage.close());
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    assert_eq!(stage.reopened().await.all().await.len(), 10);
}
