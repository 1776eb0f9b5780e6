//! `sign`, `seal` and `unseal` on any JSON object.

use baohan_wire::{ManualError, SealKey, Secret, seal_fields, sign_json, unseal_fields};

use crate::setup::{SEAL_KEY, SECRET, call, dialect};

fn key() -> SealKey {
    SealKey::parse(SEAL_KEY).unwrap()
}

const JSON: &str = r#"{"appkey":"jyzx-wild","timestamp":"2026-03-02 09:30:00","applyno":"SQ1","biddername":"江南","biddercode":"91320000MA1XXXXX0A","biaoduanno":"E3200000001000001001","biaoduanname":"一标段","bzjamount":800000.00,"zbr":"滨江","zbrorgnum":null,"x":[1, 2]}"#;

#[test]
fn what_is_sealed_and_signed_by_hand_is_an_application() {
    let sealed = seal_fields(JSON, &dialect(""), &key(), None).unwrap();
    assert!(sealed.contains(r#""biaoduanno":"NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=""#));
    assert!(sealed.contains(r#""bzjamount":800000.00"#), "numbers stay as written");
    assert!(sealed.contains(r#""zbrorgnum":null,"x":[1, 2]"#), "so does the rest");
    let signed = sign_json(&sealed, &dialect(""), &Secret::new(SECRET)).unwrap();
    assert!(call("", "baohanapply", signed.body.as_bytes()).result.is_ok());
}

#[test]
fn a_signature_is_replaced_by_the_new_one() {
    let once = sign_json(JSON, &dialect(""), &Secret::new("other")).unwrap();
    let twice = sign_json(&once.body, &dialect(""), &Secret::new(SECRET)).unwrap();
    assert_eq!(twice.body.matches("\"sign\"").count(), 1);
    assert_ne!(once.sign, twice.sign);
    assert_eq!(once.hashed_text, twice.hashed_text);
}

#[test]
fn what_is_sealed_opens_again() {
    for iv in [None, Some("fedcba98765432100123456789abcdef")] {
        let sealed = seal_fields(JSON, &dialect(""), &key(), iv).unwrap();
        assert_eq!(unseal_fields(&sealed, &dialect(""), &key(), iv).unwrap(), JSON);
    }
}

#[test]
fn what_cannot_be_done_is_told() {
    assert_eq!(
        unseal_fields(JSON, &dialect(""), &key(), None),
        Err(ManualError::NoCiphertext("biaoduanno".to_owned()))
    );
    let sealed = seal_fields(JSON, &dialect(""), &key(), None).unwrap();
    let other = SealKey::parse("00000000000000000000000000000000").unwrap();
    assert_eq!(
        unseal_fields(&sealed, &dialect(""), &other, None),
        Err(ManualError::DoesNotOpen("biaoduanno".to_owned()))
    );
    assert_eq!(seal_fields(JSON, &dialect(""), &key(), Some("short")), Err(ManualError::NoVector));
    assert!(matches!(sign_json("[]", &dialect(""), &Secret::new("x")), Err(ManualError::NoMessage(_))));
    assert!(matches!(
        sign_json(r#"{"a":1,"a":2}"#, &dialect(""), &Secret::new("x")),
        Err(ManualError::NoMessage(_))
    ));
}
