//! Plain documents: at once, or at the opening.

use baohan_domain::command::EarlyRestore;
use baohan_domain::state::Opening;
use baohan_domain::{Form, Status};
use baohan_workers::{Renderer, Underwriter};
use chrono::TimeDelta;

use crate::desk::{APPLICANT, Desk};

async fn issued(desk: &mut Desk, count: usize) -> Vec<baohan_domain::GuaranteeId> {
    let mut ids = Vec::new();
    for number in 0..count {
        let id = desk.applied(&format!("SQ{number}"), "800000.00").await;
        desk.paid(id, APPLICANT, "6400.00").await;
        ids.push(id);
    }
    desk.step(Underwriter::new(desk.issuing.clone())).await;
    ids
}

#[tokio::test]
async fn every_guarantee_of_a_project_has_its_plain_document_after_the_opening() {
    let mut desk = Desk::new().await;
    let ids = issued(&mut desk, 12).await;
    for id in &ids {
        desk.key_comes(*id, TimeDelta::minutes(-1), EarlyRestore::Refuse).await;
    }
    assert_eq!(desk.step(Renderer::new(desk.issuing.clone())).await, 12);
    for id in ids {
        let Opening::Restored { document, .. } = desk.in_force(id).await.opening else { panic!("restored") };
        assert_eq!(document.form, Form::Plain);
        assert!(desk.documents.get(document.digest.parse().unwrap()).await.unwrap().starts_with(b"%PDF-"));
    }
}

#[tokio::test]
async fn an_early_key_that_is_held_opens_at_the_opening_and_not_before() {
    let mut desk = Desk::new().await;
    let id = issued(&mut desk, 1).await[0];
    desk.key_comes(id, TimeDelta::hours(11), EarlyRestore::Hold).await;
    assert_eq!(desk.step(Renderer::new(desk.issuing.clone())).await, 0);
    desk.clock.advance(TimeDelta::hours(11));
    assert_eq!(desk.step(Renderer::new(desk.issuing.clone())).await, 1);
    assert_eq!(desk.status(id).await, Status::Restored);
}

#[tokio::test]
async fn an_early_key_that_is_accepted_opens_at_once() {
    let mut desk = Desk::new().await;
    let id = issued(&mut desk, 1).await[0];
    desk.key_comes(id, TimeDelta::hours(11), EarlyRestore::Accept { hours_max: 24 }).await;
    assert_eq!(desk.step(Renderer::new(desk.issuing.clone())).await, 1);
    assert_eq!(desk.status(id).await, Status::Restored);
}
