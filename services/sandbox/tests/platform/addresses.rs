use std::collections::BTreeMap;

use baohan_sandbox::{Sandbox, Settings, SettingsError};
use baohan_wire::{Centre, Interface, Platform, Secret, notice_body};
use reqwest::Method;

use crate::stage::{Stage, issued, morning, platform, quit};

#[tokio::test]
async fn the_path_of_the_base_address_is_served() {
    let at = Platform { base_url: "/open/api/insure/".into(), ..platform("") };
    let stage = Stage::set(vec![at], |_| {}).await;
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "1");
    let body = notice_body(&stage.platform, None, &quit("SQ1", "BH1"), morning());
    assert_eq!(stage.post("/quitnotice", body.clone()).await.status, 404);
    assert_eq!(stage.post("/open/api/quitnotice", body.clone()).await.status, 404);
    assert_eq!(stage.post("/open/api/insure/quitnotice/", body).await.code(), "1");
}

#[tokio::test]
async fn whole_addresses_of_interfaces_and_centres_are_served() {
    let north = Centre {
        platform_code: "N1".into(),
        name: None,
        urls: BTreeMap::from([(Interface::Quitnotice, "http://host/north/quit".into())]),
        secret: None,
    };
    let urls = BTreeMap::from([(Interface::Baohannotice, "http://host/insure/receive".into())]);
    let stage = Stage::set(vec![Platform { urls, centres: vec![north], ..platform("") }], |_| {}).await;
    let issued = notice_body(&stage.platform, Some("N1"), &issued("SQ1", "BH1"), morning());
    assert_eq!(stage.post("/baohannotice", issued.clone()).await.status, 404);
    assert_eq!(stage.post("/insure/receive", issued).await.code(), "1");
    let quit = notice_body(&stage.platform, Some("N1"), &quit("SQ1", "BH1"), morning());
    let reply = stage.post("/quitnotice", quit.clone()).await;
    assert_eq!((reply.code(), reply.message()), ("0", "appkey 不能用于此地址"), "that is not the centre's");
    assert_eq!(stage.post("/north/quit", quit).await.code(), "1");
}

#[tokio::test]
async fn a_platform_is_served_at_its_own_address_alone() {
    let one = Platform { base_url: "/one".into(), ..platform("") };
    let two = Platform { base_url: "/two".into(), ..Platform::new("jyzx-two", Secret::new("secret-two")) };
    let stage = Stage::set(vec![one, two], |_| {}).await;
    let body = notice_body(&stage.platform, None, &quit("SQ1", "BH1"), morning());
    let reply = stage.post("/two/quitnotice", body.clone()).await;
    assert_eq!((reply.code(), reply.message()), ("0", "appkey 不能用于此地址"));
    assert_eq!(stage.post("/one/quitnotice", body).await.code(), "1");
}

#[tokio::test]
async fn what_the_institution_serves_is_not_served_here() {
    let stage = Stage::new().await;
    for interface in Interface::ALL {
        let status = stage.post(&format!("/{interface}"), b"{}".to_vec()).await.status;
        let expected = if interface.served_by_institution() { 404 } else { 200 };
        assert_eq!(status, expected, "{interface}");
    }
    for path in ["/", "/nowhere", "/BaohanNotice", "/baohannotice/more", "//", "/%ff"] {
        assert_eq!(stage.post(path, b"{}".to_vec()).await.status, 404, "{path}");
    }
}

#[tokio::test]
async fn another_method_is_not_allowed() {
    let stage = Stage::new().await;
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    for (method, path, status) in [
        (Method::GET, "/baohannotice", 405),
        (Method::PUT, "/quitnotice", 405),
        (Method::GET, "/nowhere", 404),
    ] {
        let answer = client.request(method, format!("{}{path}", stage.address)).send().await.unwrap();
        assert_eq!(answer.status(), status, "{path}");
    }
}

#[tokio::test]
async fn pause_switch_and_prefix_are_the_institutions_own() {
    let theirs = Platform {
        paused: Some("系统维护中".into()),
        enabled: false,
        path_prefix: "jyzx".into(),
        ..platform("")
    };
    let stage = Stage::set(vec![theirs], |_| {}).await;
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "1");
}

#[test]
fn settings_that_cannot_be_are_told() {
    let settings = |platforms: Vec<Platform>| Settings {
        platforms,
        institution_url: "http://127.0.0.1:9".into(),
        refuses_repeats: false,
        refuses_strangers: false,
        now: std::sync::Arc::new(morning),
    };
    let error = |platforms| Sandbox::new(settings(platforms)).err().unwrap();
    assert!(matches!(error(vec![platform(""), platform("")]), SettingsError::Directory(_)));
    let base_url = "http://h/sandbox/x".to_owned();
    let reserved = error(vec![Platform { base_url, ..platform("") }]);
    assert!(reserved.to_string().contains("/sandbox/x/baohannotice"), "{reserved}");
    let urls = BTreeMap::from([(Interface::Quitnotice, "http://h/baohannotice".into())]);
    let shared = error(vec![Platform { urls, base_url: "http://h".into(), ..platform("") }]);
    assert!(matches!(shared, SettingsError::SharedPath(_)), "{shared}");
}
