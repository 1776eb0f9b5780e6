use baohan_wire::{Interface, Secret, notice_body, sign_json};
use proptest::prelude::*;

use crate::stage::{APPKEY, SECRET, Stage, issued, morning, quit};

/// The runtime, the listener and the client are made once for all cases.
fn with_stage(test: impl FnOnce(&tokio::runtime::Runtime, &Stage)) {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let stage = runtime.block_on(Stage::new());
    test(&runtime, &stage);
}

fn served() -> impl Strategy<Value = Interface> {
    let served: Vec<_> =
        Interface::ALL.into_iter().filter(|interface| !interface.served_by_institution()).collect();
    proptest::sample::select(served)
}

/// An answer came, so nothing panicked: a panic would have broken the connection.
fn is_answered(runtime: &tokio::runtime::Runtime, stage: &Stage, interface: Interface, body: Vec<u8>) {
    let reply = runtime.block_on(stage.post(&format!("/{interface}"), body));
    assert!(matches!(reply.status, 200 | 415), "{} {}", reply.status, reply.text);
    assert!(!reply.code().is_empty(), "{}", reply.text);
}

#[test]
fn any_bytes_are_answered() {
    with_stage(|runtime, stage| {
        proptest!(ProptestConfig::with_cases(400), |(interface in served(), body: Vec<u8>)| {
            is_answered(runtime, stage, interface, body);
        });
    });
}

#[test]
fn any_well_signed_object_is_answered() {
    let value = prop_oneof![
        Just("null".to_owned()),
        any::<bool>().prop_map(|value| value.to_string()),
        any::<f64>()
            .prop_filter("JSON has no infinity", |value| value.is_finite())
            .prop_map(|value| value.to_string()),
        any::<String>().prop_map(|value| serde_json::to_string(&value).unwrap()),
        Just("[{\"a\":[1,{}]}]".to_owned()),
        proptest::sample::select(vec![
            "\"0\"",
            "\"1\"",
            "\"2026-03-02 09:30:00\"",
            "\"JVBERi0xLjc=\"",
            "\"0.008\"",
            "\"UEsDBA==\""
        ])
        .prop_map(str::to_owned),
    ];
    let names = [
        "applyno",
        "baohanno",
        "baohanurl",
        "baohanfile",
        "payername",
        "payeraccount",
        "generatetime",
        "rate",
        "cost",
        "applystatus",
        "invoiceurl",
        "invoiceno",
        "invoicecode",
        "updatetime",
        "platformcode",
        "instname",
        "other",
    ];
    let members = proptest::collection::btree_map(proptest::sample::select(names.to_vec()), value, 0..17);
    with_stage(|runtime, stage| {
        proptest!(ProptestConfig::with_cases(400), |(interface in served(), members in members)| {
            let members: Vec<_> = members.iter().map(|(name, value)| format!(",\"{name}\":{value}")).collect();
            let head = format!(r#""appkey":"{APPKEY}","timestamp":"2026-03-02 09:30:00""#);
            let json = format!("{{{head}{}}}", members.concat());
            let signed = sign_json(&json, &stage.platform.dialect, &Secret::new(SECRET)).unwrap();
            is_answered(runtime, stage, interface, signed.body.into_bytes());
        });
    });
}

#[test]
fn one_changed_byte_is_never_taken() {
    with_stage(|runtime, stage| {
        let whole = notice_body(&stage.platform, None, &quit("SQ1", "BH1"), morning());
        proptest!(ProptestConfig::with_cases(300), |(at in 0..whole.len(), byte: u8)| {
            prop_assume!(whole[at] != byte);
            let mut body = whole.clone();
            body[at] = byte;
            let reply = runtime.block_on(stage.post("/quitnotice", body));
            // A hex digit of the signature may come in the other case.
            prop_assume!(!whole[at].eq_ignore_ascii_case(&byte));
            prop_assert_ne!(reply.code(), "1", "{}", reply.text);
        });
    });
}

#[test]
fn any_body_of_a_wish_is_answered() {
    let paths = [
        "apply",
        "restore",
        "invoice",
        "quit",
        "cancel",
        "claim",
        "reconcile",
        "misconduct",
        "sections",
        "x",
    ];
    with_stage(|runtime, stage| {
        proptest!(ProptestConfig::with_cases(200), |(path in proptest::sample::select(paths.to_vec()), text: String)| {
            let body = serde_json::json!({ "application_no": text, "reason": text, "key": text });
            let reply = runtime.block_on(stage.drive(reqwest::Method::POST, &format!("/{path}"), Some(&body)));
            prop_assert!((400..=502).contains(&reply.status), "{}", reply.status);
        });
    });
}

#[tokio::test]
async fn a_body_over_the_limit_is_413_and_the_platform_stays_up() {
    let stage = Stage::new().await;
    let large = vec![b' '; 33 * 1024 * 1024];
    let reply = stage.try_post(&format!("{}/baohannotice", stage.address), "application/json", large).await;
    // The connection may be closed before all of it is read.
    assert!(reply.is_err() || reply.is_ok_and(|reply| reply.status == 413));
    assert_eq!(stage.tell(&issued("SQ1", "BH1")).await.code(), "1");
}
