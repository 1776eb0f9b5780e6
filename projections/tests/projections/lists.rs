use std::collections::BTreeSet;

use baohan_domain::command::EarlyRestore;
use baohan_domain::{Form, GuaranteeId, Status};
use baohan_log::SectionFact;
use baohan_projections::guarantees::{self, GuaranteeView};
use baohan_projections::{Error, Slice, Viewer, claims, invoices, timeline};
use uuid::Uuid;

use crate::life::{self, Sealed, day, id_at, id_of};
use crate::stage::{Stage, hours, morning, reader};

async fn issued(stage: &Stage, platform: &str, number: u32) -> GuaranteeId {
    let id = id_at(platform, number);
    stage.does(id, life::apply_sealed(platform, number, Sealed::Nothing, hours(i64::from(number)))).await;
    stage.does(id, life::pay(hours(i64::from(number)))).await;
    stage.does(id, life::issue(number, Form::Plain, hours(i64::from(number)))).await;
    id
}

async fn found(stage: &Stage, filter: guarantees::Filter) -> Vec<String> {
    let page = stage.projections.guarantees(&filter, &reader(hours(99)), &Slice::default()).await.unwrap();
    page.items.into_iter().map(|view| view.application_no).collect()
}

#[tokio::test]
async fn guarantees_are_found_by_each_filter_newest_first() {
    let mut stage = Stage::open().await;
    issued(&stage, life::PLATFORM, 1).await;
    let quit = issued(&stage, life::PLATFORM, 40).await;
    stage.does(quit, life::request_quit(40, hours(41))).await;
    stage.does(quit, life::confirm_quit(hours(41))).await;
    issued(&stage, "jyzx-other", 3).await;
    let mut other = life::apply(4, hours(4));
    other.terms.applicant_name = Some("100%_公司".to_owned());
    stage.does(id_of(4), other).await;
    stage.catch_up().await;
    let no = |number: u32| life::application_no(number).to_string();
    let filter = guarantees::Filter::default;
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found(&stage, filter()).await, [no(40), no(4), no(3), no(1)]);
    let cases = [
        (guarantees::Filter { platform: text("jyzx-other"), ..filter() }, vec![no(3)]),
        (guarantees::Filter { platform_code: text("A32"), ..filter() }, vec![]),
        (guarantees::Filter { application_no: text(&no(4)), ..filter() }, vec![no(4)]),
        (guarantees::Filter { guarantee_no: text("BH00000003"), ..filter() }, vec![no(3)]),
        (guarantees::Filter { status: Some(Status::Quit), ..filter() }, vec![no(40)]),
        (guarantees::Filter { status: Some(Status::Applied), ..filter() }, vec![no(4)]),
        (guarantees::Filter { applicant: text("建设集团"), ..filter() }, vec![no(40), no(3), no(1)]),
        (guarantees::Filter { applicant: text("0%_公"), ..filter() }, vec![no(4)]),
        (guarantees::Filter { applicant: text("_"), ..filter() }, vec![no(4)]),
        (guarantees::Filter { issued_from: Some(day("2026-03-03")), ..filter() }, vec![no(40)]),
        (guarantees::Filter { issued_to: Some(day("2026-03-02")), ..filter() }, vec![no(3), no(1)]),
    ];
    for (filter, expected) in cases {
        let shown = format!("{filter:?}");
        assert_eq!(found(&stage, filter).await, expected, "{shown}");
    }
}

#[tokio::test]
async fn a_guarantee_is_found_by_id_and_by_number() {
    let mut stage = Stage::open().await;
    let id = issued(&stage, life::PLATFORM, 1).await;
    stage.catch_up().await;
    let found = stage.projections.guarantee(id.uuid()).await.unwrap().unwrap();
    let (folded, version) = stage.folded(id).await;
    assert_eq!((&found.guarantee, found.meta.version, found.meta.position), (&folded, version, 3));
    assert_eq!(stage.projections.guarantee_by_number("BH00000001").await.unwrap().unwrap(), found);
    assert_eq!(stage.projections.guarantee_by_number("BH00000002").await.unwrap(), None);
    assert_eq!(stage.projections.guarantee(Uuid::nil()).await.unwrap(), None);
}

