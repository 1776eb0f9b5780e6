//! The dialect as it stands in the configuration.

use std::collections::BTreeSet;

use baohan_domain::SealedField;
use baohan_wire::{
    Absent, AbsentOut, BodyForm, Charset, Dialect, DigestForm, EarlyRestore, FileMd5, KeyOrder, NestedText,
    NumberText, QuitRefused, RateForm, ReplyCode, RestoreForm, SecretPlace, Times, WithdrawnNotice,
};

use crate::setup::dialect;

#[test]
fn the_default_is_the_specification() {
    let default = dialect("");
    assert_eq!(default, Dialect::default());
    assert_eq!(default.success_value, "1");
    assert_eq!(default.early_restore_max_hours, 24);
    assert_eq!(default.plain_extras, BTreeSet::from(["platformcode".to_owned()]));
    let sealed: Vec<_> = default.sealed.iter().collect();
    assert_eq!(
        sealed,
        [
            SealedField::SectionNo,
            SealedField::SectionName,
            SealedField::BeneficiaryName,
            SealedField::BeneficiaryCode
        ]
    );
}

#[test]
fn each_key_takes_each_of_its_values_and_the_first_is_the_default() {
    macro_rules! values {
        ($key:ident, $choice:ident, [$($text:literal),+]) => {
            let texts = [$($text),+];
            assert_eq!($choice::ALL.len(), texts.len(), stringify!($key));
            assert_eq!($choice::default(), $choice::ALL[0], stringify!($key));
            for (value, text) in $choice::ALL.iter().zip(texts) {
                assert_eq!(value.as_str(), text);
                let read = dialect(&format!("{} = \"{text}\"", stringify!($key)));
                assert_eq!(read.$key, *value, "{text}");
            }
        };
    }
    values!(key_order, KeyOrder, ["ascii", "case-insensitive"]);
    values!(absent, Absent, ["skip", "keep-empty", "keep-blank"]);
    values!(secret, SecretPlace, ["appsecret", "ampersand", "append", "hmac"]);
    values!(digest, DigestForm, ["sm3-hex", "sm3-hex-upper", "sm3-base64", "md5-hex"]);
    values!(numbers, NumberText, ["as-written", "java-double", "java-decimal"]);
    values!(nested, NestedText, ["compact-json", "as-received", "java"]);
    values!(charset, Charset, ["utf-8", "gbk"]);
    values!(restore, RestoreForm, ["key", "plain", "either"]);
    values!(body, BodyForm, ["json", "form"]);
    values!(reply_code, ReplyCode, ["string", "number"]);
    values!(absent_out, AbsentOut, ["omit", "empty"]);
    values!(rate, RateForm, ["fraction", "percent"]);
    values!(file_md5, FileMd5, ["none", "bytes", "base64"]);
    values!(quit_refused, QuitRefused, ["silent", "applystatus"]);
    values!(early_restore, EarlyRestore, ["accept", "hold", "refuse"]);
    values!(withdrawn_notice, WithdrawnNotice, ["none", "applystatus"]);
    values!(times, Times, ["strict", "lenient"]);
}

#[test]
fn an_unknown_key_or_value_is_refused() {
    for toml in ["key_orders = \"ascii\"", "absent = \"drop\"", "trim = \"yes\"", "success_value = 1"] {
        assert!(toml::from_str::<Dialect>(toml).is_err(), "{toml}");
    }
}

#[test]
fn every_key_is_listed() {
    for key in Dialect::KEYS {
        let error = toml::from_str::<Dialect>(&format!("{key} = {{ nothing = 1 }}")).unwrap_err().to_string();
        assert!(!error.contains("unknown field"), "{key}: {error}");
    }
    let error = toml::from_str::<Dialect>("nothing = 1").unwrap_err().to_string();
    for key in Dialect::KEYS {
        assert!(error.contains(&format!("`{key}`")), "{key} is no field: {error}");
    }
    assert_eq!(error.matches("`, `").count() + 1, Dialect::KEYS.len(), "a field is not listed: {error}");
}

#[test]
fn only_fields_of_an_application_can_be_sealed() {
    assert!(dialect("sealed = []").sealed.is_empty());
    assert!(dialect(r#"sealed = ["bzjamount", "bzjamount"]"#).sealed.contains(SealedField::Amount));
    let error = toml::from_str::<Dialect>(r#"sealed = ["applyno"]"#).unwrap_err().to_string();
    assert!(error.contains("applyno") && error.contains("biaoduanno"), "{error}");
}

#[test]
fn a_sealed_key_is_never_printed() {
    let dialect = dialect(r#"sealed_key = "0123456789abcdeffedcba9876543210""#);
    assert!(!format!("{dialect:?}").contains("0123456789"));
}
