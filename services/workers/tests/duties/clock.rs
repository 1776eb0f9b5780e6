//! What time alone brings about.

use baohan_domain::Status;
use baohan_domain::command::{Claim, RefuseClaim};
use baohan_domain::event::{CancelledCause, WithdrawnCause};
use baohan_domain::state::Life;
use baohan_workers::{Expiry, Underwriter, Unpaid};
use chrono::TimeDelta;

use crate::desk::{APPLICANT, Desk};

async fn issued(desk: &mut Desk) -> baohan_domain::GuaranteeId {
    let id = desk.applied("SQ1", "800000.00").await;
    desk.paid(id, APPLICANT, "6400.00").await;
    desk.step(Underwriter::new(desk.issuing.clone())).await;
    id
}

#[tokio::test]
async fn a_guarantee_ends_when_its_last_day_is_over_in_china() {
    let mut desk = Desk::new().await;
    let id = issued(&mut desk).await;
    // The last day is 30 June; it is over at 16:00 UTC.
    desk.clock.set("2026-06-30T15:59:59Z".parse().unwrap());
    assert_eq!(desk.step(Expiry).await, 0);
    desk.clock.set("2026-06-30T16:00:00Z".parse().unwrap());
    assert_eq!(desk.step(Expiry).await, 1);
    let life = desk.guarantee(id).await.life;
    assert!(matches!(life, Life::Cancelled { cause: CancelledCause::Expired, .. }), "{life:?}");
}

#[tokio::test]
async fn an_unpaid_claim_keeps_it_alive_until_it_is_settled() {
    let mut desk = Desk::new().await;
    let id = issued(&mut desk).await;
    let history = desk.ledger.history(id).await.unwrap();
    let claim = Claim {
        guarantee_no: history.guarantee.issued().unwrap().guarantee_no.to_string(),
        amount: Some("1.00".parse().unwrap()),
        payee_account: None,
        reason: None,
        attachments: Vec::new(),
        personal: std::collections::BTreeMap::new(),
        due_on: "2026-03-05".parse().unwrap(),
        content: history.keyring.fingerprint(b"claim").unwrap(),
        at: desk.now(),
    };
    desk.command(id, claim).await;
    desk.clock.advance(TimeDelta::days(200));
    assert_eq!(desk.step(Expiry).await, 0);
    desk.command(id, RefuseClaim { claim: 1, reason: "不符合形式要求".into(), at: desk.now() }).await;
    assert_eq!(desk.step(Expiry).await, 1);
    assert_eq!(desk.status(id).await, Status::Cancelled);
}

#[tokio::test]
async fn an_application_that_nobody_pays_for_is_withdrawn_after_its_days() {
    let mut desk = Desk::new().await;
    let unpaid = desk.applied("SQ1", "800000.00").await;
    let paid = desk.applied("SQ2", "800000.00").await;
    desk.paid(paid, "某某咨询服务部", "6400.00").await;
    desk.clock.advance(TimeDelta::days(15) - TimeDelta::seconds(1));
    assert_eq!(desk.step(Unpaid::after_days(15)).await, 0);
    desk.clock.advance(TimeDelta::seconds(1));
    assert_eq!(desk.step(Unpaid::after_days(15)).await, 1);
    let life = desk.guarantee(unpaid).await.life;
    assert!(matches!(life, Life::Withdrawn { cause: WithdrawnCause::Unpaid, .. }), "{life:?}");
    assert_eq!(desk.status(paid).await, Status::Applied);
}
