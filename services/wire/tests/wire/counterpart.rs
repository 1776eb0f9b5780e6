//! The platform's side asks, and the institution understands; wrongly asked, it refuses.

use baohan_domain::{Money, SealedField, Terms};
use baohan_wire::{
    Ask, Call, FaultCode, Opening, Reconciliation, SealKey, SpecialInvoice, ask_body, open_section,
    platform_answer, receive, receive_notice,
};
use chrono::NaiveDate;

use crate::setup::{SEAL_KEY, at, directory, morning, platform};

fn terms() -> Terms {
    Terms {
        applicant_name: Some("江南建设集团有限公司".to_owned()),
        applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
        amount: Some(Money::from_decimal_text("800000").unwrap()),
        section_no: Some("E3200000001000001001".to_owned()),
        section_name: Some("一标段".to_owned()),
        beneficiary_name: Some("滨江城市建设投资有限公司".to_owned()),
        beneficiary_code: None,
    }
}

fn asked(toml: &str, ask: &Ask<'_>) -> Call {
    let body = ask_body(&platform(toml), Some("A1"), ask, &[("jbrname", "李四")], morning());
    let receipt = receive(&directory(platform(toml)), "", ask.interface().name(), &body, morning());
    let call = receipt.result.unwrap_or_else(|fault| panic!("{toml}: {fault}"));
    assert_eq!(call.extra()["platformcode"], "A1");
    assert_eq!(call.personal()["jbrname"], "李四");
    call
}

const DIALECTS: [&str; 9] = [
    "",
    "key_order = \"case-insensitive\"",
    "secret = \"hmac\"",
    "digest = \"sm3-base64\"\nbody = \"form\"",
    "charset = \"gbk\"",
    "absent = \"keep-empty\"",
    "trim = true",
    "sealed = [\"biaoduanno\", \"bzjamount\"]",
    "digest = \"md5-hex\"\nsecret = \"append\"",
];

#[test]
fn an_application_arrives_sealed_and_opens() {
    let key = SealKey::parse(SEAL_KEY).unwrap();
    for toml in DIALECTS {
        for iv in [None, Some([9; 16])] {
            let terms = terms();
            let ask = Ask::Apply { application_no: "SQ1", terms: &terms, key: Some(&key), iv };
            let Call::Apply(application) = asked(toml, &ask) else { panic!() };
            let iv = iv.map(|_| "09090909090909090909090909090909");
            let opened = open_section(&application.sealed, SEAL_KEY, iv).unwrap();
            assert_eq!(application.terms.with(&opened.terms), terms, "{toml}");
        }
    }
}

#[test]
fn an_application_without_a_key_arrives_plain() {
    let terms = terms();
    let ask = Ask::Apply { application_no: "SQ1", terms: &terms, key: None, iv: None };
    let Call::Apply(application) = asked("sealed = []", &ask) else { panic!() };
    assert_eq!(application.terms, terms);
    let body = ask_body(&platform(""), None, &ask, &[], morning());
    let fault = receive(&directory(platform("")), "", "baohanapply", &body, morning()).result.unwrap_err();
    assert_eq!(fault.code, FaultCode::NotCiphertext);
}

#[test]
fn every_other_call_arrives_as_it_was_asked() {
    let opening_at = at("2026-03-24T09:00:00+08:00");
    let amount = Money::from_decimal_text("6400").unwrap();
    let special = SpecialInvoice { address: "南京", phone: "025", bank: "工行", account: "6222" };
    let attachments = ["https://f/a?x=1&y=2".to_owned()];
    let day = NaiveDate::from_ymd_opt(2026, 3, 31).unwrap();
    let (application_no, guarantee_no) = ("SQ1", "BH1");
    for toml in DIALECTS {
        let restore = Ask::Restore {
            application_no,
            guarantee_no,
            opening_at,
            key: Some(SEAL_KEY),
            iv: None,
            plain: None,
        };
        let Call::Restore(restore) = asked(toml, &restore) else { panic!() };
        assert_eq!(restore.opening_at, opening_at);
        let invoice = Ask::RequestInvoice {
            application_no,
            guarantee_no,
            buyer_name: "江南",
            buyer_code: "9132",
            amount,
            special: Some(special),
            email: Some("a@b.c"),
            mobile: None,
        };
        let Call::RequestInvoice(invoice) = asked(toml, &invoice) else { panic!() };
        assert_eq!((invoice.amount, invoice.bank.as_deref()), (amount, Some("工行")));
        let Call::RequestQuit(quit) =
            asked(toml, &Ask::RequestQuit { application_no, guarantee_no, reason: "放弃" })
        else {
            panic!()
        };
        assert_eq!(quit.reason, "放弃");
        assert!(matches!(asked(toml, &Ask::Cancel { application_no, guarantee_no }), Call::Cancel(_)));
        let claim = Ask::Claim {
            application_no,
            guarantee_no,
            payee_account: Some("6222"),
            amount: None,
            attachments: &attachments,
            contact_name: "王五",
            contact_phone: "138",
            reason: Some("违约"),
        };
        let Call::Claim(claim) = asked(toml, &claim) else { panic!() };
        assert_eq!((claim.attachments.as_slice(), claim.amount), (attachments.as_slice(), None));
        let Call::Reconcile(Reconciliation { start, end, .. }) =
            asked(toml, &Ask::Reconcile { start: day, end: day })
        else {
            panic!()
        };
        assert_eq!((start, end), (day, day));
    }
}

#[test]
fn a_restore_can_bring_plain_values() {
    let terms = Terms { applicant_name: None, applicant_code: None, amount: None, ..terms() };
    let ask = Ask::Restore {
        application_no: "SQ1",
        guarantee_no: "BH1",
        opening_at: morning(),
        key: None,
        iv: None,
        plain: Some(&terms),
    };
    let Call::Restore(restore) = asked(r#"restore = "plain""#, &ask) else { panic!() };
    assert_eq!(restore.opening, Opening::Plain(terms));
}

#[test]
fn one_side_does_not_serve_the_others_interfaces() {
    let directory = directory(platform(""));
    let fault = receive_notice(&directory, "", "baohanapply", b"{}", morning()).result.unwrap_err();
    assert_eq!(fault.http_status, Some(404));
}

#[test]
fn a_platform_answers_with_its_own_word_for_success() {
    assert_eq!(platform_answer(&platform(""), true, "成功"), r#"{"code":"1","message":"成功"}"#.as_bytes());
    let zero = platform(r#"success_value = "0""#);
    assert_eq!(platform_answer(&zero, true, "成功"), r#"{"code":"0","message":"成功"}"#.as_bytes());
    assert_eq!(platform_answer(&zero, false, "失败"), r#"{"code":"500","message":"失败"}"#.as_bytes());
}

#[test]
fn sealed_fields_have_their_wire_names() {
    assert_eq!(baohan_wire::wire_name(SealedField::SectionNo), "biaoduanno");
    assert_eq!(baohan_wire::wire_name(SealedField::Amount), "bzjamount");
}
