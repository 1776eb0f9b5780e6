//! Random commands to a few guarantees, decided by the domain: whatever comes of it, and in whatever batches it is
//! applied, the projection holds what folding the log gives, and a fresh build gives the same rows.

use baohan_domain::command::EarlyRestore;
use baohan_domain::event::NoticeKind;
use baohan_domain::state::{ClaimState, Invoicing};
use baohan_domain::{Command, Form, Life, Money};
use baohan_projections::{LIMIT_MAX, Slice, Viewer, claims, invoices, notices};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use uuid::Uuid;

use crate::life::{self, Sealed, id_of};
use crate::stage::{Stage, hours};

const GUARANTEES: u32 = 4;

#[derive(Debug, Clone)]
enum Act {
    Ask { number: u32, kind: u8, hour: i64 },
    Step,
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let ask = (1..=GUARANTEES, 0..26_u8, 0..48_i64);
    let act = prop_oneof![
        12 => ask.prop_map(|(number, kind, hour)| Act::Ask { number, kind, hour }),
        1 => Just(Act::Step),
    ];
    // The first commands of each life are likely, so that most acts meet an issued guarantee.
    let begun = (0..=GUARANTEES).prop_map(|count| {
        let kinds = [0, 1, 3];
        let lives = (1..=count).flat_map(move |number| kinds.map(|kind| Act::Ask { number, kind, hour: 0 }));
        lives.collect::<Vec<_>>()
    });
    (begun, prop::collection::vec(act, 0..60)).prop_map(|(mut begun, rest)| {
        begun.extend(rest);
        begun
    })
}

fn command(number: u32, kind: u8, hour: i64, notice: Uuid) -> Command {
    let at = hours(hour);
    let sealed = if number.is_multiple_of(2) { Sealed::Section } else { Sealed::Nothing };
    let form = if sealed == Sealed::Nothing { Form::Plain } else { Form::Sealed };
    let early = EarlyRestore::Accept { hours_max: 24 };
    match kind {
        0 => life::apply_sealed(life::PLATFORM, number, sealed, at).into(),
        1 => life::pay(at).into(),
        2 => life::correct(at).into(),
        3 => life::issue(number, form, at).into(),
        4 if hour % 4 == 0 => life::decline(at).into(),
        5 if hour % 4 == 0 => life::withdraw(at).into(),
        6 | 7 => life::restore(number, hours(hour + hour % 5), early, at).into(),
        8 => life::restore(number, hours(hour + 9), EarlyRestore::Hold, at).into(),
        9 | 10 => life::restored(at).into(),
        11 | 12 => life::request_invoice(number, at).into(),
        13 => life::issue_invoice(at).into(),
        14 => life::decline_invoice(at).into(),
        15 | 16 => life::request_quit(number, at).into(),
        17 if hour % 3 == 0 => life::confirm_quit(at).into(),
        18 => life::refuse_quit(at).into(),
        19 if hour % 4 == 0 => life::cancel(number, at).into(),
        20 => life::claim(number, Some("100000.01"), at).into(),
        21 => life::pay_claim(u32::try_from(hour % 3).unwrap() + 1, at).into(),
        22 => life::refuse_claim(u32::try_from(hour % 3).unwrap() + 1, at).into(),
        23 => life::extend("2026-09-30", at).into(),
        24 => {
            let outcome = [life::taken(), life::given_up(), life::skipped()]
                [usize::try_from(hour % 3).unwrap()]
            .clone();
            life::settle(notice, NoticeKind::Issued, outcome, at).into()
        }
        _ => life::annotate(at).into(),
    }
}

async fn holds(acts: &[Act]) {
    let mut stage = Stage::open().await;
    let mut issued = std::collections::BTreeMap::new();
    for act in acts {
        match *act {
            Act::Step => {
                stage.runner.step().await.unwrap();
            }
            Act::Ask { number, kind, hour } => {
                let notice = issued.get(&number).copied().unwrap_or(Uuid::nil());
                let stored = stage.tries(id_of(number), command(number, kind, hour, notice)).await;
                for stored in stored.unwrap_or_default() {
                    if stored.event_type == "Issued" {
                        issued.insert(number, stored.id);
                    }
                }
            }
        }
    }
    stage.catch_up().await;
    stage.projections.caught_up(std::time::Duration::ZERO).await.unwrap();
    for number in 1..=GUARANTEES {
        let (folded, version) = stage.folded(id_of(number)).await;
        let found = stage.projections.guarantee(id_of(number).uuid()).await.unwrap();
        assert_eq!(found.as_ref().map_or(0, |found| found.meta.version), version);
        assert_eq!(found.map(|found| found.guarantee).unwrap_or_default(), folded);
    }
    adds_up(&stage).await;
    stage.is_as_fresh().await;
    stage.closed().await;
}

/// The lists and sums, counted again from the folded guarantees.
async fn adds_up(stage: &Stage) {
    let mut in_force = (0, 0, 0);
    let (mut claims, mut invoices, mut waiting) = (0, 0, 0);
    for number in 1..=GUARANTEES {
        let (guarantee, _) = stage.folded(id_of(number)).await;
        let events = stage.log.load(id_of(number).uuid()).await.unwrap().events;
        let told = events.iter().filter(|stored| notices::notice_of(&stored.event_type).is_some());
        waiting += told.filter(|stored| !guarantee.trail.notices.contains_key(&stored.id)).count();
        let Some(issued) = guarantee.issued() else { continue };
        claims += issued.claims.len();
        invoices += usize::from(matches!(issued.invoicing, Invoicing::Open(_)));
        if let Life::InForce(issued) = &guarantee.life {
            let open = issued.claims.iter().filter(|claim| matches!(claim.state, ClaimState::Open)).count();
            in_force = (in_force.0 + 1, in_force.1 + issued.left().fen(), in_force.2 + open as u64);
        }
    }
    let (projections, viewer, slice) =
        (&stage.projections, Viewer::operator(hours(99)), Slice::first(LIMIT_MAX));
    let total = projections.exposure(None).await.unwrap().in_force;
    let left = Money::from_fen(in_force.1).to_string();
    assert_eq!((total.guarantees, total.left, total.open_claims), (in_force.0, left, in_force.2));
    let listed = projections.claims(&claims::Filter::default(), &viewer, &slice).await.unwrap();
    assert_eq!(listed.items.len(), claims);
    let open = invoices::Filter { state: Some(invoices::State::Open), platform: None };
    let listed = projections.invoices(&open, &viewer, &slice).await.unwrap();
    assert_eq!(listed.items.iter().filter(|row| row.state == "open").count(), invoices);
    let filter = notices::Filter { state: Some(notices::State::Waiting), ..notices::Filter::default() };
    assert_eq!(projections.notices(&filter, &slice).await.unwrap().items.len(), waiting);
}

#[test]
fn the_projections_hold_what_the_log_tells() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let config = Config { cases: crate::kind::RANDOM_LIVES, failure_persistence: None, ..Config::default() };
    TestRunner::new(config)
        .run(&acts(), |acts| {
            runtime.block_on(holds(&acts));
            Ok(())
        })
        .unwrap();
}
