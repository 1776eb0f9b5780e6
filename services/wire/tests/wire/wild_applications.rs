//! Applications that integrators really send.

use baohan_domain::{Money, SealedField};
use baohan_wire::{Application, Call, FaultCode, MarkCode};

use crate::setup::{call, diagnosed, fixture, refused, understood};

fn application(toml: &str, name: &str) -> Application {
    match understood(toml, "baohanapply", name) {
        Call::Apply(application) => application,
        other => panic!("{other:?}"),
    }
}

fn money(text: &str) -> Money {
    Money::from_decimal_text(text).unwrap()
}

#[test]
fn w01_extra_fields_ride_along_and_are_signed() {
    let application = application("", "W01-apply.json");
    assert_eq!(application.extra["platformcode"], "A3299990121");
    assert_eq!(application.personal["jbrname"], "李四");
    assert_eq!(application.personal["jbrphone"], "13800000000");
    let body = String::from_utf8(fixture("W01-apply.json")).unwrap().replace("13800000000", "13800000001");
    let fault = call("", "baohanapply", body.as_bytes()).result.unwrap_err();
    assert_eq!(fault.code, FaultCode::SignMismatch, "an extra field is signed");
}

#[test]
fn w01_the_centres_code_is_on_the_receipt() {
    let receipt = call("", "baohanapply", &fixture("W01-apply.json"));
    assert_eq!(receipt.platform_code.as_deref(), Some("A3299990121"));
    assert_eq!(receipt.application_no.as_deref(), Some("WILD0001"));
    assert_eq!(receipt.appkey.as_deref(), Some("jyzx-wild"));
}

#[test]
fn w02_an_amount_with_one_decimal_is_signed_as_written_and_read_exactly() {
    assert_eq!(application("", "W02-apply.json").terms.amount, Some(money("1000.50")));
}

#[test]
fn w15_a_ciphertext_of_a_faulty_library_is_taken_as_it_came() {
    let application = application("", "W15-apply.json");
    assert_eq!(application.sealed[&SealedField::SectionNo], "g2zplkjEndybNz6dciJy0Rz/zeZtIVFb01Inmfui/bI=");
}

#[test]
fn w16_an_encoded_plus_arrives() {
    let application = application("body = \"form\"", "W16-apply-encoded.form");
    assert_eq!(application.sealed[&SealedField::SectionNo], "VbCB+30oDO+5vD6AuoPzwtTJYKMhQ5z0bJYe8ETuAXo=");
}

#[test]
fn w16_a_bare_plus_is_refused_and_explained_and_never_repaired() {
    let found = diagnosed("body = \"form\"", "baohanapply", "W16-apply-bare-plus.form");
    assert_eq!(found, ["base64-plus-as-blank"]);
    let fault = refused("body = \"form\"", "baohanapply", "W16-apply-bare-plus.form");
    let diagnosis = fault.diagnosis.unwrap();
    assert!(diagnosis.findings[0].explanation.contains("biaoduanno"));
    assert!(diagnosis.findings[0].explanation.contains("空格"));
    assert!(
        diagnosis.hashed_text.contains("biaoduanno=VbCB 30oDO 5vD6"),
        "what was hashed is told as it was"
    );
}

#[test]
fn w21_a_tab_line_breaks_and_nulls_are_no_trouble() {
    let application = application("", "W21-apply.json");
    assert!(!application.sealed.contains_key(&SealedField::BeneficiaryCode));
    assert!(application.extra.is_empty(), "a null is absent");
    assert_eq!(application.terms.amount, Some(money("800000")));
}

#[test]
fn w22_base64_with_a_line_break_is_signed_and_kept_with_it() {
    let application = application("", "W22-apply.json");
    assert!(application.sealed[&SealedField::SectionName].contains('\n'));
}

#[test]
fn w35_plain_values_are_no_ciphertext() {
    let fault = refused("", "baohanapply", "W35-apply.json");
    assert_eq!(fault.code, FaultCode::NotCiphertext);
    assert!(fault.message.contains("biaoduanno") && fault.message.contains("sealed"), "{fault}");
}

#[test]
fn w35_a_platform_that_seals_nothing_sends_plain_values() {
    let application = application("sealed = []", "W35-apply.json");
    assert!(application.sealed.is_empty());
    assert_eq!(application.terms.section_no.as_deref(), Some("E32000000010035001"));
    assert_eq!(application.terms.section_name.as_deref(), Some("滨江快速路改造工程一标段"));
    assert_eq!(application.terms.beneficiary_name.as_deref(), Some("滨江城市建设投资有限公司"));
    assert_eq!(application.terms.beneficiary_code.as_deref(), Some("91320100MA1YYYYY1B"));
}

#[test]
fn w38_six_places_are_a_whole_number_of_fen() {
    assert_eq!(application("", "W38-apply-six-places.json").terms.amount, Some(money("800000")));
}

#[test]
fn w38_half_a_fen_is_refused_by_name() {
    let fault = refused("", "baohanapply", "W38-apply-half-a-fen.json");
    assert_eq!(fault.code, FaultCode::FieldForm);
    assert!(fault.message.contains("bzjamount"), "{fault}");
}

#[test]
fn w38_an_exponent_is_read_exactly() {
    assert_eq!(application("", "W38-apply-exponent.json").terms.amount, Some(money("800000")));
}

#[test]
fn usual_applications_are_marked_with_nothing() {
    assert_eq!(call("", "baohanapply", &fixture("W01-apply.json")).marks, []);
}

#[test]
fn an_unusual_firms_code_is_kept_and_marked() {
    let members = crate::setup::PLAIN_APPLICATION.replace("91320000MA1XXXXX0A", "320000-XYZ");
    let receipt = crate::setup::send("sealed = []", "baohanapply", &members);
    assert_eq!(receipt.marks.len(), 1);
    assert_eq!(
        (receipt.marks[0].code, receipt.marks[0].field.as_str()),
        (MarkCode::UnusualFirmCode, "biddercode")
    );
    let Ok(Call::Apply(application)) = receipt.result else { panic!() };
    assert_eq!(application.terms.applicant_code.as_deref(), Some("320000-XYZ"));
}
