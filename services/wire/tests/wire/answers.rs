//! What we answer.

use baohan_domain::Money;
use baohan_wire::{AnswerData, ReconciliationRow, answer, parse_reconciliation};
use serde_json::Value;

use crate::setup::{at, platform};

fn rows() -> Vec<ReconciliationRow> {
    let row = |number: &str, is_quit| ReconciliationRow {
        application_no: format!("SQ{number}"),
        guarantee_no: format!("BH{number}"),
        issued_at: at("2026-03-31T15:59:59Z"),
        rate: "0.008".parse().unwrap(),
        premium: Money::from_decimal_text("6400").unwrap(),
        is_quit,
    };
    vec![row("1", false), row("2", true)]
}

#[test]
fn the_code_is_a_text_by_default_and_a_number_by_dialect() {
    assert_eq!(
        answer(Some(&platform("")), true, "成功", AnswerData::None),
        r#"{"code":"1","message":"成功"}"#.as_bytes()
    );
    let number = platform(r#"reply_code = "number""#);
    assert_eq!(
        answer(Some(&number), false, "失败", AnswerData::None),
        r#"{"code":0,"message":"失败"}"#.as_bytes()
    );
}

#[test]
fn a_caller_without_a_name_is_answered_by_the_specification() {
    assert_eq!(
        answer(None, false, "appkey 未登记", AnswerData::None),
        r#"{"code":"0","message":"appkey 未登记"}"#.as_bytes()
    );
}

#[test]
fn the_reconciliation_tells_days_in_china_and_what_was_quit() {
    let body = answer(Some(&platform("")), true, "成功", AnswerData::Reconciliation(&rows()));
    let json: Value = serde_json::from_slice(&body).unwrap();
    let list = json["data"]["baohanlist"].as_array().unwrap();
    assert_eq!(
        list[0],
        serde_json::json!({"applyno":"SQ1","baohanno":"BH1","generatetime":"2026-03-31 23:59:59","rate":"0.008","cost":"6400.00","status":"0"})
    );
    assert_eq!(list[1]["status"], "1");
}

#[test]
fn an_empty_reconciliation_has_an_empty_list() {
    let body = answer(Some(&platform("")), true, "成功", AnswerData::Reconciliation(&[]));
    assert_eq!(body, r#"{"code":"1","message":"成功","data":{"baohanlist":[]}}"#.as_bytes());
}

#[test]
fn the_rate_is_written_as_in_the_notice() {
    let percent = platform(r#"rate = "percent""#);
    let body = answer(Some(&percent), true, "成功", AnswerData::Reconciliation(&rows()));
    assert!(String::from_utf8(body).unwrap().contains(r#""rate":"0.8""#));
}

#[test]
fn a_platform_reads_what_we_answer() {
    for toml in ["", r#"rate = "percent""#, r#"reply_code = "number""#] {
        let platform = platform(toml);
        let body = answer(Some(&platform), true, "成功", AnswerData::Reconciliation(&rows()));
        assert_eq!(parse_reconciliation(&platform, &body).unwrap(), rows(), "{toml}");
    }
}

#[test]
fn a_message_is_escaped_and_kept() {
    let body = answer(None, false, "引号 \" 与\n换行", AnswerData::None);
    let json: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(json["message"], "引号 \" 与\n换行");
}
