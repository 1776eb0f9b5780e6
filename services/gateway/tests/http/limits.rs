//! What is no protocol call, and what is too much.

use std::num::NonZeroU32;

use baohan_gateway::{Options, Share};
use reqwest::{Method, header};

use crate::world::{Message, World, platform, speaking};

fn share(count: u32) -> Share {
    let count = NonZeroU32::new(count).unwrap();
    Share { per_second: NonZeroU32::MIN, burst: count }
}

#[tokio::test]
async fn what_is_no_protocol_call_has_a_status_of_its_own() {
    let world = World::new().await;
    let apply = Message::apply("SQ1").signed(&world.platform);
    for path in ["", "nothing", "baohanapply/", "baohannotice", "other/baohanapply", "getbiaoduanyichang"] {
        assert_eq!(world.send(path, apply.clone()).await.status, 404, "{path}");
    }
    let get = world.http().get(format!("{}/baohanapply", world.base)).send().await.unwrap();
    assert_eq!(get.status(), 405);
    assert_eq!(get.headers()[header::ALLOW], "POST");
    assert_eq!(
        world.request(world.http().request(Method::PUT, format!("{}/baohanapply", world.base))).await.status,
        405
    );
    for body in ["", "hello", "<xml/>", "{\"appkey\":"] {
        assert_eq!(world.send("baohanapply", body).await.status, 415, "{body}");
    }
    assert!(world.events("SQ1").await.is_empty());
    assert_eq!(world.outcomes().await, vec!["not-json"; 4]);
}

#[tokio::test]
async fn the_body_decides_and_not_its_content_type() {
    let world = World::new().await;
    for (number, content_type) in
        ["text/plain", "application/x-www-form-urlencoded", "image/png"].iter().enumerate()
    {
        let body = Message::apply(&format!("SQ{number}")).signed(&world.platform);
        let request = world.http().post(format!("{}/baohanapply", world.base));
        world.request(request.header(header::CONTENT_TYPE, *content_type).body(body)).await.taken();
    }
}

#[tokio::test]
async fn a_body_over_the_limit_is_turned_away_and_journalled() {
    let world = World::with(platform(), Options { body_bytes_max: 2_000, ..Options::default() }).await;
    let padded = format!("{{{}}}", " ".repeat(2_000));
    assert_eq!(world.send("baohanapply", padded).await.status, 413);
    assert_eq!(world.outcomes().await, ["body-too-large"]);
    world.call(&Message::apply("SQ1")).await.taken();
}

#[tokio::test]
async fn answers_are_json_in_the_platforms_dialect() {
    let world = World::of(speaking(|dialect| dialect.reply_code = baohan_wire::ReplyCode::Number)).await;
    let request = world.http().post(format!("{}/baohanapply", world.base));
    let response = request.body(Message::apply("SQ1").signed(&world.platform)).send().await.unwrap();
    assert_eq!(response.headers()[header::CONTENT_TYPE], "application/json; charset=utf-8");
    let body: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
    assert_eq!(body["code"], 1);
    assert!(body["message"].is_string());
}

#[tokio::test]
async fn a_platform_has_its_prefix() {
    let world = World::of(baohan_wire::Platform { path_prefix: "jyzx/open".into(), ..platform() }).await;
    let body = Message::apply("SQ1").signed(&world.platform);
    assert_eq!(world.send("baohanapply", body.clone()).await.status, 404);
    world.send("jyzx/open/baohanapply", body).await.taken();
}

#[tokio::test]
async fn a_platform_over_its_rate_is_told_so() {
    let world = World::with(platform(), Options { share: share(3), ..Options::default() }).await;
    let body = Message::apply("SQ1").signed(&world.platform);
    for _ in 0..3 {
        world.send("baohanapply", body.clone()).await.taken();
    }
    let request = world.http().post(format!("{}/baohanapply", world.base)).body(body);
    let response = request.send().await.unwrap();
    assert_eq!(response.status(), 429);
    assert_eq!(response.headers()[header::RETRY_AFTER], "1");
}

#[tokio::test]
async fn restores_of_what_is_not_in_force_cost_nothing() {
    let world = World::with(platform(), Options { share: share(2), ..Options::default() }).await;
    world.call(&Message::apply("SQ1")).await.taken();
    world.at("2026-03-20 09:05:00");
    let restore = Message::restore("SQ1", "BH1", "2026-03-20 09:00:00").signed(&world.platform);
    for _ in 0..40 {
        world.send("baohanrestore", restore.clone()).await.refused_with("未出函");
    }
    assert_eq!(
        world.send("canclenotice", Message::cancel("SQ1", "BH1").signed(&world.platform)).await.status,
        200
    );
    assert_eq!(world.send("baohanrestore", restore).await.status, 429);
}

#[tokio::test]
async fn strangers_cannot_use_up_a_platforms_rate() {
    let options = Options { share: share(1), strangers: share(2), ..Options::default() };
    let world = World::with(platform(), options).await;
    let forged = Message::apply("SQ1").signed(&world.platform).replace("800000.00", "800000.01");
    let statuses: Vec<_> = [
        world.send("baohanapply", forged.clone()).await.status,
        world.send("baohanapply", forged.clone()).await.status,
        world.send("baohanapply", forged).await.status,
    ]
    .into();
    assert_eq!(statuses, [200, 200, 429]);
    assert_eq!(world.outcomes().await, ["sign-mismatch", "sign-mismatch"]);
    world.call(&Message::apply("SQ1")).await.taken();
}

#[tokio::test]
async fn not_ready_is_503_and_ready_again_is_not() {
    let world = World::new().await;
    world.readiness.set(false);
    assert_eq!(world.call(&Message::apply("SQ1")).await.status, 503);
    world.readiness.set(true);
    world.call(&Message::apply("SQ1")).await.taken();
}

#[tokio::test]
async fn a_soft_stop_takes_no_more_connections() {
    let mut world = World::new().await;
    world.call(&Message::apply("SQ1")).await.taken();
    world.stop();
    let url = format!("{}/baohanapply", world.base);
    let body = Message::apply("SQ2").signed(&world.platform);
    // The listener is closed as soon as the stop is seen; the connection that is open is closed after its call.
    loop {
        let client = reqwest::Client::new();
        if client.post(&url).body(body.clone()).send().await.is_err() {
            break;
        }
        tokio::task::yield_now().await;
    }
}
