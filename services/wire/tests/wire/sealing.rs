//! Ciphertexts, keys, padding, and what opened values must look like.

use std::collections::BTreeMap;

use baohan_domain::{SealMode, SealedField};
use baohan_wire::{Call, FaultCode, OpenProblem, SealKey, open_section, seal_text, unseal_text};

use crate::setup::{PLAIN_APPLICATION, SEAL_KEY, fault, send};

fn key() -> SealKey {
    SealKey::parse(SEAL_KEY).unwrap()
}

fn one(field: SealedField, sealed: &str) -> BTreeMap<SealedField, String> {
    BTreeMap::from([(field, sealed.to_owned())])
}

fn with_section_no(value: &str) -> String {
    PLAIN_APPLICATION.replace("\"E1\"", &serde_json::to_string(value).unwrap())
}

const ONE_SEALED: &str = r#"sealed = ["biaoduanno"]"#;

#[test]
fn hex_and_base64_are_told_apart_by_form() {
    let base64 = seal_text(&key(), None, "E32000000010035001");
    let hex = to_hex(&base64);
    for sealed in
        [base64.clone(), hex.clone(), hex.to_uppercase(), format!("{}\r\n{}", &base64[..10], &base64[10..])]
    {
        let receipt = send(ONE_SEALED, "baohanapply", &with_section_no(&sealed));
        let Ok(Call::Apply(application)) = receipt.result else { panic!("{sealed}: {:?}", receipt.result) };
        let opened = open_section(&application.sealed, SEAL_KEY, None).unwrap();
        assert_eq!(opened.terms.section_no.as_deref(), Some("E32000000010035001"), "{sealed}");
    }
}

fn to_hex(base64: &str) -> String {
    use base64::Engine as _;
    hex::encode(base64::engine::general_purpose::STANDARD.decode(base64).unwrap())
}

#[test]
fn what_is_no_ciphertext_is_refused_at_the_application() {
    let whole = seal_text(&key(), None, "E1");
    for value in [
        "E1",
        "E32000000010035001",
        "滨江快速路",
        "abcd",
        &whole[..whole.len() - 2],
        &whole[..20],
        &whole.replace('=', ""),
        &format!("{whole} "),
        &to_hex(&whole)[..30],
        "====",
    ] {
        let fault = fault(ONE_SEALED, "baohanapply", &with_section_no(value));
        assert_eq!(fault.code, FaultCode::NotCiphertext, "{value}");
        assert!(fault.message.contains("biaoduanno") && fault.message.contains("sealed"), "{fault}");
    }
}

#[test]
fn a_sealed_fields_own_form_is_checked_when_it_opens() {
    let toml = r#"sealed = ["bzjamount"]"#;
    for (plain, right) in
        [("800000.00", true), ("lots", false), ("-1", false), ("0.001", false), ("0", false)]
    {
        let sealed = seal_text(&key(), None, plain);
        let members = PLAIN_APPLICATION.replace("\"800000.00\"", &format!("\"{sealed}\""));
        let Ok(Call::Apply(application)) = send(toml, "baohanapply", &members).result else {
            panic!("{plain}")
        };
        assert_eq!(application.terms.amount, None, "nobody knows it yet");
        match open_section(&application.sealed, SEAL_KEY, None) {
            Ok(opened) => assert!(right && opened.terms.amount.unwrap().to_string() == "800000.00"),
            Err(fault) => {
                assert!(!right, "{plain}: {fault}");
                assert_eq!((fault.field, fault.problem), (SealedField::Amount, OpenProblem::Form));
                assert!(fault.message().contains("bzjamount"));
            }
        }
    }
}

#[test]
fn any_field_of_an_application_can_be_sealed() {
    let toml =
        r#"sealed = ["biaoduanno","biaoduanname","zbr","zbrorgnum","biddername","biddercode","bzjamount"]"#;
    let seal = |text: &str| seal_text(&key(), None, text);
    let members = format!(
        r#""applyno":"SQ1","biddername":"{}","biddercode":"{}","biaoduanno":"{}","biaoduanname":"{}","bzjamount":"{}","zbr":"{}","zbrorgnum":"{}""#,
        seal("江南"),
        seal("9132"),
        seal("E1"),
        seal("一标段"),
        seal("1.00"),
        seal("滨江"),
        seal("9133")
    );
    let Ok(Call::Apply(application)) = send(toml, "baohanapply", &members).result else { panic!() };
    assert_eq!(application.sealed.len(), 7);
    let terms = open_section(&application.sealed, SEAL_KEY, None).unwrap().terms;
    assert_eq!(terms.applicant_name.as_deref(), Some("江南"));
    assert_eq!(terms.applicant_code.as_deref(), Some("9132"));
    assert_eq!(terms.beneficiary_code.as_deref(), Some("9133"));
    assert_eq!(terms.amount.unwrap().to_string(), "1.00");
}

