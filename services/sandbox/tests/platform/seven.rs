//! The platform's calls to the institution, as `/sandbox/…` orders them.

use baohan_domain::Terms;
use baohan_wire::{Call, FaultCode, InvoiceKind, Opening, Platform, open_section};
use reqwest::Method;
use serde_json::{Value, json};

use crate::institution::Institution;
use crate::stage::{Reply, Stage, platform};

const KEY: &str = "0123456789abcdeffedcba9876543210";

async fn meeting(platform: Platform) -> (Stage, Institution) {
    let institution = Institution::of(vec![platform.clone()]).await;
    let url = institution.address.clone();
    (Stage::set(vec![platform], |settings| settings.institution_url = url).await, institution)
}

async fn wish(stage: &Stage, action: &str, wish: Value) -> Reply {
    stage.drive(Method::POST, &format!("/{action}"), Some(&wish)).await
}

fn terms() -> Terms {
    Terms {
        applicant_name: Some("江南建设集团有限公司".into()),
        applicant_code: Some("91320000MA1XXXXX0A".into()),
        amount: Some("800000.00".parse().unwrap()),
        section_no: Some("E3200000001000001001".into()),
        section_name: Some("滨江快速路改造工程一标段".into()),
        beneficiary_name: Some("滨江城市建设投资有限公司".into()),
        beneficiary_code: Some("91320100MA1YYYYY1B".into()),
    }
}

#[tokio::test]
async fn an_application_arrives_sealed_in_every_dialect() {
    for (dialect, prefix) in [
        ("", ""),
        ("body = \"form\"", "jyzx"),
        ("secret = \"hmac\"\ndigest = \"sm3-base64\"", "a/b"),
        ("reply_code = \"number\"", ""),
    ] {
        let (stage, institution) =
            meeting(Platform { path_prefix: prefix.into(), ..platform(dialect) }).await;
        let asked =
            json!({ "application_no": "SQ1", "terms": terms(), "key": KEY, "extra": { "jbrname": "李四" } });
        let reply = wish(&stage, "apply", asked).await;
        assert_eq!((reply.status, reply.code(), reply.message()), (200, "1", "受理成功"), "{dialect}");
        let Call::Apply(application) = institution.only_call() else { panic!("{dialect}") };
        let opened = open_section(&application.sealed, KEY, None).unwrap();
        assert_eq!(application.terms.with(&opened.terms), terms(), "{dialect}");
        assert_eq!(application.personal["jbrname"], "李四");
    }
}

#[tokio::test]
async fn a_vector_means_cbc_and_a_fixed_key_is_the_platforms() {
    let (stage, institution) = meeting(platform("")).await;
    let iv = "000102030405060708090a0b0c0d0e0f";
    wish(&stage, "apply", json!({ "application_no": "SQ1", "terms": terms(), "key": KEY, "iv": iv })).await;
    let Call::Apply(application) = institution.only_call() else { panic!() };
    assert_eq!(
        open_section(&application.sealed, KEY, Some(iv)).unwrap().terms.section_no,
        terms().section_no
    );

    let (stage, institution) = meeting(platform(&format!("sealed_key = \"{KEY}\""))).await;
    wish(&stage, "apply", json!({ "application_no": "SQ1", "terms": terms() })).await;
    let Call::Apply(application) = institution.only_call() else { panic!() };
    assert_eq!(application.sealed.len(), 4);
    assert!(open_section(&application.sealed, KEY, None).is_ok());
}

#[tokio::test]
async fn a_restore_brings_the_key_or_the_plain_values() {
    let (stage, institution) = meeting(platform("")).await;
    let restore = json!({
        "application_no": "SQ1", "guarantee_no": "BH1", "opening_at": "2026-03-24T01:00:00Z", "key": KEY,
    });
    assert_eq!(wish(&stage, "restore", restore).await.code(), "1");
    let Call::Restore(restore) = institution.only_call() else { panic!() };
    assert_eq!(restore.opening.key().unwrap().0, KEY);

    let (stage, institution) = meeting(platform("restore = \"plain\"")).await;
    let restore = json!({
        "application_no": "SQ1", "guarantee_no": "BH1", "opening_at": "2026-03-24T01:00:00Z", "terms": terms(),
    });
    assert_eq!(wish(&stage, "restore", restore).await.code(), "1");
    let Call::Restore(restore) = institution.only_call() else { panic!() };
    let Opening::Plain(plain) = restore.opening else { panic!("{:?}", restore.opening) };
    assert_eq!(plain.beneficiary_name, terms().beneficiary_name);
}

