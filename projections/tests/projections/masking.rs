use baohan_domain::command::EarlyRestore;
use baohan_domain::{Form, Guarantee};
use baohan_projections::guarantees::{Filter, mask_event};
use baohan_projections::{GuaranteeView, Slice, Viewer, claims, guarantees::Meta};
use serde_json::Value;

use crate::life::{self, Sealed, id_of};
use crate::stage::{Stage, hours, morning, reader};

const EARLY: EarlyRestore = EarlyRestore::Accept { hours_max: 24 };

/// Sealed wholly, opened at hour 1 for an opening at hour 5.
async fn opened_early() -> Stage {
    let mut stage = Stage::open().await;
    stage.does(id_of(1), life::apply_sealed(life::PLATFORM, 1, Sealed::Everything, morning())).await;
    stage.does(id_of(1), life::pay(morning())).await;
    stage.does(id_of(1), life::issue(1, Form::Sealed, morning())).await;
    stage.does(id_of(1), life::restore(1, hours(5), EARLY, hours(1))).await;
    stage.does(id_of(1), life::restored(hours(1))).await;
    stage.does(id_of(1), life::request_invoice(1, hours(2))).await;
    stage.does(id_of(1), life::claim(1, None, hours(2))).await;
    stage.catch_up().await;
    stage
}

async fn view(stage: &Stage, viewer: &Viewer<'_>) -> Value {
    let found = stage.projections.guarantee(id_of(1).uuid()).await.unwrap().unwrap();
    serde_json::to_value(found.view(viewer).unwrap()).unwrap()
}

const SECRETS: [&str; 6] =
    [life::APPLICANT, "91320000MA1XXXXX0A", life::SECTION_NO, "滨江快速路", "滨江城市建设", "800000.00"];

fn tells(json: &Value) -> Vec<&'static str> {
    let mut json = json.clone();
    // Who paid the premium was written down by people; it is no value of the section.
    json.as_object_mut().unwrap().remove("premium");
    let text = json.to_string();
    SECRETS.into_iter().filter(|secret| text.contains(secret)).collect()
}

#[tokio::test]
async fn before_the_opening_only_an_operator_sees_plain_values() {
    let stage = opened_early().await;
    let early = view(&stage, &reader(hours(4))).await;
    assert_eq!(tells(&early), [""; 0], "{early}");
    assert_eq!(early["hidden_until_opening"], true);
    assert_eq!(early["status"], "restored");
    assert_eq!(early["left"], Value::Null);
    for viewer in [Viewer::operator(hours(4)), reader(hours(5))] {
        let shown = view(&stage, &viewer).await;
        assert_eq!(tells(&shown), SECRETS);
        assert_eq!(shown["hidden_until_opening"], false);
    }
}

#[tokio::test]
async fn a_search_does_not_tell_a_hidden_name() {
    let stage = opened_early().await;
    let filter = Filter { applicant: Some("江南".to_owned()), ..Filter::default() };
    for (viewer, found) in [(reader(hours(4)), 0), (Viewer::operator(hours(4)), 1), (reader(hours(5)), 1)] {
        let page = stage.projections.guarantees(&filter, &viewer, &Slice::default()).await.unwrap();
        assert_eq!(page.items.len(), found);
    }
}

#[tokio::test]
async fn lists_of_claims_and_invoices_hide_the_same() {
    let stage = opened_early().await;
    for (viewer, shown) in
        [(reader(hours(4)), false), (Viewer::operator(hours(4)), true), (reader(hours(5)), true)]
    {
        let slice = Slice::default();
        let claims = stage.projections.claims(&claims::Filter::default(), &viewer, &slice).await.unwrap();
        assert_eq!(claims.items[0].amount.is_some(), shown);
        let filter = baohan_projections::invoices::Filter::default();
        let invoices = stage.projections.invoices(&filter, &viewer, &slice).await.unwrap();
        assert_eq!((invoices.items[0].title.is_some(), invoices.items[0].tax_no.is_some()), (shown, shown));
    }
}

#[tokio::test]
async fn payloads_of_events_hide_the_same() {
    let stage = opened_early().await;
    let (now, _) = stage.folded(id_of(1)).await;
    for stored in stage.log.load(id_of(1).uuid()).await.unwrap().events {
        let payload: Value = serde_json::from_str(&stored.payload).unwrap();
        if stored.event_type == "PremiumPaid" || stored.event_type == "Issued" {
            continue;
        }
        let masked = mask_event(&stored.event_type, payload.clone(), &now, &reader(hours(4)));
        assert_eq!(tells(&masked), [""; 0], "{}", stored.event_type);
        assert_eq!(masked["type"], payload["type"]);
        assert_eq!(mask_event(&stored.event_type, payload.clone(), &now, &reader(hours(5))), payload);
        assert_eq!(
            mask_event(&stored.event_type, payload.clone(), &now, &Viewer::operator(hours(4))),
            payload
        );
    }
}

#[tokio::test]
async fn an_opening_that_was_put_off_hides_what_was_open_also_in_the_past() {
    let stage = opened_early().await;
    let (then, version) = stage.folded(id_of(1)).await;
    stage.does(id_of(1), life::restore(1, hours(9), EARLY, hours(3))).await;
    let (now, _) = stage.folded(id_of(1)).await;
    let meta = Meta { id: id_of(1).uuid(), version, shard: 0, position: version };
    let past = |then: &Guarantee, now: &Guarantee| {
        serde_json::to_value(GuaranteeView::as_of(then, now, meta, &reader(hours(6))).unwrap()).unwrap()
    };
    assert_eq!(tells(&past(&then, &then)), SECRETS);
    assert_eq!(tells(&past(&then, &now)), [""; 0]);
}
