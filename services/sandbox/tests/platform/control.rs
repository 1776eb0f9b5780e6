use baohan_wire::Notice;
use reqwest::Method;
use serde_json::json;

use crate::stage::{PDF, Stage, issued, platform, quit, restored};

#[tokio::test]
async fn what_it_was_told_is_shown_newest_last() {
    let stage = Stage::new().await;
    stage.tell(&issued("SQ1", "BH1")).await;
    stage.tell(&Notice::NotIssued { application_no: "SQ2" }).await;
    stage.tell(&restored("SQ1", "BH1")).await;
    let shown = stage.drive(Method::GET, "/notices", None).await.body;
    let of =
        |field: &str| shown.as_array().unwrap().iter().map(|told| told[field].clone()).collect::<Vec<_>>();
    assert_eq!(of("interface"), ["baohannotice", "baohannotice", "restorenotice"]);
    assert_eq!(of("approved"), [true, false, true]);
    assert_eq!(shown[0]["at"], "2026-03-02T01:30:00Z");

    let one = stage.drive(Method::GET, "/notices?application_no=SQ1", None).await.body;
    assert_eq!(one.as_array().unwrap().len(), 2);
    let newest = stage.drive(Method::GET, "/notices?limit=1", None).await.body;
    assert_eq!((newest.as_array().unwrap().len(), &newest[0]["number"]), (1, &json!(2)));
    let later = stage.drive(Method::GET, "/notices?after=0&application_no=SQ1", None).await.body;
    assert_eq!(later[0]["interface"], "restorenotice");
    assert_eq!(stage.drive(Method::GET, "/notices?aplication_no=SQ1", None).await.status, 400);
}

#[tokio::test]
async fn the_file_of_a_notice_is_the_very_file() {
    let stage = Stage::new().await;
    stage.tell(&issued("SQ1", "BH1")).await;
    stage.tell(&quit("SQ1", "BH1")).await;
    let (status, media, bytes) = stage.bytes("/sandbox/notices/0/file").await;
    assert_eq!((status, media.as_str(), bytes.as_slice()), (200, "application/pdf", PDF));
    assert_eq!(stage.drive(Method::GET, "/notices/1/file", None).await.status, 404, "a quit has no file");
    assert_eq!(stage.drive(Method::GET, "/notices/9/file", None).await.status, 404);
}

#[tokio::test]
async fn the_overview_says_who_is_played_and_where() {
    let mut other = platform("");
    other.appkey = "jyzx-other".into();
    other.base_url = "/other".into();
    let stage = Stage::set(vec![platform(""), other], |_| {}).await;
    let shown = stage.drive(Method::GET, "", None).await.body;
    assert_eq!(shown["platforms"][1]["platform"], "jyzx-other");
    let at = shown["platforms"][1]["interfaces"]["quitnotice"].as_str().unwrap();
    assert_eq!(at, format!("{}/other/quitnotice", stage.address));
    assert!(!shown.to_string().contains("secret"), "{shown}");
    // Two are played, so a wish must say which.
    assert_eq!(stage.drive(Method::POST, "/cancel", Some(&json!({}))).await.status, 422);
}

#[tokio::test]
async fn the_newest_calls_are_shown_with_what_was_wrong_with_them() {
    let stage = Stage::new().await;
    stage.post("/quitnotice", b"not json".to_vec()).await;
    stage.tell(&quit("SQ1", "BH1")).await;
    let mut stranger = stage.platform.clone();
    stranger.dialect.secret = baohan_wire::SecretPlace::Append;
    stage.tell_as(&stranger, None, &quit("SQ1", "BH1")).await;
    let shown = stage.drive(Method::GET, "/calls", None).await.body;
    let codes: Vec<_> = shown.as_array().unwrap().iter().map(|call| call["code"].clone()).collect();
    assert_eq!(codes, ["0", "1", "0"]);
    assert_eq!(shown[1]["application_no"], "SQ1");
    assert!(shown[1].get("diagnosis").is_none());
    assert!(shown[2]["diagnosis"].as_str().unwrap().contains("secret = \"append\""), "{shown}");
}
