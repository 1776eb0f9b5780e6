use baohan_sandbox::Section;
use baohan_wire::{Centre, Interface, Platform, Secret, SectionStatus, parse_sections, section_poll_body};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::Method;
use serde_json::json;

use crate::stage::{Stage, morning, platform};

const POLL: Interface = Interface::Getbiaoduanyichang;

async fn told(stage: &Stage, code: Option<&str>, since: DateTime<Utc>) -> Vec<String> {
    let body = section_poll_body(&stage.platform, code, since, morning());
    let reply = stage.post_to(&stage.platform.for_centre(code).url(POLL), "application/json", body).await;
    let sections = parse_sections(&stage.platform, reply.text.as_bytes()).unwrap();
    sections.facts.into_iter().map(|fact| fact.section_no).collect()
}

#[tokio::test]
async fn what_is_said_of_a_section_is_answered_from_then_on() {
    let stage = Stage::new().await;
    assert!(told(&stage, None, morning()).await.is_empty());
    let section = json!({
        "section_no": "E3200000001000001001",
        "status": "3",
        "section_name": "一标段",
        "remark": "投诉处理中",
    });
    assert_eq!(stage.drive(Method::POST, "/sections", Some(&section)).await.status, 204);
    let body = section_poll_body(&stage.platform, None, morning() - TimeDelta::days(1), morning());
    let reply = stage.post("/getbiaoduanyichang", body).await;
    let fact = parse_sections(&stage.platform, reply.text.as_bytes()).unwrap().facts.remove(0);
    assert_eq!((fact.status, fact.remark.as_str()), (SectionStatus::Suspended, "投诉处理中"));
    assert_eq!((fact.project_no.as_str(), fact.audited_at), ("E3200000001000001", Some(morning())));
    assert!(told(&stage, None, morning() + TimeDelta::seconds(1)).await.is_empty(), "nothing since");
}

#[tokio::test]
async fn a_lifted_exception_follows_the_exception() {
    let stage = Stage::new().await;
    for status in ["1", "0"] {
        let section = json!({ "section_no": "E1", "status": status });
        assert_eq!(stage.drive(Method::POST, "/sections", Some(&section)).await.status, 204);
    }
    let body = section_poll_body(&stage.platform, None, morning(), morning());
    let reply = stage.post("/getbiaoduanyichang", body).await;
    let facts = parse_sections(&stage.platform, reply.text.as_bytes()).unwrap().facts;
    let statuses: Vec<_> = facts.iter().map(|fact| fact.status).collect();
    assert_eq!(statuses, [SectionStatus::Failed, SectionStatus::Lifted]);
}

#[tokio::test]
async fn an_unknown_state_is_not_said() {
    let stage = Stage::new().await;
    for wrong in [json!({ "section_no": "E1", "status": "7" }), json!({ "section": "E1", "status": "1" })] {
        assert_eq!(stage.drive(Method::POST, "/sections", Some(&wrong)).await.status, 422, "{wrong}");
    }
    assert!(told(&stage, None, morning() - TimeDelta::days(1)).await.is_empty());
}

#[tokio::test]
async fn each_centre_answers_for_itself_with_its_own_secret() {
    let centre = |code: &str| Centre {
        platform_code: code.into(),
        name: None,
        urls: std::collections::BTreeMap::new(),
        secret: Some(Secret::new(format!("secret-of-{code}"))),
    };
    let shared = Platform { centres: vec![centre("A1"), centre("B2")], ..platform("") };
    let stage = Stage::set(vec![shared], |_| {}).await;
    for (section_no, code) in [("E-ALL", None), ("E-A1", Some("A1")), ("E-B2", Some("B2"))] {
        let section = Section {
            section_no: section_no.into(),
            status: "2".into(),
            platform_code: code.map(str::to_owned),
            ..Section::default()
        };
        assert!(stage.sandbox.centre().say_of_section(section, morning()));
    }
    assert_eq!(told(&stage, Some("A1"), morning()).await, ["E-ALL", "E-A1"]);
    assert_eq!(told(&stage, Some("B2"), morning()).await, ["E-ALL", "E-B2"]);
    assert_eq!(told(&stage, None, morning()).await, ["E-ALL", "E-A1", "E-B2"]);

    // A1's question under the platform's secret is nobody's.
    let plain = Platform { centres: Vec::new(), ..stage.platform.clone() };
    let body = section_poll_body(&plain, Some("A1"), morning(), morning());
    assert_eq!(stage.post("/getbiaoduanyichang", body).await.code(), "0");
}

#[tokio::test]
async fn a_question_without_a_time_or_a_signature_is_refused() {
    let stage = Stage::new().await;
    let reply = stage.send(POLL, r#""platformcode":"A1""#).await;
    assert_eq!((reply.code(), reply.message()), ("0", "缺少必填字段 updatetime"));
    let reply = stage.send(POLL, r#""updatetime":"yesterday""#).await;
    assert!(reply.message().contains("updatetime"), "{}", reply.message());
    let stranger = Platform { secret: Secret::new("another"), ..stage.platform.clone() };
    let body = section_poll_body(&stranger, None, morning(), morning());
    let reply = stage.post("/getbiaoduanyichang", body).await;
    assert!(reply.code() == "0" && reply.body["data"].is_null(), "{}", reply.text);
}

#[tokio::test]
async fn questions_are_seen_on_the_wire_as_well() {
    let stage = Stage::new().await;
    let mut seen = stage.sandbox.watch();
    told(&stage, None, morning()).await;
    let happening = seen.recv().await.unwrap();
    assert_eq!((happening.interface, happening.code.as_deref()), (POLL, Some("1")));
}