#[test]
fn another_key_opens_nothing_and_the_first_field_is_named() {
    let sealed = BTreeMap::from([
        (SealedField::SectionName, seal_text(&key(), None, "一标段")),
        (SealedField::BeneficiaryName, seal_text(&key(), None, "滨江")),
    ]);
    let fault = open_section(&sealed, "ffffffffffffffffffffffffffffffff", None).unwrap_err();
    assert_eq!((fault.field, fault.problem), (SealedField::SectionName, OpenProblem::DoesNotOpen));
}

#[test]
fn a_key_of_no_form_is_named_as_the_key() {
    let fault = open_section(&one(SealedField::SectionNo, "x"), "short", None).unwrap_err();
    assert_eq!(fault.problem, OpenProblem::NoKey);
    assert!(fault.message().contains("key"));
}

#[test]
fn a_vector_in_hex_or_base64_means_cbc_first() {
    let iv = *b"\xfe\xdc\xba\x98\x76\x54\x32\x10\x01\x23\x45\x67\x89\xab\xcd\xef";
    let sealed = one(SealedField::SectionName, &seal_text(&key(), Some(iv), "滨江快速路改造工程一标段"));
    for text in
        ["fedcba98765432100123456789abcdef", "FEDCBA98765432100123456789ABCDEF", "/ty6mHZUMhABI0VniavN7w=="]
    {
        let opened = open_section(&sealed, SEAL_KEY, Some(text)).unwrap();
        assert_eq!(opened.mode, SealMode::Cbc, "{text}");
        assert_eq!(opened.terms.section_name.as_deref(), Some("滨江快速路改造工程一标段"));
    }
    for text in ["", "abc", "sixteen letters!", "fedcba98765432100123456789abcde"] {
        assert!(open_section(&sealed, SEAL_KEY, Some(text)).is_err(), "{text} is no vector");
    }
}

#[test]
fn a_vector_of_ones_does_not_open_ecb_data_wrongly() {
    // With iv 01…01 the single block's padding 0b…0b reads as 0a…0a in CBC: right padding, wrong text with a line feed.
    let sealed = one(SealedField::SectionNo, &seal_text(&key(), None, "E3201"));
    let opened = open_section(&sealed, SEAL_KEY, Some("01010101010101010101010101010101")).unwrap();
    assert_eq!((opened.mode, opened.terms.section_no.as_deref()), (SealMode::Ecb, Some("E3201")));
}

#[test]
fn nothing_but_blanks_or_control_characters_is_no_value() {
    for plain in ["", "   ", "a\nb", "\u{0}"] {
        let sealed = one(SealedField::SectionNo, &seal_text(&key(), None, plain));
        assert_eq!(
            open_section(&sealed, SEAL_KEY, None).unwrap_err().problem,
            OpenProblem::Form,
            "{plain:?}"
        );
    }
}

#[test]
fn every_last_byte_of_a_block_is_survived() {
    // Any ciphertext block decrypts to some last byte; 2,000 of them cover every value without a panic.
    for number in 0_u32..2_000 {
        let block = format!("{number:032x}");
        let _ = open_section(&one(SealedField::SectionNo, &block), SEAL_KEY, Some(SEAL_KEY));
    }
}

#[test]
fn what_seals_opens_again() {
    for text in ["", "a", "exactly 16 bytes", "滨江城市建设投资有限公司", &"长".repeat(300)] {
        assert_eq!(unseal_text(&key(), None, &seal_text(&key(), None, text)).as_deref(), Some(text));
        let iv = Some([7; 16]);
        let sealed = seal_text(&key(), iv, text);
        assert_eq!(
            unseal_text(&key(), Some("07070707070707070707070707070707"), &sealed).as_deref(),
            Some(text)
        );
    }
}

#[test]
fn keys_are_never_printed() {
    assert_eq!(format!("{:?}", key()), "***");
}
