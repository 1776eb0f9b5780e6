//! Check 5: required fields, their forms and their lengths.

use baohan_domain::Money;
use baohan_wire::{Call, FaultCode, InvoiceKind};

use crate::setup::{CLAIM, PLAIN_APPLICATION, fault, send};

const PLAIN: &str = "sealed = []";
const INVOICE: &str = r#""applyno":"SQ1","baohanno":"BH1","biddername":"江南公司","biddercode":"91320000MA1XXXXX0A","amount":"6400.00","type":"0","address":"南京","phone":"025-1","bank":"工行","account":"6222""#;
const RESTORE: &str = r#""applyno":"SQ1","baohanno":"BH1","kaibiaotime":"2026-03-24 09:00:00","key":"0123456789abcdeffedcba9876543210""#;
const QUIT: &str = r#""applyno":"SQ1","baohanno":"BH1","reason":"放弃投标""#;
const CANCEL: &str = r#""applyno":"SQ1","baohanno":"BH1""#;
const DAYS: &str = r#""startdate":"2026-03-01","enddate":"2026-03-31""#;

/// The members without one, or with another value for it.
fn changed(members: &str, name: &str, value: Option<&str>) -> String {
    let mut object: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&format!("{{{members}}}")).unwrap();
    object.remove(name);
    let text = serde_json::to_string(&object).unwrap();
    let rest = text.trim_start_matches('{').trim_end_matches('}').to_owned();
    match value {
        None => rest,
        Some(value) if rest.is_empty() => format!("\"{name}\":{value}"),
        Some(value) => format!("{rest},\"{name}\":{value}"),
    }
}

fn refused(toml: &str, interface: &str, members: &str, name: &str, value: &str) -> FaultCode {
    let fault = fault(toml, interface, &changed(members, name, Some(value)));
    assert!(fault.message.contains(name), "{name} = {value}: {fault}");
    assert_eq!(fault.http_status, None);
    fault.code
}

#[test]
fn required_fields_are_named_when_they_are_missing_null_or_blank() {
    let required: [(&str, &str, &[&str]); 7] = [
        (
            "baohanapply",
            PLAIN_APPLICATION,
            &["applyno", "biddername", "biddercode", "biaoduanno", "biaoduanname", "bzjamount", "zbr"],
        ),
        ("baohanrestore", RESTORE, &["applyno", "baohanno", "kaibiaotime"]),
        ("invoiceapply", INVOICE, &["applyno", "baohanno", "biddername", "biddercode", "amount", "type"]),
        ("quitapply", QUIT, &["applyno", "baohanno", "reason"]),
        ("canclenotice", CANCEL, &["applyno", "baohanno"]),
        ("claimsnotice", CLAIM, &["applyno", "baohanno", "applyusername", "applyuserphone"]),
        ("checkbaohanlist", DAYS, &["startdate", "enddate"]),
    ];
    for (interface, members, names) in required {
        assert!(send(PLAIN, interface, members).result.is_ok(), "{interface}");
        for name in names {
            for value in [None, Some("null"), Some("\"\""), Some("\"  \""), Some("[]")] {
                let fault = fault(PLAIN, interface, &changed(members, name, value));
                assert_eq!(fault.code, FaultCode::FieldMissing, "{interface}.{name} = {value:?}");
                assert!(fault.message.contains(name), "{fault}");
            }
        }
    }
}

#[test]
fn a_key_is_required_where_something_is_sealed() {
    assert_eq!(fault("", "baohanrestore", &changed(RESTORE, "key", None)).code, FaultCode::FieldMissing);
}

#[test]
fn optional_fields_may_be_missing() {
    for name in ["payeraccount", "payeramount"] {
        assert!(send("", "claimsnotice", &changed(CLAIM, name, None)).result.is_ok(), "{name}");
    }
    assert!(send(PLAIN, "baohanapply", &changed(PLAIN_APPLICATION, "zbrorgnum", None)).result.is_ok());
}

#[test]
fn money_is_a_positive_whole_number_of_fen() {
    for value in [
        "\"0\"",
        "\"-1\"",
        "\"1.001\"",
        "\"abc\"",
        "\"1,000\"",
        "\"１００\"",
        "\"1e\"",
        "\" 1\"",
        "0",
        "-5",
        "1.005",
        "true",
        "\"10000000000000000.00\"",
        "\"1e50\"",
        "\"NaN\"",
        "\"Infinity\"",
        "\"+1\"",
        "\"0x10\"",
    ] {
        assert_eq!(
            refused(PLAIN, "baohanapply", PLAIN_APPLICATION, "bzjamount", value),
            FaultCode::FieldForm,
            "{value}"
        );
    }
    let ok = ["\"1\"", "\"0.01\"", "1", "0.10", "\"800000.000000\"", "8E+5", "\"9999999999999999.99\""];
    for value in ok {
        let receipt = send(PLAIN, "baohanapply", &changed(PLAIN_APPLICATION, "bzjamount", Some(value)));
        assert!(receipt.result.is_ok(), "{value}: {:?}", receipt.result);
    }
}

