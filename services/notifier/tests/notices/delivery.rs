use baohan_domain::Event;
use baohan_domain::event::NoticeKind;
use baohan_wire::{Interface, ReceivedNotice};

use crate::house::{FILE, House};

#[tokio::test]
async fn an_issue_is_told_with_its_file_and_the_outcome_is_an_event() {
    let mut house = House::new().await;
    let id = house.issued("SQ1").await;
    house.deliver().await;

    let told = house.sandbox.centre().told_of("SQ1", Interface::Baohannotice);
    assert_eq!(told.len(), 1);
    let ReceivedNotice::Issued(issue) = &told[0].notice else { panic!("{told:?}") };
    assert_eq!(told[0].file.as_deref(), Some(FILE));
    assert_eq!(issue.guarantee_no, "BH2026030200000001");
    assert_eq!(issue.payer_account, "32050100000000000001");
    assert_eq!((issue.rate.to_string(), issue.premium.to_string()), ("0.008".into(), "6400.00".into()));
    assert_eq!(issue.institution_name.as_deref(), Some("示例融资担保有限公司"));
    let link = format!("http://127.0.0.1:8080/documents/{id}/plain/");
    assert!(issue.document_url.starts_with(&link), "{}", issue.document_url);
    assert_eq!(issue.document_url.len(), link.len() + 64);

    let outcomes = house.outcomes(id).await;
    let [Event::NoticeAcknowledged(taken)] = &outcomes[..] else { panic!("{outcomes:?}") };
    assert_eq!((taken.notice_kind, taken.attempts, taken.had_already), (NoticeKind::Issued, 1, false));
    assert_eq!(taken.notice, house.notices(id).await[0]);
    let attempts = house.attempts(id).await;
    assert_eq!(
        (attempts.len(), attempts[0].status, attempts[0].outcome.as_str()),
        (1, Some(200), "acknowledged")
    );
}

#[tokio::test]
async fn a_declined_application_is_told_without_invented_fields() {
    let mut house = House::new().await;
    house.declined("SQ1").await;
    house.deliver().await;
    let told = house.sandbox.centre().told_of("SQ1", Interface::Baohannotice);
    assert_eq!(told[0].notice, ReceivedNotice::NotIssued { application_no: "SQ1".into() });
}

#[tokio::test]
async fn what_a_platform_does_not_want_to_hear_is_skipped_and_says_so() {
    use baohan_domain::command::Withdraw;
    use baohan_domain::event::WithdrawnCause;
    let mut house = House::new().await;
    let id = house.applied("SQ1").await;
    let at = "2026-03-02T01:31:00Z".parse().unwrap();
    house.command(id, Withdraw { cause: WithdrawnCause::Applicant, reason: None, at }).await;
    house.deliver().await;
    assert!(house.sandbox.centre().told().is_empty());
    let outcomes = house.outcomes(id).await;
    assert!(matches!(&outcomes[..], [Event::NoticeSkipped(_)]), "{outcomes:?}");
}

#[tokio::test]
async fn a_notice_that_was_settled_is_never_sent_again() {
    let mut house = House::new().await;
    let id = house.issued("SQ1").await;
    house.deliver().await;
    house.notifier = house.another_notifier();
    house.later(chrono::TimeDelta::days(1));
    house.deliver().await;
    assert_eq!(house.sandbox.centre().told_of("SQ1", Interface::Baohannotice)[0].times, 1);
    assert_eq!(house.outcomes(id).await.len(), 1);
}

#[tokio::test]
async fn two_notifiers_send_each_notice_once() {
    let mut house = House::new().await;
    for number in 0..40 {
        house.issued(&format!("SQ{number}")).await;
    }
    house.see().await;
    let other = house.another_notifier();
    loop {
        let (one, two) = tokio::join!(house.notifier.round(), other.round());
        house.notifier.drain().await;
        other.drain().await;
        house.see().await;
        if one.unwrap().started + two.unwrap().started == 0 {
            break;
        }
    }
    let told = house.sandbox.centre().told();
    assert_eq!(told.len(), 40);
    assert!(told.iter().all(|told| told.times == 1), "{told:?}");
}
