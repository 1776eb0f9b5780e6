//! Claims that integrators really send.

use baohan_wire::{Call, Claim, FaultCode};

use crate::setup::{call, diagnosed, fixture, refused, text, understood};

fn claim(toml: &str, name: &str) -> Claim {
    match understood(toml, "claimsnotice", name) {
        Call::Claim(claim) => claim,
        other => panic!("{other:?}"),
    }
}

const TWO: [&str; 2] = ["https://files.example/a.pdf", "https://files.example/b.pdf"];

#[test]
fn w06_a_list_instead_of_its_text_is_taken() {
    assert_eq!(claim("", "W06-claim-compact.json").attachments, TWO);
}

#[test]
fn w06_a_list_signed_as_java_prints_it_is_explained_and_taken_by_dialect() {
    assert_eq!(diagnosed("", "claimsnotice", "W06-claim-java.json"), [r#"nested = "java""#]);
    assert_eq!(claim(r#"nested = "java""#, "W06-claim-java.json").attachments, TWO);
}

#[test]
fn w06_a_list_signed_with_blanks_is_explained_and_taken_by_dialect() {
    assert_eq!(diagnosed("", "claimsnotice", "W06-claim-with-blanks.json"), [r#"nested = "as-received""#]);
    assert_eq!(claim(r#"nested = "as-received""#, "W06-claim-with-blanks.json").attachments, TWO);
}

#[test]
fn w06_a_list_sent_with_its_blanks_is_signed_as_the_slice_of_the_body() {
    let body = String::from_utf8(fixture("W06-claim-with-blanks.json")).unwrap();
    let body = body.replace("\"},{\"", "\"}, {\"").replace("\"fileurl\":", "\"fileurl\": ");
    let receipt = call(r#"nested = "as-received""#, "claimsnotice", body.as_bytes());
    assert!(receipt.result.is_ok(), "{:?}", receipt.result);
    let by_default = call("", "claimsnotice", body.as_bytes()).result.unwrap_err();
    assert_eq!(by_default.code, FaultCode::SignMismatch);
}

#[test]
fn w07_the_inner_layer_alone_undoes_its_escapes() {
    assert_eq!(claim("", "W07-claim.json").attachments, ["https://files.example/get?id=7&t=9"]);
    let body = String::from_utf8(fixture("W07-claim.json")).unwrap();
    assert!(text("", &body).contains(r"get?id\u003d7\u0026t\u003d9"), "the signed text keeps them");
}

#[test]
fn w09_keys_sorted_without_case_are_explained_and_taken_by_dialect() {
    assert_eq!(diagnosed("", "claimsnotice", "W09-claim.json"), [r#"key_order = "case-insensitive""#]);
    let claim = claim(r#"key_order = "case-insensitive""#, "W09-claim.json");
    assert_eq!(claim.reason.as_deref(), Some("中标人放弃中标"));
}

#[test]
fn w09_in_byte_order_the_other_signature_is_right() {
    let body = String::from_utf8(fixture("W09-claim.json")).unwrap();
    let body = body.replace(
        "0f44504f609430377eac693d0b1348d2ad41e49aa13c86b05ebe1ee0b1440c65",
        "baa93c31b2065fc406877c57b7a2aa5e2cecb4978e5e41250deb89627e709a05",
    );
    assert!(call("", "claimsnotice", body.as_bytes()).result.is_ok());
}

#[test]
fn w10_a_reason_in_small_letters_is_kept_and_signed_as_it_came() {
    assert_eq!(claim("", "W10-claim.json").reason.as_deref(), Some("中标人放弃中标"));
}

#[test]
fn w17_a_hash_over_gbk_bytes_is_explained_and_taken_by_dialect() {
    assert_eq!(diagnosed("", "claimsnotice", "W17-claim.json"), [r#"charset = "gbk""#]);
    assert_eq!(claim(r#"charset = "gbk""#, "W17-claim.json").reason.as_deref(), Some("中标人放弃中标"));
}

#[test]
fn w17_with_the_right_signature_it_is_taken() {
    let body = String::from_utf8(fixture("W17-claim.json")).unwrap();
    let body = body.replace(
        "cf8b008bb989c89ddb7d86679fac69e0d85c8488423657a5ba6ed854eeed11dd",
        "9eb9938e010757ebf480c4da8226fd956cf80f38b225de18cb3055df307fcf5c",
    );
    assert!(call("", "claimsnotice", body.as_bytes()).result.is_ok());
}

#[test]
fn w17_a_body_of_gbk_bytes_is_refused_as_no_utf8_and_its_sender_named() {
    let body = fixture("W17-claim-gbk.json");
    let reason = [0xd6, 0xd0, 0xb1, 0xea, 0xc8, 0xcb, 0xb7, 0xc5, 0xc6, 0xfa, 0xd6, 0xd0, 0xb1, 0xea];
    assert!(body.windows(reason.len()).any(|window| window == reason));
    let receipt = call("", "claimsnotice", &body);
    assert_eq!(receipt.appkey.as_deref(), Some("jyzx-wild"));
    assert_eq!(receipt.application_no.as_deref(), Some("WILD0017"));
    let fault = receipt.result.unwrap_err();
    assert_eq!((fault.code, fault.http_status), (FaultCode::NotUtf8, None));
    assert!(fault.message.contains("UTF-8") && fault.message.contains("GBK"), "{fault}");
    assert!(!fault.message.contains('\u{fffd}'));
}

#[test]
fn no_refusal_tells_a_signature_that_would_be_right() {
    let right = "9eb9938e010757ebf480c4da8226fd956cf80f38b225de18cb3055df307fcf5c";
    let fault = refused("", "claimsnotice", "W17-claim.json");
    assert!(!format!("{fault:?}").contains(right));
}
