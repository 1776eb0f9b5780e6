//! Openings that integrators really bring.

use std::collections::BTreeMap;

use baohan_domain::{SealMode, SealedField};
use baohan_wire::{Call, OpenProblem, Opening, Restore, open_section};

use crate::setup::{at, understood};

fn restore(name: &str) -> Restore {
    match understood("", "baohanrestore", name) {
        Call::Restore(restore) => restore,
        other => panic!("{other:?}"),
    }
}

fn sealed(name: &str) -> BTreeMap<SealedField, String> {
    match understood("", "baohanapply", name) {
        Call::Apply(application) => application.sealed,
        other => panic!("{other:?}"),
    }
}

#[test]
fn w11_a_key_in_base64_on_the_evening_before_with_an_empty_iv() {
    let restore = restore("W11-restore.json");
    assert_eq!(restore.opening_at, at("2026-03-24T09:00:00+08:00"));
    assert_eq!(restore.opening.key(), Some(("ASNFZ4mrze/+3LqYdlQyEA==", None)));
    let (key, iv) = restore.opening.key().unwrap();
    let opened = open_section(&sealed("W01-apply.json"), key, iv).unwrap();
    assert_eq!(opened.terms.section_name.as_deref(), Some("滨江快速路改造工程一标段"));
}

#[test]
fn w12_an_iv_is_there_and_the_data_are_ecb_all_the_same() {
    let restore = restore("W12-restore.json");
    let (key, iv) = restore.opening.key().unwrap();
    assert_eq!(iv, Some("a1b2c3d4e5f60718293a4b5c6d"));
    let opened = open_section(&sealed("W01-apply.json"), key, iv).unwrap();
    assert_eq!(opened.mode, SealMode::Ecb);
    assert_eq!(opened.terms.beneficiary_code.as_deref(), Some("91320100MA1YYYYY1B"));
}

#[test]
fn w12_with_16_bytes_of_iv_the_same_ecb_data_open() {
    let key = "0123456789abcdeffedcba9876543210";
    let opened =
        open_section(&sealed("W01-apply.json"), key, Some("fedcba98765432100123456789abcdef")).unwrap();
    assert_eq!(opened.mode, SealMode::Ecb);
    assert_eq!(opened.terms.beneficiary_name.as_deref(), Some("滨江城市建设投资有限公司"));
}

#[test]
fn w12_with_16_bytes_of_iv_cbc_data_open() {
    let one =
        BTreeMap::from([(SealedField::SectionNo, "+1uPNPif3P+pNDRmTW6wgugjpzVO8dxI8tpDBtuPOaM=".to_owned())]);
    let key = "0123456789abcdeffedcba9876543210";
    let opened = open_section(&one, key, Some("fedcba98765432100123456789abcdef")).unwrap();
    assert_eq!(opened.mode, SealMode::Cbc);
    assert_eq!(opened.terms.section_no.as_deref(), Some("E32000000010012001"));
    let without = open_section(&one, key, None).unwrap_err();
    assert_eq!(without.field, SealedField::SectionNo);
}

#[test]
fn w12_one_field_in_cbc_among_others_in_ecb_opens() {
    let mut mixed = sealed("W01-apply.json");
    mixed.insert(SealedField::SectionNo, "+1uPNPif3P+pNDRmTW6wgugjpzVO8dxI8tpDBtuPOaM=".to_owned());
    let opened =
        open_section(&mixed, "0123456789abcdeffedcba9876543210", Some("/ty6mHZUMhABI0VniavN7w==")).unwrap();
    assert_eq!(opened.mode, SealMode::Cbc);
    assert_eq!(opened.terms.section_no.as_deref(), Some("E32000000010012001"));
    assert_eq!(opened.terms.section_name.as_deref(), Some("滨江快速路改造工程一标段"));
}

#[test]
fn w15_a_ciphertext_of_a_faulty_library_does_not_open_and_is_named() {
    let restore = restore("W15-restore.json");
    let (key, iv) = restore.opening.key().unwrap();
    let fault = open_section(&sealed("W15-apply.json"), key, iv).unwrap_err();
    assert_eq!((fault.field, fault.problem), (SealedField::SectionNo, OpenProblem::DoesNotOpen));
    assert!(fault.message().contains("biaoduanno"), "{}", fault.message());
}

#[test]
fn w22_base64_with_a_line_break_opens_without_it() {
    let restore = restore("W22-restore.json");
    let (key, iv) = restore.opening.key().unwrap();
    let opened = open_section(&sealed("W22-apply.json"), key, iv).unwrap();
    assert_eq!(
        opened.terms.section_name.as_deref(),
        Some("滨江快速路改造工程（含地下通道、雨污分流及附属绿化）施工总承包一标段")
    );
}

#[test]
fn w30_and_w31_are_in_form_and_left_to_the_business_rules() {
    for name in ["W30-restore.json", "W31-restore.json"] {
        assert!(matches!(restore(name).opening, Opening::Key { iv: None, .. }), "{name}");
    }
}
