use std::time::Duration;

use baohan_log::{Attempt, Delivery, Settled};
use uuid::Uuid;

use super::stage::{noon, opened};

/// As long as no test lasts.
const LONG: Duration = Duration::from_mins(30);
/// Over at once.
const OVER: Duration = Duration::ZERO;

fn holder(token: u128) -> Uuid {
    Uuid::from_u128(token)
}

/// Who holds it, by the store's clock.
fn held_by(delivery: &Delivery) -> Option<Uuid> {
    let lease = delivery.lease?;
    assert!(lease.left <= LONG * 2, "{lease:?}");
    Some(lease.token)
}

fn attempt(notice_id: Uuid, number: u32, next_at: Option<i64>) -> Attempt {
    Attempt {
        notice_id,
        number,
        started_at: noon(0),
        duration_ms: 41,
        status: Some(500),
        outcome: "transport".to_owned(),
        reply: Some("服务器错误".to_owned()),
        next_at: next_at.map(noon),
    }
}

#[tokio::test]
async fn one_holds_a_delivery_at_a_time() {
    let (stage, notice) = (opened().await, Uuid::now_v7());
    let taken = stage.lease(notice, holder(1), LONG).await.unwrap().unwrap();
    assert_eq!((taken.attempts, taken.state.as_str(), held_by(&taken)), (0, "", Some(holder(1))));
    assert_eq!(stage.lease(notice, holder(2), LONG).await.unwrap(), None);
    let longer = stage.lease(notice, holder(1), LONG * 2).await.unwrap().unwrap();
    assert!(longer.lease.unwrap().left > LONG, "the holder may hold it longer");
    stage.lease(notice, holder(1), OVER).await.unwrap().unwrap();
    assert_eq!(held_by(&stage.deliveries(&[notice]).await.unwrap()[0]), None, "it has run out");
    assert!(stage.lease(notice, holder(2), LONG).await.unwrap().is_some());
    assert_eq!(stage.lease(notice, holder(1), LONG).await.unwrap(), None);
}

#[tokio::test]
async fn an_attempt_moves_the_delivery_on_and_ends_the_lease() {
    let (stage, notice) = (opened().await, Uuid::now_v7());
    stage.lease(notice, holder(1), LONG).await.unwrap();
    let made = attempt(notice, 1, Some(10));
    assert_eq!(stage.record_attempt(made.clone(), Uuid::from_u128(1)).await.unwrap(), Settled::Settled);
    let stands = &stage.deliveries(&[notice, Uuid::now_v7()]).await.unwrap()[..];
    assert_eq!(stands.len(), 1);
    assert_eq!((stands[0].state.as_str(), stands[0].attempts), ("transport", 1));
    assert_eq!((stands[0].next_at, stands[0].lease), (Some(noon(10)), None));
    assert_eq!(stage.attempts(notice).await.unwrap(), [made]);
}

#[tokio::test]
async fn who_lost_the_lease_moves_nothing_and_his_attempt_is_still_seen() {
    let (stage, notice) = (opened().await, Uuid::now_v7());
    stage.lease(notice, holder(1), OVER).await.unwrap();
    stage.lease(notice, holder(2), LONG).await.unwrap().unwrap();
    let late = stage.record_attempt(attempt(notice, 1, None), Uuid::from_u128(1)).await.unwrap();
    assert_eq!(late, Settled::LeaseLost);
    let stands = &stage.deliveries(&[notice]).await.unwrap()[0];
    assert_eq!((stands.attempts, held_by(stands)), (0, Some(holder(2))));
    assert_eq!(stage.attempts(notice).await.unwrap().len(), 1);
    let settled = stage.record_attempt(attempt(notice, 1, None), Uuid::from_u128(2)).await.unwrap();
    assert_eq!(settled, Settled::Settled);
}

#[tokio::test]
async fn due_is_what_is_due_and_nobodys() {
    let stage = opened().await;
    let [late, soon, held, never] = [1, 2, 3, 4].map(Uuid::from_u128);
    stage.reschedule(soon, "waiting", Some(noon(20)), false).await.unwrap();
    stage.reschedule(late, "waiting", Some(noon(10)), false).await.unwrap();
    stage.reschedule(held, "waiting", Some(noon(5)), false).await.unwrap();
    stage.reschedule(never, "abandoned", None, false).await.unwrap();
    stage.lease(held, holder(1), LONG).await.unwrap();
    let due = async |seconds: i64, limit: u32| {
        let due = stage.deliveries_due(noon(seconds), limit).await.unwrap();
        due.into_iter().map(|delivery| delivery.notice_id).collect::<Vec<_>>()
    };
    assert!(due(9, 10).await.is_empty());
    assert_eq!(due(20, 10).await, [late, soon]);
    assert_eq!(due(20, 1).await, [late]);
    stage.lease(held, holder(1), OVER).await.unwrap();
    assert_eq!(due(100, 10).await, [held, late, soon], "the lease has run out");
}

#[tokio::test]
async fn an_operator_puts_a_delivery_back() {
    let (stage, notice) = (opened().await, Uuid::now_v7());
    stage.lease(notice, holder(1), LONG).await.unwrap();
    stage.record_attempt(attempt(notice, 1, None), Uuid::from_u128(1)).await.unwrap();
    let kept = stage.reschedule(notice, "waiting", Some(noon(50)), false).await.unwrap();
    assert_eq!((kept.attempts, kept.next_at), (1, Some(noon(50))));
    let restarted = stage.reschedule(notice, "waiting", Some(noon(60)), true).await.unwrap();
    assert_eq!((restarted.attempts, restarted.state.as_str()), (0, "waiting"));
    assert_eq!(stage.attempts(notice).await.unwrap().len(), 1, "the attempts themselves stay");
}

#[tokio::test]
async fn of_many_who_reach_for_it_one_gets_it() {
    let (stage, notice) = (opened().await, Uuid::now_v7());
    let reaching = (1..=16).map(|token| stage.lease(notice, holder(token), LONG));
    let taken = futures::future::join_all(reaching).await;
    assert_eq!(taken.iter().filter(|taken| matches!(taken, Ok(Some(_)))).count(), 1);
}