#[test]
fn an_amount_that_doubles_cannot_tell_apart_is_refused_where_doubles_are_signed() {
    let members = changed(CLAIM, "payeramount", Some("9007199254740993"));
    assert!(send("", "claimsnotice", &members).result.is_ok(), "as written it is exact");
    let fault = fault(r#"numbers = "java-double""#, "claimsnotice", &members);
    assert_eq!(fault.code, FaultCode::FieldForm);
    assert!(fault.message.contains("payeramount"), "{fault}");
}

#[test]
fn a_special_invoice_needs_the_firms_particulars() {
    let special = changed(INVOICE, "type", Some("1"));
    let Ok(Call::RequestInvoice(request)) = send("", "invoiceapply", &special).result else { panic!() };
    assert_eq!(request.kind, InvoiceKind::Special);
    assert_eq!(request.account.as_deref(), Some("6222"));
    for name in ["address", "phone", "bank", "account"] {
        let fault = fault("", "invoiceapply", &changed(&special, name, None));
        assert!(fault.code == FaultCode::FieldMissing && fault.message.contains(name), "{fault}");
        assert!(
            send("", "invoiceapply", &changed(INVOICE, name, None)).result.is_ok(),
            "an ordinary one does not"
        );
    }
}

#[test]
fn the_invoices_type_is_0_or_1() {
    for value in ["\"2\"", "2", "\"普票\"", "0.5", "true", "0.0"] {
        assert_eq!(refused("", "invoiceapply", INVOICE, "type", value), FaultCode::FieldForm, "{value}");
    }
    for value in ["0", "1", "\"1\""] {
        assert!(send("", "invoiceapply", &changed(INVOICE, "type", Some(value))).result.is_ok(), "{value}");
    }
    let double = send(r#"numbers = "java-double""#, "invoiceapply", &changed(INVOICE, "type", Some("1.0")));
    assert!(double.result.is_ok(), "Java's doubles write it so");
}

#[test]
fn times_must_exist() {
    for value in [
        "2026-02-29 09:00:00",
        "2026-13-01 09:00:00",
        "2026-03-24 09:60:00",
        "2026-03-24 09:00",
        "2026/03/24 09:00:00",
        "2026-03-24 09:00:60",
    ] {
        let value = format!("\"{value}\"");
        assert_eq!(
            refused("", "baohanrestore", RESTORE, "kaibiaotime", &value),
            FaultCode::FieldForm,
            "{value}"
        );
    }
}

#[test]
fn lenient_times_may_be_a_date_alone_or_have_one_digit_hours() {
    for (value, read) in
        [("2026-03-24", "2026-03-24T00:00:00+08:00"), ("2026-03-24 9:05:07", "2026-03-24T09:05:07+08:00")]
    {
        let members = changed(RESTORE, "kaibiaotime", Some(&format!("\"{value}\"")));
        assert_eq!(fault("", "baohanrestore", &members).code, FaultCode::FieldForm, "{value}");
        let Ok(Call::Restore(restore)) = send(r#"times = "lenient""#, "baohanrestore", &members).result
        else {
            panic!("{value}")
        };
        assert_eq!(restore.opening_at, crate::setup::at(read));
    }
    let wrong = changed(RESTORE, "kaibiaotime", Some("\"2026-02-30\""));
    assert_eq!(fault(r#"times = "lenient""#, "baohanrestore", &wrong).code, FaultCode::FieldForm);
}

#[test]
fn dates_must_exist() {
    for value in ["2026-02-30", "2026-3-1", "20260301", "2026-03-01T", "今天"] {
        let value = format!("\"{value}\"");
        assert_eq!(
            refused("", "checkbaohanlist", DAYS, "startdate", &value),
            FaultCode::FieldForm,
            "{value}"
        );
    }
}

#[test]
fn lengths_are_bounded_in_characters() {
    let of = |count: usize| format!("\"{}\"", "保".repeat(count));
    let digits = |count: usize| format!("\"{}\"", "1".repeat(count));
    for (interface, members, name, bound) in [
        ("canclenotice", CANCEL, "applyno", 50),
        ("canclenotice", CANCEL, "baohanno", 50),
        ("baohanapply", PLAIN_APPLICATION, "biddername", 200),
        ("quitapply", QUIT, "reason", 500),
        ("claimsnotice", CLAIM, "Reason", 500),
        ("canclenotice", CANCEL, "platformcode", 50),
    ] {
        let at_bound = send(PLAIN, interface, &changed(members, name, Some(&of(bound))));
        assert!(at_bound.result.is_ok(), "{name}: {:?}", at_bound.result);
        assert_eq!(
            refused(PLAIN, interface, members, name, &of(bound + 1)),
            FaultCode::FieldTooLong,
            "{name}"
        );
    }
    assert_eq!(refused("", "claimsnotice", CLAIM, "payeramount", &digits(51)), FaultCode::FieldTooLong);
    assert_eq!(refused("", "baohanrestore", RESTORE, "key", &digits(201)), FaultCode::FieldTooLong);
}

#[test]
fn unknown_fields_are_never_refused() {
    let long = "长".repeat(20_000);
    let members = format!(r#"{CANCEL},"a":"{long}","b":[1,{{"c":2}}],"d":true,"e":1.50,"":"empty name""#);
    let Ok(Call::Cancel(call)) = send("", "canclenotice", &members).result else { panic!() };
    assert_eq!(call.personal["a"].chars().count(), 20_000);
    assert_eq!(call.personal["b"], r#"[1,{"c":2}]"#);
    assert_eq!((call.personal["d"].as_str(), call.personal["e"].as_str()), ("true", "1.50"));
}

#[test]
fn numbers_with_blanks_or_control_characters_are_no_numbers() {
    for value in ["\" SQ1\"", "\"SQ1 \"", "\"S\\nQ\"", "\"S\\u0000Q\"", "[\"SQ1\"]", "{\"a\":1}", "true"] {
        assert_eq!(refused("", "canclenotice", CANCEL, "applyno", value), FaultCode::FieldForm, "{value}");
    }
    assert!(
        send("trim = true", "canclenotice", &changed(CANCEL, "applyno", Some("\" SQ1 \""))).result.is_ok()
    );
}

#[test]
fn a_number_may_be_a_json_number_as_it_is_written() {
    let Ok(Call::Cancel(call)) =
        send("", "canclenotice", &changed(CANCEL, "applyno", Some("202603020001"))).result
    else {
        panic!()
    };
    assert_eq!(call.application_no.as_str(), "202603020001");
}

#[test]
fn an_account_holds_no_joining_signs() {
    assert_eq!(refused("", "claimsnotice", CLAIM, "payeraccount", "\"62=22\""), FaultCode::FieldForm);
}

#[test]
fn a_file_list_is_an_array_of_objects_with_an_address() {
    for list in [
        "\"x\"",
        "\"{}\"",
        "\"[1]\"",
        "\"[{}]\"",
        "\"[{\\\"fileurl\\\":\\\"\\\"}]\"",
        "\"[{\\\"fileurl\\\":1}]\"",
        "\"[{\\\"fileurl\\\":\\\"a\\\"}\"",
        "{\"fileurl\":\"a\"}",
        "[\"a\"]",
        "7",
        "\"[{\\\"fileurl\\\":\\\"a\\\",\\\"fileurl\\\":\\\"b\\\"}]\"",
    ] {
        assert_eq!(refused("", "claimsnotice", CLAIM, "filelist", list), FaultCode::FieldForm, "{list}");
    }
    let long = format!("[{{\"fileurl\":\"{}\"}}]", "u".repeat(1001));
    assert_eq!(refused("", "claimsnotice", CLAIM, "filelist", &long), FaultCode::FieldTooLong);
    for none in ["\"\"", "null", "[]", "\"[]\""] {
        let Ok(Call::Claim(claim)) = send("", "claimsnotice", &changed(CLAIM, "filelist", Some(none))).result
        else {
            panic!("{none}")
        };
        assert!(claim.attachments.is_empty(), "{none}");
    }
}

#[test]
fn two_reasons_must_agree() {
    let both = format!(r#"{CLAIM},"Reason":"甲","reason":"乙""#);
    assert!(fault("", "claimsnotice", &both).message.contains("Reason"));
    let alike = format!(r#"{CLAIM},"Reason":"甲","reason":"甲""#);
    assert!(send("", "claimsnotice", &alike).result.is_ok());
}

#[test]
fn a_quit_takes_its_reason_under_either_name() {
    let capital = QUIT.replace("reason", "Reason");
    let Ok(Call::RequestQuit(quit)) = send("", "quitapply", &capital).result else { panic!() };
    assert_eq!(quit.reason, "放弃投标");
    assert!(quit.personal.is_empty(), "it is no unknown field");
}

#[test]
fn a_claim_without_an_amount_asks_for_all_that_is_left() {
    let Ok(Call::Claim(claim)) = send("", "claimsnotice", &changed(CLAIM, "payeramount", None)).result else {
        panic!()
    };
    assert_eq!(claim.amount, None);
    let Ok(Call::Claim(claim)) = send("", "claimsnotice", CLAIM).result else { panic!() };
    assert_eq!(claim.amount, Some(Money::from_decimal_text("800").unwrap()));
}
