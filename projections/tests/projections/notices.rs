use baohan_domain::Form;
use baohan_domain::command::{EarlyRestore, Notice};
use baohan_domain::event::NoticeKind;
use baohan_log::StoredEvent;
use baohan_projections::Slice;
use baohan_projections::notices::{Filter, State};

use crate::life::{self, Sealed, id_at, id_of};
use crate::stage::{Stage, hours, morning};

/// Issued and restored: two notices, the second behind the first.
async fn two_notices(stage: &Stage, platform: &str, number: u32) -> (StoredEvent, StoredEvent) {
    let id = id_at(platform, number);
    stage.does(id, life::apply_sealed(platform, number, Sealed::Section, morning())).await;
    stage.does(id, life::pay(morning())).await;
    let issued = stage.does(id, life::issue(number, Form::Sealed, morning())).await;
    stage.does(id, life::restore(number, morning(), EarlyRestore::Refuse, hours(1))).await;
    let restored = stage.does(id, life::restored(hours(1))).await;
    (issued[0].clone(), restored[0].clone())
}

async fn due(stage: &mut Stage) -> Vec<(String, NoticeKind)> {
    stage.catch_up().await;
    let page = stage.projections.notices_due(None, &Slice::default()).await.unwrap();
    page.items.into_iter().map(|notice| (notice.application_no, notice.kind)).collect()
}

async fn settle(stage: &Stage, number: u32, event: &StoredEvent, kind: NoticeKind, outcome: Notice) {
    stage.does(id_of(number), life::settle(event.id, kind, outcome, hours(2))).await;
}

fn no(number: u32) -> String {
    life::application_no(number).to_string()
}

#[tokio::test]
async fn the_first_that_waits_holds_back_the_later_ones_of_its_guarantee_alone() {
    let mut stage = Stage::open().await;
    let (issued, restored) = two_notices(&stage, life::PLATFORM, 1).await;
    two_notices(&stage, life::PLATFORM, 2).await;
    let first = (no(1), NoticeKind::Issued);
    let other = (no(2), NoticeKind::Issued);
    assert_eq!(due(&mut stage).await, [first, other.clone()]);
    settle(&stage, 1, &issued, NoticeKind::Issued, life::taken()).await;
    assert_eq!(due(&mut stage).await, [(no(1), NoticeKind::Restored), other.clone()]);
    settle(&stage, 1, &restored, NoticeKind::Restored, life::taken()).await;
    assert_eq!(due(&mut stage).await, [other]);
}

#[tokio::test]
async fn what_was_given_up_or_left_out_holds_nothing_back() {
    let mut stage = Stage::open().await;
    let (given_up, _) = two_notices(&stage, life::PLATFORM, 1).await;
    let (left_out, _) = two_notices(&stage, life::PLATFORM, 2).await;
    settle(&stage, 1, &given_up, NoticeKind::Issued, life::given_up()).await;
    settle(&stage, 2, &left_out, NoticeKind::Issued, life::skipped()).await;
    assert_eq!(due(&mut stage).await, [(no(1), NoticeKind::Restored), (no(2), NoticeKind::Restored)]);
    let notice = stage.projections.notice(given_up.id).await.unwrap().unwrap();
    assert_eq!((notice.state, notice.attempts), (State::Abandoned, Some(10)));
    assert_eq!(notice.reason.as_deref(), Some("对方持续返回 500"));
    // An operator has it sent again, and then it counts.
    settle(&stage, 1, &given_up, NoticeKind::Issued, life::taken()).await;
    stage.catch_up().await;
    let notice = stage.projections.notice(given_up.id).await.unwrap().unwrap();
    assert_eq!((notice.state, notice.reason), (State::Acknowledged, None));
    assert_eq!((notice.id, notice.sequence, notice.created_at), (given_up.id, 3, given_up.recorded_at));
}

#[tokio::test]
async fn each_event_of_the_table_is_told_and_no_other() {
    let mut stage = Stage::open().await;
    two_notices(&stage, life::PLATFORM, 1).await;
    stage.does(id_of(1), life::request_invoice(1, hours(2))).await;
    stage.does(id_of(1), life::decline_invoice(hours(2))).await;
    stage.does(id_of(1), life::request_invoice(1, hours(3))).await;
    stage.does(id_of(1), life::issue_invoice(hours(3))).await;
    stage.does(id_of(1), life::cancel(1, hours(4))).await;
    for number in 2..=4 {
        stage.does(id_of(number), life::apply(number, morning())).await;
    }
    stage.does(id_of(2), life::decline(morning())).await;
    stage.does(id_of(3), life::withdraw(morning())).await;
    stage.does(id_of(4), life::pay(morning())).await;
    stage.does(id_of(4), life::issue(4, Form::Plain, morning())).await;
    stage.does(id_of(4), life::request_quit(4, morning())).await;
    stage.does(id_of(4), life::refuse_quit(morning())).await;
    stage.does(id_of(4), life::request_quit(4, hours(1))).await;
    stage.does(id_of(4), life::confirm_quit(hours(1))).await;
    stage.catch_up().await;
    let page = stage.projections.notices(&Filter::default(), &Slice::default()).await.unwrap();
    let mut kinds: Vec<_> = page.items.iter().map(|notice| notice.kind).collect();
    kinds.sort_unstable();
    assert_eq!(
        kinds,
        [
            NoticeKind::Issued,
            NoticeKind::Issued,
            NoticeKind::Declined,
            NoticeKind::Withdrawn,
            NoticeKind::Restored,
            NoticeKind::Invoiced,
            NoticeKind::InvoiceDeclined,
            NoticeKind::Quit,
            NoticeKind::QuitRefused,
        ]
    );
}

#[tokio::test]
async fn the_queue_of_one_platform_is_paged_past_what_was_put_off() {
    let mut stage = Stage::open().await;
    for number in 1..=7 {
        two_notices(&stage, life::PLATFORM, number).await;
    }
    two_notices(&stage, "jyzx-other", 8).await;
    stage.catch_up().await;
    let (mut seen, mut slice) = (Vec::new(), Slice::first(3));
    loop {
        let page = stage.projections.notices_due(Some(life::PLATFORM), &slice).await.unwrap();
        seen.extend(page.items.into_iter().map(|notice| notice.application_no));
        match page.next_cursor {
            Some(cursor) => slice.cursor = Some(cursor),
            None => break,
        }
    }
    assert_eq!(seen, (1..=7).map(no).collect::<Vec<_>>());
    let waiting = stage.projections.notices_waiting().await.unwrap();
    let counts: Vec<_> = waiting.iter().map(|at| (at.platform.as_str(), at.notices)).collect();
    assert_eq!(counts, [(life::PLATFORM, 14), ("jyzx-other", 2)]);
}

#[tokio::test]
async fn notices_are_listed_by_state_newest_first() {
    let mut stage = Stage::open().await;
    let (issued, _) = two_notices(&stage, life::PLATFORM, 1).await;
    settle(&stage, 1, &issued, NoticeKind::Issued, life::given_up()).await;
    stage.catch_up().await;
    let list = |state, limit| {
        let filter = Filter { state: Some(state), ..Filter::default() };
        let projections = stage.projections.clone();
        async move { projections.notices(&filter, &Slice::first(limit)).await.unwrap().items }
    };
    assert_eq!(list(State::Abandoned, 9).await[0].id, issued.id);
    assert_eq!(list(State::Waiting, 9).await.len(), 1);
    assert!(list(State::Skipped, 9).await.is_empty());
}
