//! Checks 1 to 4 in their order, and what each refuses.

use baohan_wire::{Directory, FaultCode, Platform, Secret, receive};
use proptest::test_runner::{Config, TestRunner};

use crate::setup::{APPKEY, at, call, directory, message, morning, platform, signed};

const CANCELLATION: &str = r#""applyno":"SQ1","baohanno":"BH1""#;

fn code(body: &[u8]) -> (FaultCode, Option<u16>) {
    let fault = call("", "canclenotice", body).result.unwrap_err();
    (fault.code, fault.http_status)
}

#[test]
fn a_path_that_names_no_interface_of_ours_is_not_found() {
    for interface in ["", "nothing", "Baohanapply", "baohannotice", "getbiaoduanyichang", "baohanapply/"] {
        let fault = call("", interface, b"{}").result.unwrap_err();
        assert_eq!((fault.code, fault.http_status), (FaultCode::UnknownPath, Some(404)), "{interface}");
    }
}

#[test]
fn a_prefix_that_no_platform_has_is_not_found() {
    let receipt = receive(&directory(platform("")), "elsewhere", "canclenotice", b"{}", morning());
    assert_eq!(receipt.result.unwrap_err().http_status, Some(404));
}

#[test]
fn a_platform_is_known_under_its_own_prefix_alone() {
    let prefixed = Platform { path_prefix: "gz/api".to_owned(), ..platform("") };
    let other = Platform::new("other", Secret::new("x"));
    let both = Directory::new([prefixed, other]).unwrap();
    let body = signed("", &message(CANCELLATION));
    assert!(receive(&both, "gz/api", "canclenotice", &body, morning()).result.is_ok());
    let elsewhere = receive(&both, "", "canclenotice", &body, morning()).result.unwrap_err();
    assert_eq!(elsewhere.code, FaultCode::AppkeyUnknown);
}

#[test]
fn a_body_that_is_no_json_is_an_unsupported_media_type() {
    for body in
        ["", " ", "abc", "{", "{\"a\":1}}", "{\"a\":1,}", "{'a':1}", "[1", "{\"a\":01}", "<xml/>", "a=1&b=2"]
    {
        assert_eq!(code(body.as_bytes()), (FaultCode::NotJson, Some(415)), "{body}");
    }
    assert_eq!(code(b"\xff\xfe\x00"), (FaultCode::NotJson, Some(415)));
}

#[test]
fn json_that_is_no_object_is_refused_as_a_protocol_answer() {
    for body in ["[]", "1", "\"text\"", "null", "true", "[{\"a\":1}]"] {
        assert_eq!(code(body.as_bytes()), (FaultCode::NotAnObject, None), "{body}");
    }
}

#[test]
fn a_byte_order_mark_is_tolerated() {
    let mut body = b"\xef\xbb\xbf".to_vec();
    body.extend(signed("", &message(CANCELLATION)));
    assert!(call("", "canclenotice", &body).result.is_ok());
}

#[test]
fn a_repeated_key_is_refused_however_it_is_written() {
    for body in [
        r#"{"a":1,"a":1}"#,
        r#"{"a":1,"\u0061":2}"#,
        r#"{"a":{"b":1,"b":1}}"#,
        r#"{"a":[[{"b":1,"\u0062":1}]]}"#,
        r#"{"a":1,"b":2,"c":3,"a":null}"#,
    ] {
        assert_eq!(code(body.as_bytes()), (FaultCode::RepeatedKey, None), "{body}");
    }
}

