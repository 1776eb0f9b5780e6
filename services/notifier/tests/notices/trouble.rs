use std::time::Duration;

use baohan_domain::Event;
use baohan_sandbox::{Misconduct, MisconductKind};
use baohan_wire::Interface;
use chrono::TimeDelta;

use crate::house::House;

const NOTICE: Interface = Interface::Baohannotice;

#[tokio::test]
async fn a_platform_that_is_down_for_a_moment_has_the_notice_later() {
    let mut house = House::new().await;
    house.sandbox.misbehave(Misconduct::at(NOTICE, MisconductKind::Http500, 2));
    let id = house.issued("SQ1").await;
    for _ in 0..3 {
        house.deliver().await;
        house.later(TimeDelta::minutes(3));
    }
    let attempts = house.attempts(id).await;
    let seen: Vec<_> =
        attempts.iter().map(|attempt| (attempt.number, attempt.status, attempt.outcome.as_str())).collect();
    assert_eq!(seen, [(1, Some(500), "failed"), (2, Some(500), "failed"), (3, Some(200), "acknowledged")]);
    assert!(attempts[0].next_at.unwrap() > attempts[0].started_at);
    let outcomes = house.outcomes(id).await;
    assert!(
        matches!(&outcomes[..], [Event::NoticeAcknowledged(taken)] if taken.attempts == 3),
        "{outcomes:?}"
    );
}

#[tokio::test]
async fn a_lost_answer_brings_the_same_notice_once_more() {
    let mut house = House::new().await;
    house.sandbox.misbehave(Misconduct::at(NOTICE, MisconductKind::LostAnswer, 1));
    let id = house.issued("SQ1").await;
    house.deliver().await;
    assert_eq!(house.sandbox.centre().told_of("SQ1", NOTICE)[0].times, 1, "taken, and not answered");
    house.deliver().await;
    assert_eq!(house.attempts(id).await.len(), 1, "no repeat inside the wait");
    house.later(TimeDelta::minutes(3));
    house.deliver().await;
    // The centre compares the whole notice, file and time of issue included.
    assert_eq!(house.sandbox.centre().told_of("SQ1", NOTICE).len(), 1);
    assert_eq!(house.sandbox.centre().told_of("SQ1", NOTICE)[0].times, 2);
    assert_eq!(house.outcomes(id).await.len(), 1);
}

#[tokio::test]
async fn a_repeat_that_is_refused_as_a_duplicate_counts_where_the_profile_says_so() {
    let markers = vec!["已存在".to_owned(), "重复".to_owned()];
    let mut house = House::speaking(|dialect| dialect.duplicate_markers = markers, true).await;
    house.sandbox.misbehave(Misconduct::at(NOTICE, MisconductKind::LostAnswer, 1));
    let id = house.issued("SQ1").await;
    house.deliver().await;
    house.later(TimeDelta::minutes(3));
    house.deliver().await;
    let outcomes = house.outcomes(id).await;
    assert!(matches!(&outcomes[..], [Event::NoticeAcknowledged(taken)] if taken.had_already), "{outcomes:?}");
}

#[tokio::test]
async fn without_the_marker_it_is_a_refusal_with_a_hint() {
    let mut house = House::speaking(|_| {}, true).await;
    house.sandbox.misbehave(Misconduct::at(NOTICE, MisconductKind::LostAnswer, 1));
    let id = house.issued("SQ1").await;
    house.deliver().await;
    house.later(TimeDelta::minutes(3));
    house.deliver().await;
    let attempts = house.attempts(id).await;
    assert_eq!(attempts[1].outcome, "refused");
    let reply = attempts[1].reply.clone().unwrap();
    assert!(reply.contains("已存在") && reply.contains("duplicate_markers"), "{reply}");
    assert!(house.outcomes(id).await.is_empty());
}

#[tokio::test]
async fn refused_again_and_again_it_is_given_up_visibly_and_an_operator_can_send_it_again() {
    let mut house = House::new().await;
    house.sandbox.misbehave(Misconduct {
        message: Some("业务不存在".into()),
        ..Misconduct::at(NOTICE, MisconductKind::Code0, 3)
    });
    let id = house.issued("SQ1").await;
    for _ in 0..4 {
        house.deliver().await;
        house.later(TimeDelta::hours(1));
    }
    let outcomes = house.outcomes(id).await;
    let [Event::NoticeAbandoned(given_up)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!(given_up.attempts, 3);
    assert!(given_up.reason.contains("业务不存在"), "{}", given_up.reason);
    assert!(house.sandbox.centre().told().is_empty());

    let notice = house.notices(id).await[0];
    let now = house.ledger.now();
    house.ledger.log().reschedule(notice, "asked-again", Some(now), true).await.unwrap();
    house.deliver().await;
    assert_eq!(house.sandbox.centre().told_of("SQ1", NOTICE).len(), 1);
    assert!(matches!(house.outcomes(id).await.last(), Some(Event::NoticeAcknowledged(_))));
}

#[tokio::test]
async fn an_end_between_the_answer_and_its_event_is_healed_without_another_call() {
    let mut house = House::new().await;
    let id = house.issued("SQ1").await;
    house.see().await;
    let (log, now) = (house.ledger.log(), house.ledger.now());
    let (notice, token) = (house.notices(id).await[0], house.ledger.new_id());
    log.lease(notice, token, Duration::from_mins(1)).await.unwrap().unwrap();
    let attempt = baohan_log::Attempt {
        notice_id: notice,
        number: 1,
        started_at: now,
        duration_ms: 5,
        status: Some(200),
        outcome: "acknowledged".into(),
        reply: None,
        next_at: None,
    };
    log.record_attempt(attempt, token).await.unwrap();
    house.deliver().await;
    assert!(house.sandbox.centre().told().is_empty(), "it was told before");
    assert!(matches!(&house.outcomes(id).await[..], [Event::NoticeAcknowledged(_)]));
}

#[tokio::test]
async fn a_delivery_that_somebody_holds_is_left_to_him() {
    let mut house = House::new().await;
    let id = house.issued("SQ1").await;
    house.see().await;
    let notice = house.notices(id).await[0];
    let (log, token) = (house.ledger.log(), house.ledger.new_id());
    log.lease(notice, token, Duration::from_mins(1)).await.unwrap().unwrap();
    house.notifier.round().await.unwrap();
    house.notifier.drain().await;
    assert!(house.sandbox.centre().told().is_empty());
    house.later(TimeDelta::minutes(2));
    house.deliver().await;
    assert_eq!(house.sandbox.centre().told().len(), 1);
}

#[tokio::test]
async fn a_round_does_not_try_what_another_notifier_holds_and_says_when_it_looks_again() {
    let mut house = House::new().await;
    let id = house.issued("SQ1").await;
    house.see().await;
    let (log, now) = (house.ledger.log(), house.ledger.now());
    let (notice, until) = (house.notices(id).await[0], now + TimeDelta::seconds(40));
    log.lease(notice, house.ledger.new_id(), Duration::from_secs(40)).await.unwrap().unwrap();
    let round = house.notifier.round().await.unwrap();
    assert_eq!((round.started, round.next_at), (0, Some(until)));
    house.later(TimeDelta::seconds(40));
    assert_eq!(house.notifier.round().await.unwrap().started, 1, "the other one never came back");
    house.notifier.drain().await;
    assert_eq!(house.sandbox.centre().told().len(), 1);
}
