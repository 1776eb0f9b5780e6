//! What a restore may bring, by dialect.

use baohan_wire::{Call, Fault, FaultCode, Opening};

use crate::setup::send;

const NUMBERS: &str = r#""applyno":"SQ1","baohanno":"BH1","kaibiaotime":"2026-03-24 09:00:00""#;
const KEY: &str = r#""key":"0123456789abcdeffedcba9876543210""#;
const PLAIN: &str = r#""biaoduanno":"E1","biaoduanname":"一标段","zbr":"滨江公司""#;

fn opening(toml: &str, members: &str) -> Result<Opening, Fault> {
    match send(toml, "baohanrestore", &format!("{NUMBERS},{members}")).result {
        Ok(Call::Restore(restore)) => Ok(restore.opening),
        Ok(other) => panic!("{other:?}"),
        Err(fault) => Err(fault),
    }
}

#[test]
fn a_key_comes_by_default_with_or_without_an_iv() {
    assert!(matches!(opening("", KEY), Ok(Opening::Key { iv: None, .. })));
    let with_iv = opening("", &format!(r#"{KEY},"iv":"abc""#)).unwrap();
    assert_eq!(with_iv.key().unwrap().1, Some("abc"));
}

#[test]
fn plain_values_do_not_stand_for_a_key() {
    assert!(opening("", PLAIN).unwrap_err().message.contains("key"));
}

#[test]
fn a_key_has_one_of_three_forms() {
    for key in ["0123456789ABCDEFFEDCBA9876543210", "ASNFZ4mrze/+3LqYdlQyEA==", "sixteen letters!"] {
        assert!(opening("", &format!(r#""key":"{key}""#)).is_ok(), "{key}");
    }
    for key in ["0123456789abcdeffedcba987654321", "short", "十六个汉字不是十六个字节的一把钥匙"]
    {
        let fault = opening("", &format!(r#""key":"{key}""#)).unwrap_err();
        assert!(fault.code == FaultCode::FieldForm && fault.message.contains("key"), "{fault}");
        assert!(!fault.message.contains(key), "a key is never told");
    }
}

#[test]
fn plain_values_come_where_that_is_agreed() {
    let Ok(Opening::Plain(terms)) = opening(r#"restore = "plain""#, PLAIN) else { panic!() };
    assert_eq!(terms.section_no.as_deref(), Some("E1"));
    assert_eq!(terms.beneficiary_code, None);
    assert!(opening(r#"restore = "plain""#, KEY).unwrap_err().message.contains("biaoduanno"));
    let part = r#""biaoduanno":"E1","biaoduanname":"一标段""#;
    assert!(opening(r#"restore = "plain""#, part).unwrap_err().message.contains("zbr"));
}

#[test]
fn plain_values_are_held_to_their_forms() {
    let toml = "restore = \"plain\"\nsealed = [\"biaoduanno\", \"bzjamount\"]";
    let fault = opening(toml, r#""biaoduanno":"E1","bzjamount":"a lot""#).unwrap_err();
    assert!(fault.message.contains("bzjamount"), "{fault}");
    let Ok(Opening::Plain(terms)) = opening(toml, r#""biaoduanno":"E1","bzjamount":"1.00""#) else {
        panic!()
    };
    assert_eq!(terms.amount.unwrap().to_string(), "1.00");
}

#[test]
fn either_takes_the_key_first() {
    let toml = r#"restore = "either""#;
    assert!(matches!(opening(toml, KEY), Ok(Opening::Key { .. })));
    assert!(matches!(opening(toml, PLAIN), Ok(Opening::Plain(_))));
    assert!(matches!(opening(toml, &format!("{KEY},{PLAIN}")), Ok(Opening::Key { .. })));
    assert!(opening(toml, r#""note":"x""#).unwrap_err().message.contains("key"));
}

#[test]
fn a_key_fixed_for_the_platform_is_used_when_the_restore_brings_none() {
    let toml = r#"sealed_key = "0123456789abcdeffedcba9876543210""#;
    let fixed = opening(toml, r#""note":"x""#).unwrap();
    assert!(matches!(fixed, Opening::PlatformKey { .. }));
    assert_eq!(fixed.key().unwrap().0, "0123456789abcdeffedcba9876543210");
    assert!(matches!(opening(toml, KEY), Ok(Opening::Key { .. })));
    let both = format!("restore = \"either\"\n{toml}");
    assert!(matches!(opening(&both, PLAIN), Ok(Opening::Plain(_))));
}

#[test]
fn nothing_needs_to_come_where_nothing_is_sealed() {
    assert_eq!(opening("sealed = []", r#""note":"x""#), Ok(Opening::Nothing));
}

#[test]
fn a_key_that_comes_where_nothing_is_sealed_any_more_is_kept() {
    assert!(matches!(opening("sealed = []", KEY), Ok(Opening::Key { .. })));
    assert_eq!(opening("sealed = []", r#""key":"-""#), Ok(Opening::Nothing));
}

#[test]
fn plain_values_are_no_unknown_fields() {
    let members = format!("{NUMBERS},{PLAIN}");
    let Ok(Call::Restore(restore)) = send(r#"restore = "plain""#, "baohanrestore", &members).result else {
        panic!()
    };
    assert!(restore.personal.is_empty() && restore.extra.is_empty());
}

#[test]
fn the_same_key_in_another_form_is_the_same_content() {
    let content = |key: &str, iv: &str| {
        let members = format!(r#"{NUMBERS},"key":"{key}"{iv}"#);
        send("", "baohanrestore", &members).result.unwrap().content()
    };
    let hex = content("0123456789abcdeffedcba9876543210", "");
    assert_eq!(hex, content("ASNFZ4mrze/+3LqYdlQyEA==", r#","iv":"a1b2""#));
    assert_ne!(hex, content("0123456789abcdeffedcba9876543211", ""));
}