#[test]
fn a_repeated_key_is_named() {
    let fault = call("", "canclenotice", br#"{"applyno":"1","applyno":"2"}"#).result.unwrap_err();
    assert!(fault.message.contains("applyno"), "{fault}");
}

#[test]
fn nesting_is_bounded() {
    let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
    assert_eq!(code(nested(17).as_bytes()).0, FaultCode::NestedTooDeep);
    assert_eq!(code(nested(100_000).as_bytes()).0, FaultCode::NestedTooDeep);
    assert_eq!(code(nested(16).as_bytes()).0, FaultCode::AppkeyMissing);
}

#[test]
fn half_a_surrogate_pair_is_no_text() {
    assert_eq!(code(br#"{"a":"\ud800"}"#), (FaultCode::BadText, None));
    assert_eq!(code(br#"{"a":["\ud800"]}"#), (FaultCode::BadText, None));
    assert_eq!(code(br#"{"\udc00":"a"}"#), (FaultCode::BadText, None));
}

#[test]
fn an_appkey_must_be_there_known_and_enabled() {
    assert_eq!(code(b"{}").0, FaultCode::AppkeyMissing);
    assert_eq!(code(br#"{"appkey":" "}"#).0, FaultCode::AppkeyMissing);
    assert_eq!(code(br#"{"appkey":["x"]}"#).0, FaultCode::AppkeyMissing);
    assert_eq!(code(br#"{"appkey":"nobody"}"#).0, FaultCode::AppkeyUnknown);
    let disabled = Platform { enabled: false, ..platform("") };
    let body = signed("", &message(CANCELLATION));
    let receipt = receive(&directory(disabled), "", "canclenotice", &body, morning());
    assert_eq!(receipt.result.unwrap_err().code, FaultCode::PlatformDisabled);
    assert_eq!(receipt.appkey.as_deref(), Some(APPKEY));
}

#[test]
fn a_signature_must_be_there_and_right() {
    let unsigned = message(CANCELLATION);
    assert_eq!(code(unsigned.as_bytes()).0, FaultCode::SignMissing);
    let with = |sign: &str| format!("{},\"sign\":{sign}}}", unsigned.trim_end_matches('}'));
    assert_eq!(code(with("\"\"").as_bytes()).0, FaultCode::SignMissing);
    assert_eq!(code(with("null").as_bytes()).0, FaultCode::SignMissing);
    assert_eq!(code(with("12").as_bytes()).0, FaultCode::FieldForm);
    assert_eq!(code(with("\"00\"").as_bytes()).0, FaultCode::SignMismatch);
    let long = format!("\"{}\"", "0".repeat(201));
    assert_eq!(code(with(&long).as_bytes()).0, FaultCode::FieldTooLong);
}

#[test]
fn the_time_must_be_one_and_near() {
    let near = Platform { timestamp_window_seconds: 600, ..platform("") };
    let near = directory(near);
    let body = signed("", &message(CANCELLATION));
    let within = |now: &str| receive(&near, "", "canclenotice", &body, at(now)).result;
    assert!(within("2026-03-02T09:30:00+08:00").is_ok());
    assert!(within("2026-03-02T09:40:00+08:00").is_ok(), "ten minutes to the second");
    assert!(within("2026-03-02T09:20:00+08:00").is_ok());
    for now in ["2026-03-02T09:40:01+08:00", "2026-03-02T09:19:59+08:00", "2027-03-02T09:30:00+08:00"] {
        let fault = within(now).unwrap_err();
        assert_eq!(fault.code, FaultCode::TimestampWindow, "{now}");
        assert!(fault.message.contains("timestamp"), "{fault}");
    }
}

#[test]
fn a_window_of_0_switches_the_check_off() {
    let body = signed("", &message(CANCELLATION));
    let receipt = receive(&directory(platform("")), "", "canclenotice", &body, at("2036-01-01T00:00:00Z"));
    assert!(receipt.result.is_ok());
}

#[test]
fn a_time_in_another_form_is_refused_by_name() {
    for time in [
        "2026-02-30 09:30:00",
        "2026-03-02T09:30:00",
        "2026-03-02 9:30:00",
        "20260302093000",
        "2026-03-02 24:00:00",
    ] {
        let json = format!(r#"{{"appkey":"{APPKEY}","timestamp":"{time}",{CANCELLATION}}}"#);
        let fault = call("", "canclenotice", &signed("", &json)).result.unwrap_err();
        assert_eq!(fault.code, FaultCode::TimestampForm, "{time}");
        assert!(fault.message.contains("timestamp"));
    }
    let without = format!(r#"{{"appkey":"{APPKEY}",{CANCELLATION}}}"#);
    let fault = call("", "canclenotice", &signed("", &without)).result.unwrap_err();
    assert!(fault.message.contains("timestamp"), "{fault}");
}

#[test]
fn a_paused_platform_is_told_so_after_its_signature() {
    let paused = directory(Platform { paused: Some("系统维护中".to_owned()), ..platform("") });
    let body = signed("", &message(CANCELLATION));
    let fault = receive(&paused, "", "canclenotice", &body, morning()).result.unwrap_err();
    assert_eq!((fault.code, fault.message.as_str()), (FaultCode::Paused, "系统维护中"));
    let wrong = receive(&paused, "", "canclenotice", message(CANCELLATION).as_bytes(), morning());
    assert_eq!(wrong.result.unwrap_err().code, FaultCode::SignMissing);
}

#[test]
fn a_form_and_json_are_not_taken_for_each_other() {
    let json = signed("", &message(CANCELLATION));
    let form: String = form_urlencoded::Serializer::new(String::new())
        .append_pair("requestData", std::str::from_utf8(&json).unwrap())
        .finish();
    let form_toml = r#"body = "form""#;
    assert!(call(form_toml, "canclenotice", form.as_bytes()).result.is_ok());
    let with_more = format!("v=1&{form}&w=2");
    assert!(call(form_toml, "canclenotice", with_more.as_bytes()).result.is_ok());
    let fault = call("", "canclenotice", form.as_bytes()).result.unwrap_err();
    assert_eq!((fault.code, fault.http_status), (FaultCode::BodyForm, Some(415)));
    let fault = call(form_toml, "canclenotice", &json).result.unwrap_err();
    assert_eq!((fault.code, fault.http_status), (FaultCode::BodyForm, None));
    let twice = format!("{form}&{form}");
    assert_eq!(
        call(form_toml, "canclenotice", twice.as_bytes()).result.unwrap_err().code,
        FaultCode::RepeatedKey
    );
    let not_utf8 =
        call(form_toml, "canclenotice", b"requestData=%7B%22a%22%3A%22%D6%D0%22%7D").result.unwrap_err();
    assert_eq!(not_utf8.code, FaultCode::NotUtf8);
}

#[test]
fn a_value_that_swallows_its_neighbour_is_refused_and_marked() {
    // Signed as account 6222 and amount 800: joined alike, but nothing is left that bounds the amount.
    let swallowed = r#""applyno":"SQ1","baohanno":"BH1","payeraccount":"6222&payeramount=800.00","applyusername":"王五","applyuserphone":"138""#;
    let receipt = crate::setup::send("", "claimsnotice", swallowed);
    let fault = receipt.result.unwrap_err();
    assert_eq!(fault.code, FaultCode::AmbiguousValue);
    assert!(fault.message.contains("payeraccount"), "{fault}");
    assert_eq!(receipt.marks[0].field, "payeraccount");
}

#[test]
fn a_key_that_swallows_its_neighbour_is_refused() {
    let swallowed = r#""applyno":"SQ1","baohanno":"BH1","payeraccount=6222&payeramount":"800.00","applyusername":"王五","applyuserphone":"138""#;
    assert_eq!(crate::setup::fault("", "claimsnotice", swallowed).code, FaultCode::AmbiguousValue);
}

#[test]
fn an_unknown_fields_value_must_not_swallow_a_known_one() {
    let swallowed = r#""applyno":"SQ1","baohanno":"BH1","note":"x&payeramount=1.00","applyusername":"王五","applyuserphone":"138""#;
    assert_eq!(crate::setup::fault("", "claimsnotice", swallowed).code, FaultCode::AmbiguousValue);
}

#[test]
fn an_address_may_hold_ampersands() {
    let members = crate::setup::CLAIM.to_owned()
        + r#","filelist":"[{\"fileurl\":\"https://f/get?id=7&t=9&applyno=1&timestamp=2&sign=3\"}]","Reason":"A&B=C""#;
    let receipt = crate::setup::send("", "claimsnotice", &members);
    assert!(receipt.result.is_ok(), "{:?}", receipt.result);
}

#[test]
fn no_bytes_whatever_make_the_checks_panic() {
    let directory = directory(platform(""));
    let strategy = proptest::collection::vec(proptest::num::u8::ANY, 0..200);
    let mut runner = TestRunner::new(Config::with_cases(2_000));
    runner
        .run(&strategy, |bytes| {
            let receipt = receive(&directory, "", "claimsnotice", &bytes, morning());
            proptest::prop_assert!(receipt.result.is_err());
            Ok(())
        })
        .unwrap();
}