#[tokio::test]
async fn pages_join_without_a_gap_or_a_repeat_while_others_write() {
    let mut stage = Stage::open().await.prepared(25).await;
    stage.catch_up().await;
    let (mut seen, mut slice) = (Vec::new(), Slice::first(4));
    for round in 0.. {
        let page = stage
            .projections
            .guarantees(&guarantees::Filter::default(), &reader(morning()), &slice)
            .await
            .unwrap();
        seen.extend(page.items.into_iter().map(|view| view.id));
        // Newer ones come, and older ones change, between the pages.
        stage.does(id_of(1_000 + round), life::apply(1_000 + round, hours(1))).await;
        stage.tries(id_of(20), life::decline(morning())).await;
        stage.catch_up().await;
        match page.next_cursor {
            Some(cursor) => slice.cursor = Some(cursor),
            None => break,
        }
    }
    let expected: BTreeSet<_> = (1..=25).map(|number| id_of(number).uuid()).collect();
    assert_eq!(seen.len(), 25);
    assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), expected);
}

#[tokio::test]
async fn a_cursor_of_another_list_is_refused() {
    let mut stage = Stage::open().await.prepared(3).await;
    stage.catch_up().await;
    let viewer = reader(morning());
    let list = stage.projections.guarantees(&guarantees::Filter::default(), &viewer, &Slice::first(1)).await;
    let slice = Slice { limit: None, cursor: list.unwrap().next_cursor };
    assert!(slice.cursor.is_some());
    let claims = stage.projections.claims(&claims::Filter::default(), &viewer, &slice).await;
    assert!(matches!(claims, Err(Error::Cursor)));
    let sections = stage.projections.section_exceptions(None, &viewer, &slice).await;
    assert!(matches!(sections, Err(Error::Cursor)));
}

#[tokio::test]
async fn claims_show_what_is_due_and_what_became_of_it() {
    let mut stage = Stage::open().await;
    let id = issued(&stage, life::PLATFORM, 1).await;
    for (hour, amount) in [(2, Some("100000.00")), (3, Some("200000.00")), (4, None)] {
        stage.does(id, life::claim(1, amount, hours(hour))).await;
    }
    stage.does(id, life::pay_claim(1, hours(5))).await;
    stage.does(id, life::refuse_claim(2, hours(5))).await;
    stage.catch_up().await;
    let list = |filter: claims::Filter, at| {
        let projections = stage.projections.clone();
        async move { projections.claims(&filter, &reader(at), &Slice::default()).await.unwrap().items }
    };
    let all = list(claims::Filter::default(), hours(6)).await;
    let seen: Vec<_> =
        all.iter().map(|row| (row.number, row.state.as_str(), row.amount.as_deref())).collect();
    let expected =
        [(3, "open", Some("500000.00")), (2, "refused", Some("200000.00")), (1, "paid", Some("100000.00"))];
    assert_eq!(seen, expected);
    assert_eq!(all[2].paid_amount.as_deref(), Some("100000.00"));
    assert_eq!((all[0].due_on, all[0].overdue), (day("2026-03-05"), false));
    let open = claims::Filter { state: Some(claims::State::Open), ..claims::Filter::default() };
    assert_eq!(list(open, hours(6)).await.len(), 1);
    let overdue = claims::Filter { overdue: true, ..claims::Filter::default() };
    assert!(list(overdue.clone(), hours(6)).await.is_empty());
    // 00:00 on 6 March in China.
    let late = list(overdue, "2026-03-05T16:00:00Z".parse().unwrap()).await;
    assert_eq!((late.len(), late[0].overdue), (1, true));
    let other = claims::Filter { platform: Some("jyzx-other".to_owned()), ..claims::Filter::default() };
    assert!(list(other, hours(6)).await.is_empty());
}

