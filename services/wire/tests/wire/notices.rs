//! Our notices: what stands in them by dialect, and that platforms understand them.

use baohan_domain::{Money, Rate};
use baohan_wire::{
    Centre, Dialect, Interface, IssuedNotice, Notice, Platform, ReceivedNotice, Secret, notice_body,
    receive_notice,
};
use serde_json::Value;

use crate::setup::{at, dialect, directory, platform};

const PDF: &[u8] = b"%PDF-1.7 the guarantee";

fn issued(document: &[u8]) -> Notice<'_> {
    Notice::Issued(IssuedNotice {
        application_no: "SQ1",
        guarantee_no: "BH1",
        document_url: "https://baohan.example/d/x",
        document,
        payer_name: "江南建设集团有限公司",
        payer_account: "6222",
        institution_name: Some("示例融资担保有限公司"),
        issued_at: at("2026-03-02T10:00:00+08:00"),
        rate: "0.008".parse::<Rate>().unwrap(),
        premium: Money::from_decimal_text("6400").unwrap(),
    })
}

fn json(platform: &Platform, notice: &Notice<'_>) -> Value {
    let body = notice_body(platform, None, notice, at("2026-03-02T10:01:00+08:00"));
    serde_json::from_slice(&body).unwrap()
}

fn taken(toml: &str, notice: &Notice<'_>) -> ReceivedNotice {
    let time = at("2026-03-02T10:01:00+08:00");
    let body = notice_body(&platform(toml), None, notice, time);
    let receipt = receive_notice(&directory(platform(toml)), "", notice.interface().name(), &body, time);
    receipt.result.unwrap_or_else(|fault| panic!("{toml}: {fault}"))
}

#[test]
fn an_issue_tells_every_field_of_the_specification() {
    let json = json(&platform(""), &issued(PDF));
    let expected = [
        ("appkey", "jyzx-wild"),
        ("timestamp", "2026-03-02 10:01:00"),
        ("applyno", "SQ1"),
        ("baohanno", "BH1"),
        ("baohanurl", "https://baohan.example/d/x"),
        ("baohanfile", "JVBERi0xLjcgdGhlIGd1YXJhbnRlZQ=="),
        ("payername", "江南建设集团有限公司"),
        ("payeraccount", "6222"),
        ("instname", "示例融资担保有限公司"),
        ("generatetime", "2026-03-02 10:00:00"),
        ("rate", "0.008"),
        ("cost", "6400.00"),
        ("applystatus", "1"),
    ];
    for (name, value) in expected {
        assert_eq!(json[name], value, "{name}");
    }
    assert_eq!(json.as_object().unwrap().len(), expected.len() + 1, "and the signature");
}

#[test]
fn two_bodies_of_one_notice_differ_in_timestamp_and_sign_alone() {
    let first = notice_body(&platform(""), None, &issued(PDF), at("2026-03-02T10:01:00+08:00"));
    let second = notice_body(&platform(""), None, &issued(PDF), at("2026-03-02T10:02:00+08:00"));
    let (first, second): (Value, Value) =
        (serde_json::from_slice(&first).unwrap(), serde_json::from_slice(&second).unwrap());
    for (name, value) in first.as_object().unwrap() {
        let may_differ = ["timestamp", "sign"].contains(&name.as_str());
        assert_eq!(value != &second[name], may_differ, "{name}");
    }
}

