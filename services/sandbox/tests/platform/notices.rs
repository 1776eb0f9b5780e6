use baohan_sandbox::Caller;
use baohan_wire::{Interface, Notice, Platform, Secret, notice_body};
use chrono::TimeDelta;

use crate::stage::{APPKEY, Stage, invoiced, issued, issued_with, morning, platform, quit, restored};

#[tokio::test]
async fn a_whole_life_is_told_and_remembered() {
    let stage = Stage::new().await;
    for notice in [issued("SQ1", "BH1"), restored("SQ1", "BH1"), invoiced("BH1"), quit("SQ1", "BH1")] {
        let reply = stage.tell(&notice).await;
        assert_eq!((reply.status, reply.code(), reply.message()), (200, "1", "成功"), "{notice:?}");
    }
    let told = stage.sandbox.centre().told();
    let interfaces: Vec<_> = told.iter().map(|told| told.interface).collect();
    assert_eq!(interfaces, ["baohannotice", "restorenotice", "invoicenotice", "quitnotice"]);
    assert!(told.iter().all(|told| told.application_no.as_deref() == Some("SQ1")), "{told:?}");
    assert_eq!(told[2].invoice_no.as_deref(), Some("25322000000012345678"));
}

#[tokio::test]
async fn failures_are_told_too() {
    let stage = Stage::new().await;
    assert_eq!(stage.tell(&Notice::NotIssued { application_no: "SQ1" }).await.code(), "1");
    stage.tell(&issued("SQ2", "BH2")).await;
    assert_eq!(stage.tell(&Notice::InvoiceDeclined { guarantee_no: "BH2" }).await.code(), "1");
    let refused = Notice::QuitRefused { application_no: "SQ2", guarantee_no: "BH2" };
    assert_eq!(stage.tell(&refused).await.code(), "1");
    let approved: Vec<_> = stage.sandbox.centre().told().iter().map(|told| told.approved).collect();
    assert_eq!(approved, [false, true, false, false]);
}

#[tokio::test]
async fn every_service_refuses_a_wrong_signature_and_remembers_nothing() {
    let stage = Stage::new().await;
    let mut seen = stage.sandbox.watch();
    let stranger = Platform { secret: Secret::new("another"), ..stage.platform.clone() };
    for notice in [issued("SQ1", "BH1"), restored("SQ1", "BH1"), invoiced("BH1"), quit("SQ1", "BH1")] {
        let reply = stage.tell_as(&stranger, None, &notice).await;
        assert_eq!((reply.status, reply.code()), (200, "0"), "{notice:?}");
        assert!(reply.message().contains("sign"), "{}", reply.message());
        assert!(!reply.text.contains("another"));
        let happening = seen.recv().await.unwrap();
        assert_eq!((happening.caller, happening.code.as_deref()), (Caller::Institution, Some("0")));
        assert!(
            happening.diagnosis.is_some_and(|told| told.contains("appsecret")),
            "why, for the institution"
        );
    }
    assert!(stage.sandbox.centre().told().is_empty());
}

#[tokio::test]
async fn the_diagnosis_names_the_dialect_that_was_spoken_instead() {
    let stage = Stage::new().await;
    let mut seen = stage.sandbox.watch();
    let other = Platform { base_url: stage.platform.base_url.clone(), ..platform("secret = \"ampersand\"") };
    assert_eq!(stage.tell_as(&other, None, &quit("SQ1", "BH1")).await.code(), "0");
    let diagnosis = seen.recv().await.unwrap().diagnosis.unwrap();
    assert!(diagnosis.contains("secret = \"ampersand\""), "{diagnosis}");
}

#[tokio::test]
async fn a_changed_byte_an_old_time_and_a_strange_key_are_refused() {
    let stage = Stage::new().await;
    let body = notice_body(&stage.platform, None, &quit("SQ1", "BH1"), morning());
    let changed = String::from_utf8(body).unwrap().replace("BH1", "BH2");
    assert!(stage.post("/quitnotice", changed.into_bytes()).await.message().contains("sign"));

    let old = notice_body(&stage.platform, None, &quit("SQ1", "BH1"), morning() - TimeDelta::hours(1));
    assert!(stage.post("/quitnotice", old).await.message().contains("timestamp"));

    let stranger = Platform::new("nobody", Secret::new("s"));
    let body = notice_body(&stranger, None, &quit("SQ1", "BH1"), morning());
    let reply = stage.post("/quitnotice", body).await;
    assert_eq!((reply.status, reply.code(), reply.message()), (200, "0", "appkey 未登记"));
    assert!(stage.sandbox.centre().told().is_empty());
}