#[tokio::test]
async fn every_request_for_an_invoice_is_a_row() {
    let mut stage = Stage::open().await;
    let id = issued(&stage, life::PLATFORM, 1).await;
    stage.does(id, life::request_invoice(1, hours(2))).await;
    stage.does(id, life::decline_invoice(hours(3))).await;
    stage.does(id, life::request_invoice(1, hours(4))).await;
    stage.catch_up().await;
    let list = |state| {
        let (projections, filter) = (stage.projections.clone(), invoices::Filter { state, platform: None });
        async move { projections.invoices(&filter, &reader(hours(9)), &Slice::default()).await.unwrap().items }
    };
    let states: Vec<_> = list(None).await.into_iter().map(|row| row.state).collect();
    assert_eq!(states, ["open", "declined"]);
    stage.does(id, life::issue_invoice(hours(5))).await;
    stage.catch_up().await;
    let list = stage
        .projections
        .invoices(
            &invoices::Filter { state: Some(invoices::State::Issued), platform: None },
            &reader(hours(9)),
            &Slice::default(),
        )
        .await
        .unwrap();
    assert_eq!(list.items[0].invoice_no.as_deref(), Some("26322000000000000001"));
    assert_eq!(list.items[0].title.as_deref(), Some(life::APPLICANT));
}

#[tokio::test]
async fn exposure_adds_up_exactly_also_beyond_what_an_integer_column_holds() {
    let mut stage = Stage::open().await;
    let most = "9999999999999999.99";
    for number in 1..=12 {
        let mut apply = life::apply(number, morning());
        apply.terms.amount = Some(life::yuan(most));
        stage.does(id_of(number), apply).await;
        stage.does(id_of(number), life::pay(morning())).await;
        stage.does(id_of(number), life::issue(number, Form::Plain, morning())).await;
        if number.is_multiple_of(5) {
            stage.catch_up().await;
        }
    }
    stage.does(id_of(1), life::claim(1, Some("0.01"), hours(1))).await;
    stage.does(id_of(2), life::claim(2, Some("0.02"), hours(1))).await;
    stage.does(id_of(2), life::pay_claim(1, hours(2))).await;
    stage.does(id_of(3), life::cancel(3, hours(2))).await;
    stage.catch_up().await;
    let exposure = stage.projections.exposure(None).await.unwrap();
    // 11 × 9999999999999999.99, and three fen less.
    assert_eq!(exposure.in_force.amount, "109999999999999999.89");
    assert_eq!(exposure.in_force.left, "109999999999999999.86");
    assert_eq!((exposure.in_force.guarantees, exposure.in_force.open_claims), (11, 1));
    assert_eq!(exposure.in_force.open_claims_amount, "0.01");
    let statuses: Vec<_> =
        exposure.rows.iter().map(|row| (row.status.as_str(), row.total.guarantees)).collect();
    assert_eq!(statuses, [("cancelled", 1), ("issued", 11)], "what came to nothing is no row");
    assert!(stage.projections.exposure(Some("jyzx-other")).await.unwrap().rows.is_empty());
}

#[tokio::test]
async fn the_timeline_tells_who_did_what() {
    let mut stage = Stage::open().await;
    let id = issued(&stage, life::PLATFORM, 1).await;
    issued(&stage, life::PLATFORM, 2).await;
    stage.catch_up().await;
    let list = |filter: timeline::Filter, limit| {
        let projections = stage.projections.clone();
        async move { projections.timeline(&filter, &Slice::first(limit)).await.unwrap() }
    };
    let of_guarantee = timeline::Filter { guarantee: Some(id.uuid()), ..timeline::Filter::default() };
    let page = list(of_guarantee.clone(), 2).await;
    let types: Vec<_> = page.items.iter().map(|row| row.event_type.as_str()).collect();
    assert_eq!(types, ["Applied", "PremiumPaid"]);
    assert_eq!(page.items[0].actor.as_deref(), Some("core-banking"));
    let rest = Slice { limit: Some(2), cursor: page.next_cursor };
    let rest = stage.projections.timeline(&of_guarantee, &rest).await.unwrap();
    assert_eq!((rest.items.len(), rest.items[0].sequence, rest.next_cursor), (1, 3, None));
    let issues = timeline::Filter {
        actor: Some("core-banking".to_owned()),
        event_type: Some("Issued".to_owned()),
        ..timeline::Filter::default()
    };
    assert_eq!(list(issues, 10).await.items.len(), 2);
    let nobody = timeline::Filter { actor: Some("nobody".to_owned()), ..timeline::Filter::default() };
    assert!(list(nobody, 10).await.items.is_empty());
    let later = timeline::Filter { from: Some(hours(9)), ..timeline::Filter::default() };
    assert!(list(later, 10).await.items.is_empty());
}

