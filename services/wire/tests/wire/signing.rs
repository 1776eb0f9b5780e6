//! The signed text and the hash, for each value of each dialect key.

use baohan_wire::{Dialect, Secret, sign_json};

use crate::setup::{call, dialect, message, send, signed, text};

const SMALL: &str =
    r#"{"timestamp":"2026-03-02 09:30:00","applyno":"SQ1","baohanno":"BH1","appkey":"jyzx-dialect"}"#;

fn sign_of(toml: &str) -> String {
    let signed = sign_json(SMALL, &dialect(toml), &Secret::new("dialect-secret")).unwrap();
    assert_eq!(
        signed.hashed_text,
        "appkey=jyzx-dialect&applyno=SQ1&baohanno=BH1&timestamp=2026-03-02 09:30:00"
    );
    signed.sign
}

// Right values of the next seven were made with OpenSSL's SM3, MD5 and HMAC.

#[test]
fn the_secret_stands_behind_appsecret() {
    assert_eq!(sign_of(""), "98ab0079d5dd01a3e695593c0f7ff11ba2cf3b8021b9dfd5beeb1a7045d6cef7");
}

#[test]
fn the_secret_stands_behind_an_ampersand() {
    let sign = sign_of(r#"secret = "ampersand""#);
    assert_eq!(sign, "792e1783424ba3aaebdb4dc4f881772d4808ce5fc0209931a42a89dd773f4d55");
}

#[test]
fn the_secret_stands_directly_behind() {
    assert_eq!(
        sign_of(r#"secret = "append""#),
        "50c645eb1279d1b9248ae15fc898f0c3b6da23ebace582e4767c789f51f98f68"
    );
}

#[test]
fn the_secret_keys_an_hmac() {
    assert_eq!(
        sign_of(r#"secret = "hmac""#),
        "134f7f2bc6390af499a5c60f354760822cf0512af3d08cd68b58f211f19416e5"
    );
    let md5 = sign_of("secret = \"hmac\"\ndigest = \"md5-hex\"");
    assert_eq!(md5, "cc06fe71fa937aae03301092aef486ae");
}

#[test]
fn the_digest_is_upper_case_hex() {
    let sign = sign_of(r#"digest = "sm3-hex-upper""#);
    assert_eq!(sign, "98AB0079D5DD01A3E695593C0F7FF11BA2CF3B8021B9DFD5BEEB1A7045D6CEF7");
}

#[test]
fn the_digest_is_base64() {
    assert_eq!(sign_of(r#"digest = "sm3-base64""#), "mKsAedXdAaPmlVk8D3/xG6LPO4Ahud/VvusacEXWzvc=");
}

#[test]
fn the_digest_is_md5() {
    assert_eq!(sign_of(r#"digest = "md5-hex""#), "c4c9adc2a3f3cb6516427dae81b8d34a");
}

#[test]
fn hex_is_taken_in_either_case_and_base64_in_its_own() {
    let members = r#""applyno":"SQ1","baohanno":"BH1""#;
    for toml in ["", r#"digest = "sm3-hex-upper""#, r#"digest = "md5-hex""#] {
        let body = String::from_utf8(signed(toml, &message(members))).unwrap();
        let at = body.find("\"sign\":\"").unwrap() + 8;
        for other in [body[at..].to_lowercase(), body[at..].to_uppercase()] {
            let body = format!("{}{other}", &body[..at]);
            assert!(call(toml, "canclenotice", body.as_bytes()).result.is_ok(), "{toml}: {body}");
        }
    }
    let body = String::from_utf8(signed(r#"digest = "sm3-base64""#, &message(members))).unwrap();
    let at = body.find("\"sign\":\"").unwrap() + 8;
    let body = format!("{}{}", &body[..at], body[at..].to_lowercase());
    assert!(call(r#"digest = "sm3-base64""#, "canclenotice", body.as_bytes()).result.is_err());
}

#[test]
fn keys_stand_in_byte_order_or_without_case() {
    let json = r#"{"b":"2","Reason":"r","a":"1","z":"3"}"#;
    assert_eq!(text("", json), "Reason=r&a=1&b=2&z=3");
    assert_eq!(text(r#"key_order = "case-insensitive""#, json), "a=1&b=2&Reason=r&z=3");
}

#[test]
fn what_is_absent_is_skipped_or_kept() {
    let json = r#"{"a":"1","b":null,"c":"","d":"  ","e":[],"f":{ },"g":"[]","h":"　"}"#;
    assert_eq!(text("", json), "a=1&g=[]");
    assert_eq!(text(r#"absent = "keep-empty""#, json), "a=1&b=&c=&d=  &e=[]&f={}&g=[]&h=　");
    assert_eq!(text(r#"absent = "keep-blank""#, json), "a=1&d=  &e=[]&f={}&g=[]&h=　");
}

#[test]
fn values_are_trimmed_as_java_trims() {
    let json = "{\"a\":\" 1\\t\",\"b\":\"　2　\",\"c\":\"x y\"}";
    assert_eq!(text("", json), "a= 1\t&b=　2　&c=x y");
    assert_eq!(text("trim = true", json), "a=1&b=　2　&c=x y");
    assert_eq!(text("trim = true\nabsent = \"keep-blank\"", r#"{"a":"  ","b":"1"}"#), "a=&b=1");
}

#[test]
fn numbers_are_signed_as_written() {
    let json = r#"{"a":800000.00,"b":1.50,"c":8E+5,"d":-0,"e":12345678901234567890.10,"f":true,"g":false}"#;
    assert_eq!(text("", json), "a=800000.00&b=1.50&c=8E+5&d=-0&e=12345678901234567890.10&f=true&g=false");
}

#[test]
fn numbers_are_signed_as_javas_doubles() {
    let json = r#"{"a":0,"b":3200,"c":800000.00,"d":12345678.9,"e":0.0001,"f":"7"}"#;
    let java = text(r#"numbers = "java-double""#, json);
    assert_eq!(java, "a=0.0&b=3200.0&c=800000.0&d=1.23456789E7&e=1.0E-4&f=7");
}

#[test]
fn decimals_are_signed_as_javas_doubles_and_integers_as_written() {
    let json = r#"{"a":0,"b":3200,"c":800000.00,"d":8E+5}"#;
    assert_eq!(text(r#"numbers = "java-decimal""#, json), "a=0&b=3200&c=800000.0&d=800000.0");
}

#[test]
fn nested_values_are_compact_as_received_or_javas() {
    let json = r#"{"a":[ {"u":"x\u003dy", "n":1.50}, null, true ],"b":{"k": {"l":[1 ,2]}}}"#;
    assert_eq!(text("", json), r#"a=[{"u":"x\u003dy","n":1.50},null,true]&b={"k":{"l":[1,2]}}"#);
    assert_eq!(
        text(r#"nested = "as-received""#, json),
        r#"a=[ {"u":"x\u003dy", "n":1.50}, null, true ]&b={"k": {"l":[1 ,2]}}"#
    );
    assert_eq!(text(r#"nested = "java""#, json), "a=[{u=x=y, n=1.50}, null, true]&b={k={l=[1, 2]}}");
}

#[test]
fn numbers_within_nested_values_follow_the_rule_for_numbers() {
    let json = r#"{"a":[{"n":1, "m":2.50}]}"#;
    assert_eq!(text("nested = \"java\"\nnumbers = \"java-double\"", json), "a=[{n=1.0, m=2.5}]");
    assert_eq!(text("numbers = \"java-decimal\"", json), r#"a=[{"n":1,"m":2.5}]"#);
    assert_eq!(text("nested = \"as-received\"\nnumbers = \"java-double\"", json), r#"a=[{"n":1, "m":2.50}]"#);
}

#[test]
fn unsigned_fields_are_left_out_and_may_change() {
    let toml = r#"unsigned_fields = ["baohanfile", "note"]"#;
    assert_eq!(text(toml, r#"{"a":"1","note":"n","baohanfile":"f"}"#), "a=1");
    let body = signed(toml, &message(r#""applyno":"SQ1","baohanno":"BH1","note":"one""#));
    let body = String::from_utf8(body).unwrap().replace("one", "two");
    assert!(call(toml, "canclenotice", body.as_bytes()).result.is_ok());
}

#[test]
fn gbk_bytes_are_hashed_with_a_question_mark_for_what_gbk_has_not() {
    let gbk = |json: &str| sign_json(json, &dialect(r#"charset = "gbk""#), &Secret::new("s")).unwrap().sign;
    assert_eq!(gbk(r#"{"a":"中文😀"}"#), gbk(r#"{"a":"中文?"}"#));
    assert_ne!(gbk(r#"{"a":"中文"}"#), gbk(r#"{"a":"中"}"#));
    let utf8 = sign_json(r#"{"a":"abc"}"#, &Dialect::default(), &Secret::new("s")).unwrap().sign;
    assert_eq!(gbk(r#"{"a":"abc"}"#), utf8, "ASCII is the same in both");
}

#[test]
fn the_signature_itself_is_never_signed() {
    assert_eq!(text("", r#"{"sign":"old","a":"1"}"#), "a=1");
}

#[test]
fn escapes_in_keys_and_values_are_resolved_before_signing() {
    assert_eq!(text("", r#"{"\u0061":"\u4e2d\/x"}"#), "a=中/x");
    let body = message(r#""applyno":"SQ\u0031","baohan\u006eo":"BH1""#);
    assert!(call("", "canclenotice", &signed("", &body)).result.is_ok());
}

#[test]
fn every_dialect_verifies_what_it_signs() {
    let members = r#""applyno":"SQ1","baohanno":"BH1","payeraccount":"6222","payeramount":800.00,"filelist":[{"fileurl": "https://f/a"}],"applyusername":"王五","applyuserphone":"138","Reason":" 理由 ","x":null,"y":"","z":" ""#;
    let tomls = [
        "key_order = \"case-insensitive\"",
        "absent = \"keep-empty\"",
        "absent = \"keep-blank\"",
        "trim = true",
        "secret = \"ampersand\"",
        "secret = \"append\"",
        "secret = \"hmac\"",
        "digest = \"sm3-hex-upper\"",
        "digest = \"sm3-base64\"",
        "digest = \"md5-hex\"",
        "numbers = \"java-double\"",
        "numbers = \"java-decimal\"",
        "nested = \"as-received\"",
        "nested = \"java\"",
        "unsigned_fields = [\"filelist\"]",
        "charset = \"gbk\"",
    ];
    for toml in tomls {
        let receipt = send(toml, "claimsnotice", members);
        assert!(receipt.result.is_ok(), "{toml}: {:?}", receipt.result);
        let by_default = call("", "claimsnotice", &signed(toml, &message(members)));
        assert_eq!(
            by_default.result.is_ok(),
            toml.contains("sm3-hex-upper"),
            "{toml}: only its case is taken by all"
        );
    }
}
