//! What platforms answer.

use baohan_wire::{Reply, parse_reply};

use crate::setup::platform;

fn reply(toml: &str, answer: &str) -> Reply {
    parse_reply(&platform(toml), answer.as_bytes())
}

#[test]
fn success_is_a_text_or_a_number() {
    for answer in [
        r#"{"code":"1","message":"成功"}"#,
        r#"{"code":1,"message":"成功"}"#,
        r#"{"code":1.0,"message":"成功","data":{}}"#,
        "\u{feff} {\"message\":\"成功\",\"code\":\"1\"}",
        r#"{"code":" 1 ","message":"成功","x":[[]]}"#,
    ] {
        assert_eq!(reply("", answer), Reply::Accepted { message: "成功".to_owned() }, "{answer}");
    }
}

#[test]
fn any_other_code_is_a_refusal_with_its_message() {
    for code in ["0", "01", "11", "-1", "200", "true", "success"] {
        let answer = format!(r#"{{"code":"{code}","msg":"不行"}}"#);
        let Reply::Refused { code: told, message, is_duplicate, hint } = reply("", &answer) else {
            panic!("{code}")
        };
        assert_eq!((told.as_str(), message.as_str(), is_duplicate, hint), (code, "不行", false, None));
    }
}

#[test]
fn what_has_no_code_is_no_answer() {
    for answer in [
        "",
        "OK",
        "<html>502 Bad Gateway</html>",
        "{}",
        "[]",
        r#"{"code":null}"#,
        r#"{"code":{}}"#,
        r#"{"code":"1""#,
    ] {
        assert!(matches!(reply("", answer), Reply::NoProtocol { .. }), "{answer}");
    }
    assert!(matches!(parse_reply(&platform(""), b"\xff\xfe"), Reply::NoProtocol { .. }));
}

#[test]
fn an_error_page_is_kept_by_its_beginning() {
    let page = format!("<html>{}</html>", "x".repeat(10_000));
    let Reply::NoProtocol { excerpt } = reply("", &page) else { panic!() };
    assert!(excerpt.starts_with("<html>xxx") && excerpt.len() <= 500);
}

#[test]
fn success_can_be_any_value() {
    assert!(matches!(reply(r#"success_value = "200""#, r#"{"code":200}"#), Reply::Accepted { .. }));
    assert!(matches!(reply(r#"success_value = "200""#, r#"{"code":1}"#), Reply::Refused { .. }));
    assert!(matches!(reply(r#"success_value = "0""#, r#"{"code":0}"#), Reply::Accepted { .. }));
}

#[test]
fn a_marker_of_nothing_marks_nothing() {
    let Reply::Refused { is_duplicate, .. } =
        reply(r#"duplicate_markers = [""]"#, r#"{"code":"0","message":"x"}"#)
    else {
        panic!()
    };
    assert!(!is_duplicate);
}