#[tokio::test]
async fn sections_join_what_platforms_say_with_our_guarantees() {
    let mut stage = Stage::open().await;
    let id = id_of(1);
    stage.does(id, life::apply_sealed(life::PLATFORM, 1, Sealed::Section, morning())).await;
    stage.does(id, life::pay(morning())).await;
    stage.does(id, life::issue(1, Form::Sealed, morning())).await;
    let early = EarlyRestore::Accept { hours_max: 24 };
    stage.does(id, life::restore(1, hours(4), early, hours(1))).await;
    let fact = |section_no: &str, status: &str| SectionFact {
        section_no: section_no.to_owned(),
        status: status.to_owned(),
        content: "{}".to_owned(),
        told_at: hours(2),
    };
    let facts = vec![fact(life::SECTION_NO, "1"), fact("E-lifted", "0"), fact("E-other", "3")];
    stage.log.record_section_facts(life::PLATFORM, facts, None).await.unwrap();
    stage.catch_up().await;
    let list = |viewer: Viewer<'static>| {
        let projections = stage.projections.clone();
        async move { projections.section_exceptions(None, &viewer, &Slice::default()).await.unwrap().items }
    };
    let early = list(reader(hours(3))).await;
    let sections: Vec<_> =
        early.iter().map(|item| (item.section_no.as_str(), item.status.as_str())).collect();
    assert_eq!(sections, [("E-other", "3"), (life::SECTION_NO, "1")]);
    assert!(
        early.iter().all(|item| item.guarantees.is_empty()),
        "nobody learns the section before the opening"
    );
    assert_eq!(list(Viewer::operator(hours(3))).await[1].guarantees.len(), 1);
    let late = list(reader(hours(4))).await;
    assert_eq!(late[1].guarantees[0].guarantee_no, "BH00000001");
    stage.does(id, life::restore(1, hours(6), EarlyRestore::Refuse, hours(2))).await;
    stage.catch_up().await;
    assert!(list_guarantees(&stage, reader(hours(5))).await.is_empty(), "the opening was put off");
}

async fn list_guarantees(stage: &Stage, viewer: Viewer<'static>) -> Vec<String> {
    let on =
        stage.projections.guarantees_on_section(life::PLATFORM, life::SECTION_NO, &viewer).await.unwrap();
    on.into_iter().map(|guarantee| guarantee.guarantee_no).collect()
}

#[tokio::test]
async fn the_view_shows_the_whole_of_a_guarantee() {
    let mut stage = Stage::open().await;
    let id = issued(&stage, life::PLATFORM, 1).await;
    stage.does(id, life::claim(1, Some("300000.00"), hours(2))).await;
    stage.does(id, life::request_invoice(1, hours(2))).await;
    stage.does(id, life::annotate(hours(2))).await;
    stage.catch_up().await;
    let found = stage.projections.guarantee(id.uuid()).await.unwrap().unwrap();
    let view: GuaranteeView = found.view(&reader(hours(3))).unwrap();
    let json = serde_json::to_value(&view).unwrap();
    assert_eq!(json["status"], "issued");
    assert_eq!((&json["amount"], &json["left"]), (&"800000.00".into(), &"500000.00".into()));
    assert_eq!(json["section_no"], life::SECTION_NO);
    assert_eq!(json["premium"]["amount"], "6400.00");
    assert_eq!(json["claims"][0]["state"], "open");
    assert_eq!(json["invoice"]["state"], "open");
    assert_eq!(json["documents"][0]["form"], "plain");
    assert_eq!(json["personal"], serde_json::json!(["contact_phone"]));
    assert_eq!(json["remarks"][0]["text"], "已电话核实");
    assert_eq!((&json["version"], &json["shard"]), (&6.into(), &0.into()));
    assert_eq!(json["valid_until"], "2026-06-30");
    assert!(!json.to_string().contains("ciphertext"), "no personal data, not even in its envelope");
}
