use baohan_domain::command::EarlyRestore;
use baohan_domain::event::{SectionException, SectionStatus};
use baohan_domain::underwriting::{Assessment, UnderwritingTerms};
use baohan_domain::{Form, GuaranteeId};
use baohan_projections::{Slice, Viewer};
use chrono::TimeDelta;

use crate::life::{self, Sealed, id_of};
use crate::stage::{Stage, hours, morning};

async fn issued(stage: &Stage, number: u32, sealed: Sealed) -> GuaranteeId {
    let id = id_of(number);
    let form = if sealed == Sealed::Nothing { Form::Plain } else { Form::Sealed };
    stage.does(id, life::apply_sealed(life::PLATFORM, number, sealed, morning())).await;
    stage.does(id, life::pay(morning())).await;
    stage.does(id, life::issue(number, form, morning())).await;
    id
}

fn terms() -> UnderwritingTerms {
    UnderwritingTerms {
        rate: "0.008".parse().unwrap(),
        minimum_premium: life::yuan("200.00"),
        validity_days: 120,
        amount_limit: life::yuan("5000000.00"),
    }
}

#[tokio::test]
async fn a_key_that_came_is_work_at_once_and_a_held_one_at_the_opening() {
    let mut stage = Stage::open().await;
    let at_once = issued(&stage, 1, Sealed::Section).await;
    let held = issued(&stage, 2, Sealed::Section).await;
    stage.does(held, life::restore(2, hours(5), EarlyRestore::Hold, hours(1))).await;
    stage.does(at_once, life::restore(1, hours(5), EarlyRestore::Accept { hours_max: 24 }, hours(1))).await;
    stage.catch_up().await;
    let to_restore = |at| {
        let projections = stage.projections.clone();
        async move {
            let page = projections.to_restore(at, &Slice::default()).await.unwrap();
            page.items.into_iter().map(|work| work.guarantee).collect::<Vec<_>>()
        }
    };
    assert_eq!(to_restore(hours(4)).await, [at_once.uuid()]);
    assert_eq!(to_restore(hours(5)).await, [at_once.uuid(), held.uuid()]);
    assert_eq!(stage.projections.next_restore_at().await.unwrap(), Some(hours(1)));
    stage.does(at_once, life::restored(hours(1))).await;
    // The opening is put off, and the held key waits longer.
    stage.does(held, life::restore(2, hours(7), EarlyRestore::Hold, hours(2))).await;
    stage.catch_up().await;
    let left = stage.projections.to_restore(hours(6), &Slice::default()).await.unwrap();
    assert!(left.items.is_empty());
    assert_eq!(stage.projections.next_restore_at().await.unwrap(), Some(hours(7)));
    assert_eq!(stage.projections.to_restore(hours(7), &Slice::default()).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn open_invoices_are_work_also_after_the_end() {
    let mut stage = Stage::open().await;
    let (first, second) =
        (issued(&stage, 1, Sealed::Nothing).await, issued(&stage, 2, Sealed::Nothing).await);
    stage.does(second, life::request_invoice(2, hours(1))).await;
    stage.does(first, life::request_invoice(1, hours(2))).await;
    stage.does(first, life::cancel(1, hours(3))).await;
    stage.catch_up().await;
    let page = stage.projections.to_invoice(&Slice::first(1)).await.unwrap();
    assert_eq!(page.items[0].guarantee, second.uuid(), "the oldest first");
    let rest = Slice { limit: None, cursor: page.next_cursor };
    let page = stage.projections.to_invoice(&rest).await.unwrap();
    assert_eq!(page.items.iter().map(|work| work.guarantee).collect::<Vec<_>>(), [first.uuid()]);
    stage.does(first, life::issue_invoice(hours(4))).await;
    stage.does(second, life::decline_invoice(hours(4))).await;
    stage.catch_up().await;
    assert!(stage.projections.to_invoice(&Slice::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn a_quit_becomes_void_at_the_opening_unless_the_section_has_an_exception() {
    let mut stage = Stage::open().await;
    let (plain, excepted) =
        (issued(&stage, 1, Sealed::Section).await, issued(&stage, 2, Sealed::Section).await);
    stage.does(plain, life::request_quit(1, hours(1))).await;
    let early = EarlyRestore::Accept { hours_max: 24 };
    stage.does(plain, life::restore(1, hours(3), early, hours(2))).await;
    stage.does(excepted, life::restore(2, hours(3), early, hours(2))).await;
    let mut late = life::request_quit(2, hours(4));
    late.exception = Some(SectionException {
        section_no: life::SECTION_NO.to_owned(),
        status: SectionStatus::Failed,
        known_at: hours(3),
    });
    stage.does(excepted, late).await;
    stage.catch_up().await;
    let void = |at| {
        let projections = stage.projections.clone();
        async move {
            let page = projections.to_quit(at, &Slice::default()).await.unwrap();
            page.items.into_iter().map(|work| (work.guarantee, work.is_void)).collect::<Vec<_>>()
        }
    };
    assert_eq!(void(hours(2)).await, [(plain.uuid(), false), (excepted.uuid(), false)]);
    assert_eq!(void(hours(3)).await, [(plain.uuid(), true), (excepted.uuid(), false)]);
    stage.does(excepted, life::confirm_quit(hours(5))).await;
    stage.does(plain, life::refuse_quit(hours(5))).await;
    stage.catch_up().await;
    assert!(stage.projections.to_quit(hours(9), &Slice::default()).await.unwrap().items.is_empty());
}

#[tokio::test]
async fn what_is_past_its_validity_ends_unless_a_claim_holds_it() {
    let mut stage = Stage::open().await;
    let (free, held) = (issued(&stage, 1, Sealed::Nothing).await, issued(&stage, 2, Sealed::Nothing).await);
    let extended = issued(&stage, 3, Sealed::Nothing).await;
    stage.does(held, life::claim(2, None, hours(1))).await;
    stage.does(extended, life::extend("2026-07-31", hours(1))).await;
    stage.catch_up().await;
    let last_moment = "2026-06-30T15:59:59Z".parse().unwrap();
    let next_day = "2026-06-30T16:00:00Z".parse().unwrap();
    assert!(stage.projections.past_validity(last_moment, 10).await.unwrap().is_empty());
    assert_eq!(stage.projections.past_validity(next_day, 10).await.unwrap(), [free.uuid()]);
    stage.does(held, life::pay_claim(1, hours(2))).await;
    stage.does(free, life::expire(next_day)).await;
    stage.catch_up().await;
    assert_eq!(stage.projections.past_validity(next_day, 10).await.unwrap(), [held.uuid()]);
}

#[tokio::test]
async fn applications_that_nobody_pays_for_come_up_after_their_days() {
    let mut stage = Stage::open().await;
    for number in 1..=3 {
        stage.does(id_of(number), life::apply(number, hours(i64::from(number)))).await;
    }
    stage.does(id_of(2), life::pay(hours(4))).await;
    stage.catch_up().await;
    let unpaid = |hour| {
        let (projections, at) = (stage.projections.clone(), hours(hour) + TimeDelta::days(15));
        async move {
            let page = projections.unpaid(at, 15, &Slice::default()).await.unwrap();
            page.items.into_iter().map(|work| work.guarantee).collect::<Vec<_>>()
        }
    };
    assert!(unpaid(0).await.is_empty());
    assert_eq!(unpaid(1).await, [id_of(1).uuid()]);
    assert_eq!(unpaid(9).await, [id_of(1).uuid(), id_of(3).uuid()]);
}

#[tokio::test]
async fn automatic_underwriting_sees_what_it_can_decide_and_passes_over_the_rest() {
    let mut stage = Stage::open().await;
    let mut large = life::apply(1, morning());
    large.terms.amount = Some(life::yuan("5000000.01"));
    stage.does(id_of(1), large.clone()).await;
    large.application_no = life::application_no(2);
    stage.does(id_of(2), large).await;
    stage.does(id_of(2), life::pay_as("别人", "1.00", morning())).await;
    for number in 3..=6 {
        stage.does(id_of(number), life::apply(number, morning())).await;
    }
    stage.does(id_of(3), life::pay(morning())).await;
    stage.does(id_of(4), life::pay_as("别人", "6400.00", morning())).await;
    stage.does(id_of(5), life::pay_as(life::APPLICANT, "6399.99", morning())).await;
    stage.does(id_of(7), life::apply_sealed(life::PLATFORM, 7, Sealed::Everything, morning())).await;
    stage.does(id_of(7), life::pay(morning())).await;
    stage.catch_up().await;
    let work = stage.projections.to_underwrite(&terms(), morning(), 10).await.unwrap();
    let mut seen: Vec<_> = work
        .iter()
        .map(|(found, assessment)| (found.meta.id, matches!(assessment, Assessment::Issue { .. })))
        .collect();
    seen.sort_unstable();
    let mut expected = [(id_of(1).uuid(), false), (id_of(2).uuid(), false), (id_of(3).uuid(), true)];
    expected.sort_unstable();
    assert_eq!(seen, expected);
    assert_eq!(stage.projections.to_underwrite(&terms(), morning(), 1).await.unwrap().len(), 1);
    // What is passed over waits visibly.
    let terms = terms();
    let viewer = Viewer { now: morning(), sees_plain: false, terms: Some(&terms) };
    let waits = [
        (3, None),
        (4, Some("payer-is-not-the-applicant")),
        (5, Some("premium-too-low")),
        (6, Some("premium")),
    ];
    for (number, waiting_for) in waits {
        let found = stage.projections.guarantee(id_of(number).uuid()).await.unwrap().unwrap();
        let underwriting = found.view(&viewer).unwrap().underwriting.unwrap();
        assert_eq!(underwriting.waiting_for.as_deref(), waiting_for);
    }
}
