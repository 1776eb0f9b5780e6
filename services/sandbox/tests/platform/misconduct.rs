use baohan_sandbox::{Misconduct, MisconductKind};
use baohan_wire::Interface;
use reqwest::Method;
use serde_json::json;

use crate::stage::{Stage, issued, platform, quit};

async fn order(stage: &Stage, order: serde_json::Value) {
    let reply = stage.drive(Method::POST, "/misconduct", Some(&order)).await;
    assert_eq!(reply.status, 204, "{order}");
}

#[tokio::test]
async fn http_500_is_an_error_page_and_nothing_is_taken() {
    let stage = Stage::new().await;
    order(&stage, json!({ "kind": "http-500", "times": 2 })).await;
    for _ in 0..2 {
        let reply = stage.tell(&issued("SQ1", "BH1")).await;
        assert_eq!(reply.status, 500);
        assert!(reply.text.contains("<html>"));
    }
    assert!(stage.sandbox.centre().told().is_empty());
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "1", "the order is used up");
}

#[tokio::test]
async fn code_0_is_a_refusal_in_the_platforms_own_words() {
    let stage = Stage::speaking("success_value = \"0\"").await;
    order(&stage, json!({ "kind": "code-0", "message": "系统升级" })).await;
    let reply = stage.tell(&issued("SQ1", "BH1")).await;
    assert_eq!((reply.status, reply.code(), reply.message()), (200, "500", "系统升级"));
    assert!(stage.sandbox.centre().told().is_empty());
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "0");
}

#[tokio::test]
async fn a_lost_answer_is_taken_and_not_answered() {
    let stage = Stage::new().await;
    order(&stage, json!({ "kind": "lost-answer" })).await;
    let body = baohan_wire::notice_body(&stage.platform, None, &quit("SQ1", "BH1"), crate::stage::morning());
    let url = format!("{}/quitnotice", stage.address);
    assert!(stage.try_post(&url, "application/json", body).await.is_err(), "no status and no body");
    assert_eq!(stage.sandbox.centre().told_of("SQ1", Interface::Quitnotice)[0].times, 1);
    assert_eq!(stage.tell(&quit("SQ1", "BH1")).await.code(), "1");
    assert_eq!(stage.sandbox.centre().told_of("SQ1", Interface::Quitnotice)[0].times, 2);
}

#[tokio::test]
async fn a_hanging_call_is_not_taken_and_ends_when_the_platform_behaves_again() {
    let stage = Stage::new().await;
    order(&stage, json!({ "kind": "hang", "interface": "quitnotice", "times": 9 })).await;
    let mut seen = stage.sandbox.watch();
    let notice = quit("SQ1", "BH1");
    let (reply, ()) = tokio::join!(
        async {
            let body = baohan_wire::notice_body(&stage.platform, None, &notice, crate::stage::morning());
            stage.try_post(&format!("{}/quitnotice", stage.address), "application/json", body).await
        },
        async {
            assert_eq!(seen.recv().await.unwrap().code, None, "it hangs now");
            assert_eq!(stage.drive(Method::DELETE, "/misconduct", None).await.status, 204);
        }
    );
    assert!(reply.is_err(), "no answer at all");
    assert!(stage.sandbox.centre().told().is_empty());
    assert_eq!(stage.tell(&notice).await.code(), "1", "the other eight are cancelled");
}

#[tokio::test]
async fn a_hang_ends_by_itself() {
    let stage = Stage::new().await;
    let order = Misconduct::at(Interface::Quitnotice, MisconductKind::Hang, 1);
    assert!(stage.sandbox.misbehave(Misconduct { hang_ms: Some(1), ..order }));
    let body = baohan_wire::notice_body(&stage.platform, None, &quit("SQ1", "BH1"), crate::stage::morning());
    assert!(
        stage.try_post(&format!("{}/quitnotice", stage.address), "application/json", body).await.is_err()
    );
}

#[tokio::test]
async fn an_order_holds_for_its_interface_and_its_platform() {
    let mut other = platform("");
    other.appkey = "jyzx-other".into();
    let stage = Stage::set(vec![platform(""), other], |_| {}).await;
    order(&stage, json!({ "kind": "http-500", "interface": "baohannotice", "platform": "jyzx-other" })).await;
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "1", "another platform");
    let other = stage.sandbox.platform(Some("jyzx-other")).unwrap().clone();
    assert_eq!(stage.tell_as(&other, None, &quit("SQ2", "BH2")).await.code(), "1", "another interface");
    assert_eq!(stage.tell_as(&other, None, &issued("SQ1", "BH1")).await.status, 500);
}

#[tokio::test]
async fn open_orders_are_shown_and_nonsense_is_none() {
    let stage = Stage::new().await;
    order(&stage, json!({ "kind": "hang", "times": 3, "hang_ms": 5 })).await;
    let open = stage.drive(Method::GET, "/misconduct", None).await.body;
    assert_eq!((&open[0]["kind"], &open[0]["times"]), (&json!("hang"), &json!(3)));
    for wrong in
        [json!({ "kind": "hang", "times": 0 }), json!({ "kind": "explode" }), json!({ "knd": "hang" })]
    {
        let reply = stage.drive(Method::POST, "/misconduct", Some(&wrong)).await;
        assert_eq!(reply.status, 422, "{wrong}");
    }
    assert_eq!(stage.drive(Method::GET, "/misconduct", None).await.body.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn a_stop_does_not_wait_for_what_hangs() {
    let (platform, stopped) = (platform(""), tokio::sync::oneshot::channel::<()>());
    let stage = Stage::set(vec![platform], |_| {}).await;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/quitnotice", listener.local_addr().unwrap());
    let serving = stage.sandbox.clone();
    let (stop, stopped) = stopped;
    let server = tokio::spawn(async move {
        serving.serve(listener, async move { stopped.await.unwrap_or_default() }).await
    });
    assert!(stage.sandbox.misbehave(Misconduct::at(Interface::Quitnotice, MisconductKind::Hang, 1)));
    let mut seen = stage.sandbox.watch();
    let notice =
        baohan_wire::notice_body(&stage.platform, None, &quit("SQ1", "BH1"), crate::stage::morning());
    let (reply, ()) = tokio::join!(stage.try_post(&url, "application/json", notice), async {
        seen.recv().await.unwrap();
        stop.send(()).unwrap();
    });
    assert!(reply.is_err());
    server.await.unwrap().unwrap();
}