#[tokio::test]
async fn invoice_quit_cancel_and_claim_arrive() {
    let (stage, institution) = meeting(platform("")).await;
    let ordinary = json!({
        "application_no": "SQ1", "guarantee_no": "BH1", "terms": terms(), "amount": "6400.00", "email": "a@b.cn",
    });
    wish(&stage, "invoice", ordinary.clone()).await;
    let Call::RequestInvoice(invoice) = institution.only_call() else { panic!() };
    assert_eq!((invoice.kind, invoice.amount), (InvoiceKind::Ordinary, "6400.00".parse().unwrap()));
    let mut special = ordinary;
    special["special"] = json!({ "address": "南京", "phone": "025", "bank": "工行", "account": "6222" });
    wish(&stage, "invoice", special).await;
    let Call::RequestInvoice(invoice) = institution.only_call() else { panic!() };
    assert_eq!((invoice.kind, invoice.bank.as_deref()), (InvoiceKind::Special, Some("工行")));

    let numbers = json!({ "application_no": "SQ1", "guarantee_no": "BH1", "reason": "放弃投标" });
    wish(&stage, "quit", numbers.clone()).await;
    let Call::RequestQuit(quit) = institution.only_call() else { panic!() };
    assert_eq!(quit.reason, "放弃投标");
    wish(&stage, "cancel", numbers).await;
    assert!(matches!(institution.only_call(), Call::Cancel(_)));
    let claim = json!({
        "application_no": "SQ1", "guarantee_no": "BH1", "payee_account": "6222", "amount": "300000.00",
        "contact_name": "王五", "contact_phone": "13800000001", "attachments": ["https://f/a.pdf"], "platform_code": "A1",
    });
    wish(&stage, "claim", claim).await;
    let Call::Claim(claim) = institution.only_call() else { panic!() };
    assert_eq!(claim.attachments, ["https://f/a.pdf"]);
    assert_eq!(claim.extra["platformcode"], "A1");
}

#[tokio::test]
async fn a_reconciliation_comes_back_read() {
    let (stage, institution) = meeting(platform("rate = \"percent\"")).await;
    let days = json!({ "start": "2026-03-01", "end": "2026-03-31" });
    let reply = wish(&stage, "reconcile", days.clone()).await;
    let row = &reply.body["rows"][0];
    assert_eq!(
        (&row["guarantee_no"], &row["rate"], &row["is_quit"]),
        (&json!("BH1"), &json!("0.008"), &json!(true))
    );
    institution.answers(200, r#"{"code":"1","message":"ok","data":{}}"#);
    let reply = wish(&stage, "reconcile", days).await;
    assert!(reply.body["rows"].is_null());
    assert_eq!(reply.body["trouble"], "data.baohanlist is no list");
}

#[tokio::test]
async fn a_wrongly_signed_call_can_be_ordered() {
    let (stage, institution) = meeting(platform("")).await;
    let numbers = json!({ "application_no": "SQ1", "guarantee_no": "BH1", "wrongly_signed": true });
    let reply = wish(&stage, "cancel", numbers).await;
    assert_eq!(reply.code(), "0");
    let (_, result) = institution.calls().remove(0);
    assert_eq!(result.unwrap_err().code, FaultCode::SignMismatch);
}

#[tokio::test]
async fn what_is_missing_in_a_wish_is_named() {
    let (stage, institution) = meeting(platform("")).await;
    for (action, wished, missing) in [
        ("apply", json!({}), "application_no is missing"),
        ("apply", json!({ "application_no": "SQ1", "key": "short" }), "key is no key"),
        ("apply", json!({ "application_no": "SQ1", "key": KEY, "iv": "00" }), "iv is no 32 hex digits"),
        ("restore", json!({ "application_no": "SQ1", "guarantee_no": "BH1" }), "opening_at is missing"),
        (
            "invoice",
            json!({ "application_no": "SQ1", "guarantee_no": "BH1" }),
            "terms.applicant_name is missing",
        ),
        ("claim", json!({ "application_no": "SQ1", "guarantee_no": "BH1" }), "contact_name is missing"),
        ("quit", json!({ "application_no": "SQ1" }), "guarantee_no is missing"),
        ("reconcile", json!({ "start": "2026-03-01" }), "end is missing"),
        ("baohanapply", json!({}), "no such call"),
        ("cancel", json!({ "platform": "nobody" }), "platform names none that is played here"),
    ] {
        let reply = wish(&stage, action, wished).await;
        assert_eq!((reply.status, reply.text.as_str()), (422, missing), "{action}");
    }
    assert_eq!(
        wish(&stage, "quit", json!({ "aplication_no": "SQ1" })).await.status,
        422,
        "a misspelled field"
    );
    assert!(institution.calls().is_empty());
}

#[tokio::test]
async fn an_institution_that_answers_nonsense_or_not_at_all_is_told_as_such() {
    let (stage, institution) = meeting(platform("")).await;
    let numbers = json!({ "application_no": "SQ1", "guarantee_no": "BH1" });
    institution.answers(502, "<html>Bad Gateway</html>");
    let reply = wish(&stage, "cancel", numbers.clone()).await;
    assert_eq!((reply.status, reply.text.as_str()), (502, "HTTP status 502 and no answer of an interface"));
    institution.answers(200, r#"{"code":0,"message":"业务流水号不存在"}"#);
    let reply = wish(&stage, "cancel", numbers.clone()).await;
    assert_eq!((reply.code(), reply.message()), ("0", "业务流水号不存在"));

    let nobody = Stage::new().await;
    let reply = wish(&nobody, "cancel", numbers).await;
    assert_eq!(reply.status, 502);
    assert!(reply.text.starts_with("the institution does not answer: "), "{}", reply.text);
}
