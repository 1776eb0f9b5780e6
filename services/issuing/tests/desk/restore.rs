use baohan_documents::Digest;
use baohan_domain::command::{EarlyRestore, IssueAsked};
use baohan_domain::state::Opening;
use baohan_domain::{Form, GuaranteeId, Refusal, Status};
use baohan_issuing::IssuingError;
use baohan_ledger::Error;
use chrono::TimeDelta;

use crate::house::House;

async fn issued(house: &House) -> GuaranteeId {
    let id = house.applied("A-1").await;
    house.paid(id).await;
    house.issuing.issue(house.context(), id, IssueAsked::default(), None).await.unwrap();
    id
}

fn because(error: &IssuingError) -> Option<&Refusal> {
    match error {
        IssuingError::Ledger(Error::Refused(refusal)) => Some(refusal),
        _ => None,
    }
}

#[tokio::test]
async fn the_plain_document_is_made_once_the_key_has_come() {
    let house = House::open().await;
    let id = issued(&house).await;
    let early = house.issuing.restore(house.context(), id).await.unwrap_err();
    assert_eq!(because(&early), Some(&Refusal::NotOpened));
    house.key_came(id, house.ledger.now(), EarlyRestore::Refuse).await;
    let restored = house.issuing.restore(house.context(), id).await.unwrap();
    assert_eq!(restored.guarantee().status(), Some(Status::Restored));
    let Opening::Restored { document, .. } = &restored.guarantee().issued().unwrap().opening else {
        unreachable!()
    };
    assert_eq!(document.form, Form::Plain);
    let digest: Digest = document.digest.parse().unwrap();
    assert!(house.issuing.documents().get(digest).await.unwrap().starts_with(b"%PDF-"));
    let again = house.issuing.restore(house.context(), id).await.unwrap();
    assert!(!again.is_changed());
}

#[tokio::test]
async fn a_held_key_waits_for_the_opening() {
    let house = House::open().await;
    let id = issued(&house).await;
    house.key_came(id, house.ledger.now() + TimeDelta::hours(11), EarlyRestore::Hold).await;
    let early = house.issuing.restore(house.context(), id).await.unwrap_err();
    assert_eq!(because(&early), Some(&Refusal::NotOpened));
    house.clock.advance(TimeDelta::hours(11));
    assert!(house.issuing.restore(house.context(), id).await.unwrap().is_changed());
}

#[tokio::test]
async fn what_was_never_issued_is_not_restored() {
    let house = House::open().await;
    let id = house.applied("A-1").await;
    let refused = house.issuing.restore(house.context(), id).await.unwrap_err();
    assert_eq!(because(&refused), Some(&Refusal::NotIssued));
}
