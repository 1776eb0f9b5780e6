//! What holds for every message and every dialect.

use std::fmt::Write as _;

use baohan_wire::{
    Absent, Charset, Dialect, DigestForm, Directory, KeyOrder, NestedText, NumberText, Platform, Receipt,
    SealedFields, Secret, SecretPlace, open_section, parse_reply, parse_sections, receive, receive_notice,
    sign_json,
};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::setup::{APPKEY, SECRET, morning, platform};

const INTERFACES: [&str; 12] = [
    "baohanapply",
    "baohannotice",
    "baohanrestore",
    "restorenotice",
    "invoiceapply",
    "invoicenotice",
    "quitapply",
    "quitnotice",
    "canclenotice",
    "claimsnotice",
    "checkbaohanlist",
    "getbiaoduanyichang",
];

fn dialects() -> impl Strategy<Value = Dialect> {
    let signature = (
        select(KeyOrder::ALL),
        select(Absent::ALL),
        any::<bool>(),
        select(SecretPlace::ALL),
        select(DigestForm::ALL),
        select(NumberText::ALL),
        select(NestedText::ALL),
        select(Charset::ALL),
    );
    signature.prop_map(|(key_order, absent, trim, secret, digest, numbers, nested, charset)| Dialect {
        key_order,
        absent,
        trim,
        secret,
        digest,
        numbers,
        nested,
        charset,
        sealed: SealedFields::NONE,
        ..Dialect::default()
    })
}

/// Texts of one line that GBK can express, blanks at the ends included.
fn lines() -> impl Strategy<Value = String> {
    let characters = select("abcXYZ019 -_./保函标段投标人（）&=".chars().collect::<Vec<_>>());
    vec(characters, 1..12).prop_map(|characters| characters.into_iter().collect())
}

/// A claim, its amount as a text or a number, its list as a text or an array, its reason under either name.
fn claims() -> impl Strategy<Value = String> {
    let amount = prop_oneof![
        (1_u32..1_000_000).prop_map(|yuan| format!("{yuan}")),
        (1_u32..1_000_000, 0_u32..100).prop_map(|(yuan, fen)| format!("{yuan}.{fen:02}")),
        (1_u32..1_000_000).prop_map(|yuan| format!("\"{yuan}.50\"")),
    ];
    let list = prop_oneof![
        Just("[{\"fileurl\":\"https://f/a\"}]".to_owned()),
        Just("[ {\"fileurl\": \"https://f/a?x=1\"}, {\"fileurl\":\"https://f/b\"} ]".to_owned()),
        Just("\"[{\\\"fileurl\\\":\\\"https://f/a\\\"}]\"".to_owned()),
        Just("null".to_owned()),
    ];
    (amount, list, lines(), lines(), select(vec!["Reason", "reason"])).prop_map(|(amount, list, name, note, reason)| {
        let text = |text: &str| serde_json::to_string(text).unwrap();
        format!(
            r#"{{"appkey":"{APPKEY}","timestamp":"2026-03-02 09:30:00","applyno":"SQ1","baohanno":"BH1","payeraccount":"6222","payeramount":{amount},"filelist":{list},"applyusername":{},"applyuserphone":"13800000001","{reason}":"x","note":{},"empty":"","nothing":null}}"#,
            text(&format!("王{name}")),
            text(&note),
        )
    })
}