#[tokio::test]
async fn a_missing_field_is_named() {
    let stage = Stage::new().await;
    let reply = stage.send(Interface::Quitnotice, r#""applyno":"SQ1""#).await;
    assert_eq!((reply.code(), reply.message()), ("0", "缺少必填字段 baohanno"));
    let reply = stage.send(Interface::Invoicenotice, r#""baohanno":"BH1","applystatus":"2""#).await;
    assert!(reply.message().contains("applystatus"), "{}", reply.message());
    let reply =
        stage.send(Interface::Restorenotice, r#""applyno":"SQ1","baohanno":"BH1","baohanfile":"%%%""#).await;
    assert!(reply.message().contains("baohanfile"), "{}", reply.message());
}

#[tokio::test]
async fn a_well_signed_error_page_is_no_guarantee_file() {
    let stage = Stage::new().await;
    // An empty archive, as some gateways write one around an error message.
    let zip = [b"PK\x05\x06".as_slice(), &[0; 18]].concat();
    for file in [b"<html>502</html>".as_slice(), b"{\"error\":1}", &zip, b"PK\x03\x04"] {
        let reply = stage.tell(&issued_with("SQ1", "BH1", file)).await;
        assert_eq!(reply.code(), "0", "{file:?}");
        assert!(reply.message().contains("保函文件"), "{}", reply.message());
        let plain = Notice::Restored {
            application_no: "SQ1",
            guarantee_no: "BH1",
            document_url: None,
            document: file,
        };
        assert_eq!(stage.tell(&plain).await.code(), "0", "{file:?}");
    }
    assert!(stage.sandbox.centre().told().is_empty());
}

#[tokio::test]
async fn an_unknown_number_is_refused() {
    let stage = Stage::new().await;
    assert_eq!(stage.tell(&invoiced("BH9")).await.message(), "保函编号不存在");
    stage.tell(&issued("SQ1", "BH1")).await;
    assert_eq!(stage.tell(&quit("SQ1", "BH9")).await.message(), "保函编号与业务流水号不符");
    assert_eq!(stage.tell(&quit("SQ2", "BH1")).await.message(), "保函编号已用于其他业务");
    assert_eq!(stage.tell(&issued("SQ2", "BH1")).await.code(), "0");
}

#[tokio::test]
async fn a_platform_with_a_memory_refuses_notices_of_what_it_never_applied_for() {
    let stage = Stage::set(vec![platform("")], |settings| settings.refuses_strangers = true).await;
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.message(), "业务流水号不存在");
    // Nobody answers at the institution's address; that it applied is known all the same.
    let wish = serde_json::json!({ "application_no": "SQ1" });
    assert_eq!(stage.drive(reqwest::Method::POST, "/apply", Some(&wish)).await.status, 502);
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "1");
    assert_eq!(stage.tell(&restored("SQ1", "BH2")).await.code(), "0");
    assert_eq!(stage.tell(&restored("SQ1", "BH1")).await.code(), "1");
}

#[tokio::test]
async fn a_repeated_notice_is_success() {
    let stage = Stage::new().await;
    stage.tell(&issued("SQ1", "BH1")).await;
    let later = notice_body(&stage.platform, None, &issued("SQ1", "BH1"), morning() + TimeDelta::minutes(5));
    assert_eq!(stage.post("/baohannotice", later).await.code(), "1", "time and signature alone differ");
    let told = stage.sandbox.centre().told_of("SQ1", Interface::Baohannotice);
    assert_eq!((told.len(), told[0].times), (1, 2));
}

#[tokio::test]
async fn a_repeated_notice_is_refused_as_known_where_the_platform_is_like_that() {
    let stage = Stage::set(vec![platform("")], |settings| settings.refuses_repeats = true).await;
    assert_eq!(stage.tell(&quit("SQ1", "BH1")).await.code(), "1");
    let reply = stage.tell(&quit("SQ1", "BH1")).await;
    assert_eq!(reply.code(), "0");
    assert!(reply.message().contains("已存在"), "{}", reply.message());
}

#[tokio::test]
async fn another_content_under_the_same_number_is_refused() {
    let stage = Stage::new().await;
    stage.tell(&issued("SQ1", "BH1")).await;
    let reply = stage.tell(&issued_with("SQ1", "BH1", b"%PDF-1.7 another\n%%EOF\n")).await;
    assert_eq!((reply.code(), reply.message()), ("0", "与已接收的通知内容不一致"));
    assert_eq!(stage.tell(&Notice::NotIssued { application_no: "SQ1" }).await.code(), "0");
    assert_eq!(stage.sandbox.centre().told().len(), 1);
}

#[tokio::test]
async fn two_platforms_at_one_address_keep_their_books_apart() {
    let other = Platform::new("jyzx-other", Secret::new("other-secret"));
    let stage = Stage::set(vec![platform(""), other], |_| {}).await;
    stage.tell(&issued("SQ1", "BH1")).await;
    let other = stage.sandbox.platform(Some("jyzx-other")).unwrap().clone();
    assert_eq!(stage.tell_as(&other, None, &issued("SQ1", "BH1")).await.code(), "1");
    assert_eq!(stage.tell_as(&other, None, &invoiced("BH1")).await.code(), "1");
    let told: Vec<_> = stage.sandbox.centre().told().into_iter().map(|told| told.platform).collect();
    assert_eq!(told, [APPKEY, "jyzx-other", "jyzx-other"]);
}
