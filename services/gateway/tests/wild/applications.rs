//! W01, W02, W16, W21, W22, W35, W38: applications.

use baohan_domain::{Guarantee, Money, SealedField};
use baohan_wire::{BodyForm, SealedFields};

use crate::fixture;
use crate::world::{Message, World, speaking};

fn amount(guarantee: &Guarantee) -> Money {
    guarantee.application().unwrap().terms.amount.unwrap()
}

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

#[tokio::test]
async fn w01_extra_fields_ride_along_and_are_signed() {
    let world = World::new().await;
    world.send("baohanapply", fixture!("W01-apply.json")).await.taken();

    let id = world.id_of_centre(Some("A3299990121"), "WILD0001");
    let history = world.ledger.history(id).await.unwrap();
    let application = history.guarantee.application().unwrap();
    assert_eq!(application.platform_code.as_deref(), Some("A3299990121"));
    assert_eq!(application.extra["platformcode"], "A3299990121");
    // The other two are of a person: kept, and readable under the guarantee's key alone.
    let open = |label: &str| history.keyring.open(label, &application.personal[label]).unwrap();
    assert_eq!((open("jbrname").as_str(), open("jbrphone").as_str()), ("李四", "13800000000"));
    let payload = &history.recorded[0].stored.payload;
    assert!(!payload.contains("李四") && !payload.contains("13800000000"), "{payload}");

    let altered = String::from_utf8(fixture!("W01-apply.json").to_vec()).unwrap().replace("李四", "李五");
    world.send("baohanapply", altered).await.refused_with("sign");
}

#[tokio::test]
async fn w02_an_amount_as_a_json_number_with_one_decimal() {
    let world = World::new().await;
    world.send("baohanapply", fixture!("W02-apply.json")).await.taken();
    assert_eq!(amount(&world.guarantee("WILD0002").await).to_string(), "1000.50");
    let history = world.ledger.history(world.id("WILD0002")).await.unwrap();
    assert!(history.recorded[0].stored.payload.contains(r#""amount":"1000.50""#));
}

#[tokio::test]
async fn w16_a_plus_in_a_form_body() {
    let world = World::of(speaking(|dialect| dialect.body = BodyForm::Form)).await;
    world.send("baohanapply", fixture!("W16-bare-plus.form")).await.refused_with("sign");
    assert!(world.events("WILD0016").await.is_empty());
    let diagnosis = world.diagnosis().await;
    assert!(diagnosis.contains('+'), "{diagnosis}");

    world.send("baohanapply", fixture!("W16-encoded.form")).await.taken();
    let guarantee = world.guarantee("WILD0016").await;
    let sealed = &guarantee.application().unwrap().sealed[&SealedField::SectionNo];
    assert_eq!(sealed, "VbCB+30oDO+5vD6AuoPzwtTJYKMhQ5z0bJYe8ETuAXo=");
}

#[tokio::test]
async fn w21_a_leading_tab_line_breaks_and_nulls() {
    let world = World::new().await;
    world.send("baohanapply", fixture!("W21-apply.json")).await.taken();
    let guarantee = world.guarantee("WILD0021").await;
    let application = guarantee.application().unwrap();
    assert!(!application.sealed.contains_key(&SealedField::BeneficiaryCode));
    assert_eq!(application.platform_code, None);
    assert!(application.extra.is_empty() && application.personal.is_empty());
}

#[tokio::test]
async fn w22_line_breaks_inside_base64() {
    let world = World::new().await;
    world.send("baohanapply", fixture!("W22-apply.json")).await.taken();
    world.issue("WILD0022", "WBH0022").await;
    world.at("2026-03-20 09:05:00");
    world.send("baohanrestore", fixture!("W22-restore.json")).await.taken();
    let guarantee = world.guarantee("WILD0022").await;
    let name = guarantee.issued().unwrap().terms().section_name.unwrap();
    assert_eq!(name, "滨江快速路改造工程（含地下通道、雨污分流及附属绿化）施工总承包一标段");
}

#[tokio::test]
async fn w35_plain_fields_are_no_ciphertext_by_default() {
    let world = World::new().await;
    let answer = world.send("baohanapply", fixture!("W35-apply.json")).await;
    answer.refused_with("biaoduanno");
    assert!(answer.message().contains("sealed"), "{}", answer.message());
    assert!(world.events("WILD0035").await.is_empty());
}

#[tokio::test]
async fn w35_a_platform_that_seals_nothing_needs_no_restore() {
    let world = World::of(speaking(|dialect| dialect.sealed = SealedFields::NONE)).await;
    world.send("baohanapply", fixture!("W35-apply.json")).await.taken();
    world.issue("WILD0035", "WBH0035").await;
    let guarantee = world.guarantee("WILD0035").await;
    let issued = guarantee.issued().unwrap();
    assert_eq!(issued.document.form, baohan_domain::Form::Plain);
    assert_eq!(issued.terms().section_no.as_deref(), Some("E32000000010035001"));

    world.call(&Message::invoice("WILD0035", "WBH0035")).await.taken();
    world.call(&Message::claim("WILD0035", "WBH0035", "800000.00")).await.taken();
    let events = world.events("WILD0035").await;
    assert_eq!(events, ["Applied", "PremiumPaid", "Issued", "InvoiceRequested", "Claimed"]);
}

#[tokio::test]
async fn w38_amounts_are_exact_whatever_their_form() {
    let world = World::new().await;
    world.send("baohanapply", fixture!("W38-six-places.json")).await.taken();
    assert_eq!(amount(&world.guarantee("WILD0038").await), money("800000.00"));

    world.send("baohanapply", fixture!("W38-half-a-fen.json")).await.refused_with("bzjamount");
    assert!(world.events("WILD0138").await.is_empty());

    world.send("baohanapply", fixture!("W38-exponent.json")).await.taken();
    assert_eq!(amount(&world.guarantee("WILD0238").await).to_string(), "800000.00");
}