fn received(dialect: &Dialect, body: &[u8]) -> Receipt {
    let platform = Platform { dialect: dialect.clone(), ..platform("") };
    receive(&Directory::new([platform]).unwrap(), "", "claimsnotice", body, morning())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn what_a_dialect_signs_it_verifies(dialect in dialects(), claim in claims()) {
        let body = sign_json(&claim, &dialect, &Secret::new(SECRET)).unwrap().body;
        match received(&dialect, body.as_bytes()).result {
            Ok(_) => {}
            // The text may hold what looks like a neighbour: refused after its signature held.
            Err(fault) => prop_assert_eq!(fault.code.as_str(), "ambiguous-value", "{}", fault),
        }
    }

    #[test]
    fn one_changed_byte_never_verifies_as_something_else(
        dialect in dialects(), claim in claims(), place in any::<prop::sample::Index>(), byte in any::<u8>()
    ) {
        let body = sign_json(&claim, &dialect, &Secret::new(SECRET)).unwrap().body;
        let mut changed = body.clone().into_bytes();
        let place = place.index(changed.len());
        prop_assume!(changed[place] != byte);
        changed[place] = byte;
        if let (Ok(call), Ok(original)) = (received(&dialect, &changed).result, received(&dialect, body.as_bytes()).result) {
            // Blanks between the parts, the case of the signature's hex, the name of a field without a value: no content.
            prop_assert_eq!(call.content(), original.content(), "{}", String::from_utf8_lossy(&changed));
        }
    }

    #[test]
    fn a_changed_value_never_verifies(dialect in dialects(), claim in claims(), other in 1_u32..1_000_000) {
        let body = sign_json(&claim, &dialect, &Secret::new(SECRET)).unwrap().body;
        let changed = body.replacen("\"payeraccount\":\"6222\"", &format!("\"payeraccount\":\"7{other}\""), 1);
        prop_assert!(received(&dialect, changed.as_bytes()).result.is_err());
    }

    #[test]
    fn another_secret_never_verifies(dialect in dialects(), claim in claims(), secret in "[a-z0-9-]{1,20}") {
        prop_assume!(secret != SECRET);
        let body = sign_json(&claim, &dialect, &Secret::new(secret)).unwrap().body;
        prop_assert!(received(&dialect, body.as_bytes()).result.is_err());
    }

    #[test]
    fn no_body_makes_anything_panic(
        dialect in dialects(), interface in select(INTERFACES.to_vec()), body in bodies()
    ) {
        let platform = Platform { dialect, ..platform("") };
        let _ = parse_reply(&platform, &body);
        let _ = parse_sections(&platform, &body);
        let _ = baohan_wire::parse_reconciliation(&platform, &body);
        let directory = Directory::new([platform]).unwrap();
        let _ = receive(&directory, "", interface, &body, morning());
        let _ = receive_notice(&directory, "", interface, &body, morning());
    }

    #[test]
    fn no_signed_body_makes_anything_panic(
        dialect in dialects(), interface in select(INTERFACES.to_vec()), object in objects()
    ) {
        if let Ok(signed) = sign_json(&object, &dialect, &Secret::new(SECRET)) {
            let platform = Platform { dialect, ..platform("") };
            let directory = Directory::new([platform]).unwrap();
            let body = signed.body.as_bytes();
            let ours = receive(&directory, "", interface, body, morning());
            let theirs = receive_notice(&directory, "", interface, body, morning());
            for code in [ours.result.err().map(|fault| fault.code), theirs.result.err().map(|fault| fault.code)] {
                prop_assert_ne!(code.map(baohan_wire::FaultCode::as_str), Some("sign-mismatch"), "{}", object);
            }
        }
    }

    #[test]
    fn no_ciphertext_key_or_vector_makes_opening_panic(sealed in ".{0,100}", key in ".{0,40}", iv in ".{0,40}") {
        let sealed = std::iter::once((baohan_domain::SealedField::SectionNo, sealed)).collect();
        let _ = open_section(&sealed, &key, Some(&iv));
    }
}

/// Bytes, texts, and texts that are nearly JSON.
fn bodies() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..300),
        ".{0,200}".prop_map(String::into_bytes),
        "[\\{\\}\\[\\],:\"\\\\a1 ]{0,60}".prop_map(String::into_bytes),
        "requestData=[%+&=A-F0-9{}\"]{0,80}".prop_map(String::into_bytes),
        objects().prop_map(String::into_bytes),
    ]
}

/// JSON objects with known names and odd values.
fn objects() -> impl Strategy<Value = String> {
    let name = select(vec![
        "applyno",
        "baohanno",
        "bzjamount",
        "amount",
        "payeramount",
        "payeraccount",
        "type",
        "kaibiaotime",
        "key",
        "iv",
        "filelist",
        "biaoduanno",
        "biaoduanname",
        "zbr",
        "biddername",
        "biddercode",
        "Reason",
        "reason",
        "startdate",
        "enddate",
        "baohanfile",
        "rate",
        "cost",
        "applystatus",
        "generatetime",
        "platformcode",
        "updatetime",
        "applyusername",
        "applyuserphone",
        "code",
        "data",
        "x&y=",
    ]);
    let value = prop_oneof![
        Just("null".to_owned()),
        Just("true".to_owned()),
        Just("\"\"".to_owned()),
        Just("[]".to_owned()),
        Just("\"[{\\\"fileurl\\\":\\\"a\\\"}]\"".to_owned()),
        Just("{\"yichanglist\":[{\"biaoduanno\":1}],\"baohanlist\":[{}]}".to_owned()),
        Just("\"2026-03-02 09:30:00\"".to_owned()),
        Just("\"2026-03-02\"".to_owned()),
        "-?(0|[1-9][0-9]{0,22})(\\.[0-9]{1,9})?([eE][+-]?[0-9]{1,3})?",
        ".{0,30}".prop_map(|text| serde_json::to_string(&text).unwrap()),
    ];
    vec((name, value), 0..10).prop_map(|members| {
        let mut text = format!("{{\"appkey\":\"{APPKEY}\",\"timestamp\":\"2026-03-02 09:30:00\"");
        for (name, value) in members {
            write!(text, ",\"{name}\":{value}").unwrap();
        }
        text.push('}');
        text
    })
}
