use std::sync::{Arc, Mutex, mpsc};

use baohan_documents::Digest;
use baohan_domain::command::{CorrectPremium, Decline, IssueAsked};
use baohan_domain::{Form, Refusal, Terms};
use baohan_issuing::{IssuingError, PlatformNames, UNNUMBERED};
use baohan_ledger::{Context, Error, Outcome};
use bytes::Bytes;
use chrono::TimeDelta;

use crate::house::House;

fn number(outcome: &Outcome) -> String {
    outcome.guarantee().issued().unwrap().guarantee_no.to_string()
}

async fn next_number(house: &House) -> String {
    let id = house.applied("NEXT").await;
    house.paid(id).await;
    number(&house.issuing.issue(house.context(), id, IssueAsked::default(), None).await.unwrap())
}

#[tokio::test]
async fn the_document_lies_in_the_store_before_the_guarantee_says_so() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let outcome = house.issuing.issue(house.context(), id, IssueAsked::default(), None).await.unwrap();
    let document = outcome.guarantee().issued().unwrap().document.clone();
    assert_eq!(document.form, Form::Sealed);
    let digest: Digest = document.digest.parse().unwrap();
    let bytes = house.issuing.documents().get(digest).await.unwrap();
    assert_eq!((bytes.len() as u64, &bytes[..5]), (document.size_bytes, b"%PDF-".as_slice()));
}

#[tokio::test]
async fn what_the_rules_refuse_uses_no_number_up() {
    let house = House::open().await;
    let unpaid = house.applied("A-1").await;
    let declined = house.applied("A-2").await;
    house.does(declined, |_, at| Decline { reason: "r".into(), at }.into()).await;
    for (id, refusal) in [(unpaid, Refusal::PremiumNotRecorded), (declined, Refusal::AlreadyDeclined)] {
        let refused =
            house.issuing.issue(house.context(), id, IssueAsked::default(), None).await.unwrap_err();
        assert!(matches!(refused, IssuingError::Ledger(Error::Refused(because)) if because == refusal));
    }
    let nameless =
        house.applied_with("A-3", Terms { amount: Some("1".parse().unwrap()), ..Terms::default() }).await;
    house.paid(nameless).await;
    let refused =
        house.issuing.issue(house.context(), nameless, IssueAsked::default(), None).await.unwrap_err();
    assert_eq!(refused.code(), "application-incomplete");
    assert_eq!(next_number(&house).await, "BH2026030200000001");
}

#[tokio::test]
async fn a_reserved_number_stays_with_its_guarantee_on_whatever_day_it_is_issued() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let today = baohan_domain::calendar::china_date(house.ledger.now());
    house.ledger.log().reserve_number(id.uuid(), today).await.unwrap();
    house.clock.advance(TimeDelta::days(3));
    assert_eq!(next_number(&house).await, "BH2026030500000001");
    let outcome = house.issuing.issue(house.context(), id, IssueAsked::default(), None).await.unwrap();
    assert_eq!(number(&outcome), "BH2026030200000001");
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_before_anything_else() {
    let house = House::open().await;
    let unknown = uuid::Uuid::from_u128(7).into();
    let file = Some(Bytes::from_static(b"<html>502</html>"));
    let refused =
        house.issuing.issue(house.context(), unknown, IssueAsked::default(), file).await.unwrap_err();
    assert_eq!(refused.code(), "document-not-pdf-or-ofd");
}

#[tokio::test]
async fn a_dry_run_has_no_number_and_a_repeat_is_one() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let dry = Context { dry_run: true, ..house.context() };
    let would_be = house.issuing.issue(dry.clone(), id, IssueAsked::default(), None).await.unwrap();
    assert_eq!((number(&would_be), would_be.newest().is_none()), (UNNUMBERED.to_owned(), true));
    let issued = house.issuing.issue(house.context(), id, IssueAsked::default(), None).await.unwrap();
    assert_eq!(number(&issued), "BH2026030200000001");
    for context in [dry, house.context()] {
        let again = house.issuing.issue(context, id, IssueAsked::default(), None).await.unwrap();
        assert!(!again.is_changed());
        assert_eq!(number(&again), "BH2026030200000001");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_premium_that_is_corrected_meanwhile_is_the_one_that_document_and_event_say() {
    // The document's making asks for the platform's name: there the first issue waits until the premium is corrected.
    let (making, made) = mpsc::channel();
    let (corrected, go_on) = mpsc::channel::<()>();
    let gate = Mutex::new(Some((making, go_on)));
    let names: PlatformNames = Arc::new(move |_, _| {
        if let Some((making, go_on)) = gate.lock().unwrap().take() {
            making.send(()).unwrap();
            go_on.recv().unwrap();
        }
        None
    });
    let house = House::open_with(names).await;
    let id = house.applied("A-1").await;
    house.paid(id).await;
    let (issuing, context) = (house.issuing.clone(), house.context());
    let issue = tokio::spawn(async move { issuing.issue(context, id, IssueAsked::default(), None).await });
    tokio::task::spawn_blocking(move || made.recv()).await.unwrap().unwrap();
    house
        .does(id, |_, at| {
            let (payer_name, payer_account) = ("江南建设集团有限公司".into(), "3200010000000000002".into());
            let (amount, reason) = ("6500".parse().unwrap(), "录入错误".into());
            CorrectPremium { payer_name, payer_account, amount, paid_at: None, reference: None, reason, at }
                .into()
        })
        .await;
    corrected.send(()).unwrap();
    let outcome = issue.await.unwrap().unwrap();
    let was = outcome.guarantee().issued().unwrap();
    assert_eq!(was.premium.amount.to_string(), "6500.00");
    assert_eq!(was.premium.payer_account, "3200010000000000002");
    let issued = outcome.newest().unwrap();
    assert!(issued.payload.contains("6500.00"), "{}", issued.payload);
}