#[test]
fn the_rate_is_a_fraction_or_a_percentage() {
    assert_eq!(json(&platform(""), &issued(PDF))["rate"], "0.008");
    assert_eq!(json(&platform(r#"rate = "percent""#), &issued(PDF))["rate"], "0.8");
}

#[test]
fn the_files_md5_is_told_where_it_is_wanted() {
    assert!(json(&platform(""), &issued(PDF)).get("baohanfilemd5").is_none());
    let bytes = json(&platform(r#"file_md5 = "bytes""#), &issued(b"abc"));
    assert_eq!(bytes["baohanfilemd5"], "900150983cd24fb0d6963f7d28e17f72", "RFC 1321: MD5 of abc");
    let text = json(&platform(r#"file_md5 = "base64""#), &issued(b"i\xb7\x1d"));
    assert_eq!(text["baohanfile"], "abcd");
    assert_eq!(text["baohanfilemd5"], "e2fc714c4727ee9395f324cd2e7f331f", "MD5 of abcd");
}

#[test]
fn every_notice_is_understood_by_every_dialect() {
    let plain = [("SQ1", "BH1")];
    for toml in [
        "",
        "absent_out = \"empty\"",
        "absent_out = \"empty\"\nabsent = \"keep-empty\"",
        "rate = \"percent\"",
        "file_md5 = \"bytes\"",
        "file_md5 = \"base64\"",
        "unsigned_fields = [\"baohanfile\"]",
        "body = \"form\"",
        "charset = \"gbk\"",
        "secret = \"hmac\"\ndigest = \"sm3-base64\"",
        "key_order = \"case-insensitive\"",
    ] {
        let ReceivedNotice::Issued(issue) = taken(toml, &issued(PDF)) else { panic!("{toml}") };
        assert_eq!(issue.document, PDF, "{toml}");
        assert_eq!(issue.rate.to_string(), "0.008", "{toml}");
        assert_eq!(issue.premium.to_string(), "6400.00");
        for (application_no, guarantee_no) in plain {
            let restored =
                Notice::Restored { application_no, guarantee_no, document_url: None, document: PDF };
            assert!(
                matches!(taken(toml, &restored), ReceivedNotice::Restored { document, .. } if document == PDF)
            );
            let quit = Notice::Quit { application_no, guarantee_no };
            assert!(matches!(taken(toml, &quit), ReceivedNotice::Quit { .. }), "{toml}");
            let refused = Notice::QuitRefused { application_no, guarantee_no };
            assert!(matches!(taken(toml, &refused), ReceivedNotice::QuitRefused { .. }), "{toml}");
            let not_issued = Notice::NotIssued { application_no };
            assert!(matches!(taken(toml, &not_issued), ReceivedNotice::NotIssued { .. }), "{toml}");
            let declined = Notice::InvoiceDeclined { guarantee_no };
            assert!(matches!(taken(toml, &declined), ReceivedNotice::InvoiceDeclined { .. }), "{toml}");
            let invoiced = Notice::Invoiced {
                guarantee_no,
                invoice_url: None,
                invoice_code: Some("012345678901"),
                invoice_no: Some("12345678"),
            };
            assert!(matches!(taken(toml, &invoiced), ReceivedNotice::Invoiced { .. }), "{toml}");
        }
    }
}

#[test]
fn absent_fields_are_left_out_or_empty() {
    let restored =
        Notice::Restored { application_no: "SQ1", guarantee_no: "BH1", document_url: None, document: PDF };
    assert!(json(&platform(""), &restored).get("baohanurl").is_none());
    assert_eq!(json(&platform(r#"absent_out = "empty""#), &restored)["baohanurl"], "");
    let declined =
        json(&platform(r#"absent_out = "empty""#), &Notice::InvoiceDeclined { guarantee_no: "BH1" });
    assert_eq!((&declined["invoiceno"], &declined["applystatus"]), (&Value::from(""), &Value::from("0")));
}

#[test]
fn the_centres_code_goes_back_and_its_secret_signs() {
    let centre = Centre {
        platform_code: "A1".to_owned(),
        name: Some("甲中心".to_owned()),
        urls: std::iter::once((Interface::Quitnotice, "https://centre.example/quit".to_owned())).collect(),
        secret: Some(Secret::new("centre-secret")),
    };
    let many = Platform { base_url: "https://p.example/".to_owned(), centres: vec![centre], ..platform("") };
    let notice = Notice::Quit { application_no: "SQ1", guarantee_no: "BH1" };
    let time = at("2026-03-02T10:01:00+08:00");
    let body = notice_body(&many, Some("A1"), &notice, time);
    let json: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(json["platformcode"], "A1");
    let by_centre = baohan_wire::sign_json(
        std::str::from_utf8(&body).unwrap(),
        &Dialect::default(),
        &Secret::new("centre-secret"),
    );
    assert_eq!(by_centre.unwrap().sign, json["sign"].as_str().unwrap());
    let view = many.for_centre(Some("A1"));
    assert_eq!(
        (view.name(), view.url(Interface::Quitnotice)),
        ("甲中心", "https://centre.example/quit".to_owned())
    );
    assert_eq!(view.url(Interface::Baohannotice), "https://p.example/baohannotice");
    assert_eq!(many.for_centre(Some("unknown")).name(), "jyzx-wild");
}

#[test]
fn a_file_that_was_changed_on_the_way_is_refused() {
    let time = at("2026-03-02T10:01:00+08:00");
    let toml = "file_md5 = \"bytes\"\nunsigned_fields = [\"baohanfile\"]";
    let body = String::from_utf8(notice_body(&platform(toml), None, &issued(PDF), time)).unwrap();
    let body = body.replace("JVBERi0x", "JVBERi0y");
    let receipt = receive_notice(&directory(platform(toml)), "", "baohannotice", body.as_bytes(), time);
    assert!(receipt.result.unwrap_err().message.contains("baohanfilemd5"));
}

#[test]
fn a_form_platform_gets_a_form() {
    let form = platform(r#"body = "form""#);
    let notice = Notice::Quit { application_no: "SQ1", guarantee_no: "BH+1" };
    let body = notice_body(&form, None, &notice, at("2026-03-02T10:01:00+08:00"));
    assert!(body.starts_with(b"requestData=%7B%22appkey"));
    assert!(!body.contains(&b' ') && String::from_utf8(body).unwrap().contains("BH%2B1"));
    assert_eq!(form.content_type(), "application/x-www-form-urlencoded");
}

#[test]
fn withdrawn_and_quit_refused_are_the_dialects_to_decide() {
    use baohan_wire::{QuitRefused, WithdrawnNotice};
    assert_eq!(dialect("").withdrawn_notice, WithdrawnNotice::None);
    assert_eq!(dialect(r#"quit_refused = "applystatus""#).quit_refused, QuitRefused::Applystatus);
    let body = json(&platform(""), &Notice::QuitRefused { application_no: "SQ1", guarantee_no: "BH1" });
    assert_eq!(body["applystatus"], "0");
    let quit = json(&platform(""), &Notice::Quit { application_no: "SQ1", guarantee_no: "BH1" });
    assert!(quit.get("applystatus").is_none(), "the specification's quitnotice has none");
}
