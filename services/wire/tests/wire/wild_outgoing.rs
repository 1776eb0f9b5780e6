//! Notices, answers and lists as in the cases.

use baohan_wire::{
    Call, Dialect, Directory, FaultCode, Notice, Platform, ReceivedNotice, Reply, Secret, notice_body,
    parse_reply, receive_notice, sign_json,
};
use chrono::NaiveDate;

use crate::setup::{SECRET, at, call, directory, fixture, platform, signed, understood};

fn printed_sign(body: &[u8]) -> String {
    let json: serde_json::Value = serde_json::from_slice(body).unwrap();
    json["sign"].as_str().unwrap().to_owned()
}

fn printed_text(body: &[u8]) -> String {
    sign_json(std::str::from_utf8(body).unwrap(), &Dialect::default(), &Secret::new(SECRET))
        .unwrap()
        .hashed_text
}

#[test]
fn w26_success_is_what_the_profile_says() {
    let zero = platform(r#"success_value = "0""#);
    let success = r#"{"code":"0","message":"成功"}"#.as_bytes();
    assert_eq!(parse_reply(&zero, success), Reply::Accepted { message: "成功".to_owned() });
    let refusal = r#"{"code":"500","message":"失败"}"#.as_bytes();
    let Reply::Refused { code, message, .. } = parse_reply(&zero, refusal) else { panic!() };
    assert_eq!((code.as_str(), message.as_str()), ("500", "失败"));
    assert!(matches!(parse_reply(&platform(""), success), Reply::Refused { .. }));
}

#[test]
fn w27_a_declined_application_is_told_with_nothing_invented() {
    let time = at("2026-03-02T10:00:00+08:00");
    let body = notice_body(&platform(""), None, &Notice::NotIssued { application_no: "WILD0027" }, time);
    assert_eq!(
        printed_text(&body),
        "appkey=jyzx-wild&applyno=WILD0027&applystatus=0&timestamp=2026-03-02 10:00:00"
    );
    assert_eq!(printed_sign(&body), "b0aa9a6cbb37fd4c7aa522d87855e7efb7215c692c8aecf1e78a23167062b1b6");
    assert!(!String::from_utf8(body).unwrap().contains("baohanno"));
}

#[test]
fn w27_empty_fields_do_not_change_the_signature() {
    let time = at("2026-03-02T10:00:00+08:00");
    let empty = platform(r#"absent_out = "empty""#);
    let body = notice_body(&empty, None, &Notice::NotIssued { application_no: "WILD0027" }, time);
    assert_eq!(printed_sign(&body), "b0aa9a6cbb37fd4c7aa522d87855e7efb7215c692c8aecf1e78a23167062b1b6");
    assert!(String::from_utf8(body).unwrap().contains(r#""baohanno":"""#));
}

#[test]
fn w27_a_platform_takes_both_forms() {
    let time = at("2026-03-02T10:00:00+08:00");
    for toml in ["", r#"absent_out = "empty""#] {
        let body =
            notice_body(&platform(toml), None, &Notice::NotIssued { application_no: "WILD0027" }, time);
        let taken = receive_notice(&directory(platform("")), "", "baohannotice", &body, time).result.unwrap();
        assert_eq!(taken, ReceivedNotice::NotIssued { application_no: "WILD0027".to_owned() });
    }
}

#[test]
fn w28_a_digital_invoice_has_20_digits_and_no_code() {
    let notice = Notice::Invoiced {
        guarantee_no: "WBH0028",
        invoice_url: Some("https://files.example/fp.pdf"),
        invoice_code: None,
        invoice_no: Some("26322000000012345678"),
    };
    let body = notice_body(&platform(""), None, &notice, at("2026-03-21T10:00:00+08:00"));
    assert_eq!(
        printed_text(&body),
        "appkey=jyzx-wild&applystatus=1&baohanno=WBH0028&invoiceno=26322000000012345678&invoiceurl=https://files.example/fp.pdf&timestamp=2026-03-21 10:00:00"
    );
    assert_eq!(printed_sign(&body), "1ed04b8079a0b3ecfea4a07f77b3222fa77c082f658fede1333f22ff7983a623");
    let text = String::from_utf8(body).unwrap();
    assert!(text.contains(r#""invoiceno":"26322000000012345678""#), "all 20 digits, as text");
    assert!(!text.contains("invoicecode"));
}

#[test]
fn w29_a_refused_repeat_counts_as_acknowledged_by_its_markers() {
    let marked = platform(r#"duplicate_markers = ["已存在", "重复"]"#);
    for text in ["该保函已存在", "请勿重复推送"] {
        let answer = format!(r#"{{"code":"0","message":"{text}"}}"#);
        let Reply::Refused { is_duplicate, hint, .. } = parse_reply(&marked, answer.as_bytes()) else {
            panic!()
        };
        assert!(is_duplicate && hint.is_none());
        let Reply::Refused { is_duplicate, hint, .. } = parse_reply(&platform(""), answer.as_bytes()) else {
            panic!()
        };
        assert!(!is_duplicate && hint.unwrap().contains("duplicate_markers"));
    }
}

#[test]
fn w33_a_refused_quit_is_told_by_applystatus_0() {
    let quit = understood("", "quitapply", "W33-quit.json");
    let Call::RequestQuit(quit) = quit else { panic!() };
    assert_eq!(quit.reason, "放弃投标");
    let notice = Notice::QuitRefused { application_no: "WILD0033", guarantee_no: "WBH0033" };
    let time = at("2026-03-10T11:00:00+08:00");
    let body = notice_body(&platform(""), None, &notice, time);
    let taken = receive_notice(&directory(platform("")), "", "quitnotice", &body, time).result.unwrap();
    assert!(matches!(taken, ReceivedNotice::QuitRefused { .. }));
}

#[test]
fn w36_a_day_is_asked_for() {
    let Call::Reconcile(days) = understood("", "checkbaohanlist", "W36-reconcile.json") else { panic!() };
    let day = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
    assert_eq!((days.start, days.end), (day, day));
}

#[test]
fn w36_days_the_wrong_way_round_are_refused() {
    let fault =
        crate::setup::fault("", "checkbaohanlist", r#""startdate":"2026-03-31","enddate":"2026-03-30""#);
    assert_eq!(fault.code, FaultCode::FieldForm);
    assert!(fault.message.contains("enddate"), "{fault}");
}

#[test]
fn w36_a_time_where_a_date_stands_is_refused_by_name_or_cut_by_dialect() {
    let members = r#""startdate":"2026-03-31 00:00:00","enddate":"2026-03-31""#;
    let fault = crate::setup::fault("", "checkbaohanlist", members);
    assert!(fault.message.contains("startdate"), "{fault}");
    let lenient = crate::setup::send(r#"times = "lenient""#, "checkbaohanlist", members);
    let Ok(Call::Reconcile(days)) = lenient.result else { panic!("{:?}", lenient.result) };
    assert_eq!(days.start, NaiveDate::from_ymd_opt(2026, 3, 31).unwrap());
}

#[test]
fn every_fixture_names_its_platform() {
    // Two platforms, so that the appkey has to be read.
    let other = Platform::new("another", Secret::new("x"));
    let both = Directory::new([platform(""), other]).unwrap();
    let receipt = baohan_wire::receive(
        &both,
        "",
        "quitapply",
        &fixture("W33-quit.json"),
        at("2026-03-10T10:00:00+08:00"),
    );
    assert_eq!(receipt.platform.unwrap().appkey, "jyzx-wild");
    let unknown =
        call("", "quitapply", &signed("", r#"{"appkey":"nobody","timestamp":"2026-03-10 10:00:00"}"#));
    assert_eq!(unknown.result.unwrap_err().code, FaultCode::AppkeyUnknown);
}
