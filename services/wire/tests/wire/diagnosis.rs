//! What a wrong signature is explained by.

use baohan_wire::{
    Diagnosis, Directory, FaultCode, Platform, PreviousSecret, Secret, receive, receive_undiagnosed,
    sign_json,
};
use chrono::NaiveDate;

use crate::setup::{CLAIM, SECRET, call, dialect, message, morning, platform, signed};

/// A message on which every key of the dialect makes a difference.
const TELLING: &str = r#""applyno":"SQ1","baohanno":"BH1 ","payeraccount":"6222","payeramount":800.00,"filelist":[{"fileurl":"https://f/a"}, {"fileurl":"https://f/b"}],"applyusername":"王五","applyuserphone":"13800000001","Reason":"放弃","remark":"  ","other":null"#;

fn diagnosis_of(platform_toml: &str, signed_by: &str, members: &str) -> Diagnosis {
    let body = signed(signed_by, &message(members));
    let fault = call(platform_toml, "claimsnotice", &body).result.unwrap_err();
    assert_eq!(fault.code, FaultCode::SignMismatch, "{fault}");
    *fault.diagnosis.unwrap()
}

fn variants(platform_toml: &str, signed_by: &str, members: &str) -> Vec<String> {
    diagnosis_of(platform_toml, signed_by, members)
        .findings
        .into_iter()
        .map(|finding| finding.variant)
        .collect()
}

const SINGLES: [&str; 15] = [
    r#"key_order = "case-insensitive""#,
    r#"absent = "keep-empty""#,
    r#"absent = "keep-blank""#,
    "trim = true",
    r#"secret = "ampersand""#,
    r#"secret = "append""#,
    r#"secret = "hmac""#,
    r#"digest = "sm3-base64""#,
    r#"digest = "md5-hex""#,
    r#"numbers = "java-double""#,
    r#"nested = "as-received""#,
    r#"nested = "java""#,
    r#"unsigned_fields = ["filelist"]"#,
    r#"unsigned_fields = ["remark"]"#,
    r#"charset = "gbk""#,
];

#[test]
fn every_key_of_the_dialect_is_found_singly() {
    for single in SINGLES {
        if single.contains("remark") {
            // A blank field is not signed anyway: there is nothing to tell.
            continue;
        }
        let found = variants("", single, TELLING);
        assert!(found.iter().any(|variant| variant == single), "{single}: {found:?}");
    }
}

#[test]
fn decimals_as_doubles_are_found_where_integers_stay() {
    let members = TELLING.replace("800.00", "800.00,\"count\":7");
    let found = variants("", r#"numbers = "java-decimal""#, &members);
    assert_eq!(found[0], r#"numbers = "java-decimal""#);
    // That the amount alone was written anew would explain it as well: both are told.
    assert_eq!(found[1..], ["re-serialised payeramount = 800.0"]);
}

#[test]
fn the_common_pairs_are_found() {
    for (place, first) in SINGLES.iter().enumerate() {
        for second in &SINGLES[place + 1..] {
            let key = |setting: &str| setting.split(' ').next().unwrap().to_owned();
            let is_telling = |setting: &str| !setting.contains("remark");
            if key(first) == key(second) || !is_telling(first) || !is_telling(second) {
                continue;
            }
            let diagnosis = diagnosis_of("", &format!("{first}\n{second}"), TELLING);
            assert!(!diagnosis.findings.is_empty(), "{first} + {second}");
            let fitting = diagnosis.findings.iter().any(|finding| {
                let both = [format!("{first} + {second}"), format!("{second} + {first}")];
                both.contains(&finding.variant) || !finding.variant.contains(" + ")
            });
            assert!(fitting, "{first} + {second}: {diagnosis:?}");
        }
    }
}

#[test]
fn the_default_is_found_by_a_platform_with_another_dialect() {
    for (configured, found) in [
        (r#"key_order = "case-insensitive""#, r#"key_order = "ascii""#),
        (r#"absent = "keep-empty""#, r#"absent = "skip""#),
        ("trim = true", "trim = false"),
        (r#"secret = "hmac""#, r#"secret = "appsecret""#),
        (r#"digest = "md5-hex""#, r#"digest = "sm3-hex""#),
        (r#"numbers = "java-double""#, r#"numbers = "as-written""#),
        (r#"nested = "java""#, r#"nested = "compact-json""#),
        (r#"unsigned_fields = ["filelist"]"#, "unsigned_fields = []"),
        (r#"charset = "gbk""#, r#"charset = "utf-8""#),
    ] {
        let variants = variants(configured, "", TELLING);
        assert!(variants.iter().any(|variant| variant == found), "{configured}: {variants:?}");
    }
}

#[test]
fn a_field_that_the_sender_did_not_sign_is_named() {
    let found = variants("", r#"unsigned_fields = ["payeraccount"]"#, CLAIM);
    assert_eq!(found, [r#"unsigned_fields = ["payeraccount"]"#]);
}

#[test]
fn a_sender_that_signs_the_specifications_fields_alone_is_found() {
    let members = format!(r#"{CLAIM},"jbrname":"李四","jbrphone":"139""#);
    let found = variants("", r#"unsigned_fields = ["jbrname", "jbrphone"]"#, &members);
    assert_eq!(found, [r#"unsigned_fields = ["jbrname", "jbrphone"]"#]);
}

#[test]
fn an_amount_written_anew_between_signing_and_sending_is_found() {
    for (was_signed, was_sent) in
        [("800.00", "800.0"), ("800.0", "800.00"), ("800", "800.00"), ("800.00", "800"), ("800.5", "800.50")]
    {
        let body = signed("", &message(&CLAIM.replace("\"800.00\"", was_signed)));
        let body = String::from_utf8(body).unwrap();
        let body =
            body.replace(&format!("\"payeramount\":{was_signed},"), &format!("\"payeramount\":{was_sent},"));
        let fault = call("", "claimsnotice", body.as_bytes()).result.unwrap_err();
        let findings = fault.diagnosis.unwrap().findings;
        let expected = format!("re-serialised payeramount = {was_signed}");
        assert!(
            findings.iter().any(|finding| finding.variant == expected),
            "{was_signed} → {was_sent}: {findings:?}"
        );
    }
}

#[test]
fn a_trailing_blank_that_was_not_signed_is_found() {
    let members = CLAIM.replace("\"6222\"", "\"6222 \"");
    assert_eq!(variants("", "trim = true", &members), ["trim = true"]);
}

#[test]
fn a_secret_past_its_day_is_named_and_not_taken() {
    let old =
        PreviousSecret { value: Secret::new("old"), not_after: NaiveDate::from_ymd_opt(2026, 3, 1).unwrap() };
    let directory = Directory::new([Platform { previous_secrets: vec![old], ..platform("") }]).unwrap();
    let body = sign_json(&message(CLAIM), &dialect(""), &Secret::new("old")).unwrap().body;
    let fault = receive(&directory, "", "claimsnotice", body.as_bytes(), morning()).result.unwrap_err();
    assert_eq!(fault.diagnosis.unwrap().findings[0].variant, "expired-secret");
}

#[test]
fn a_wrong_signature_is_refused_alike_when_nobody_looks_into_it() {
    let body = signed(r#"secret = "append""#, &message(CLAIM));
    let directory = Directory::new([platform("")]).unwrap();
    let fault = receive_undiagnosed(&directory, "", "claimsnotice", &body, morning()).result.unwrap_err();
    assert_eq!((fault.code, fault.diagnosis), (FaultCode::SignMismatch, None));
}

#[test]
fn an_unknown_way_is_told_as_unknown() {
    let body = sign_json(&message(CLAIM), &dialect(""), &Secret::new("quite another")).unwrap().body;
    let fault = call("", "claimsnotice", body.as_bytes()).result.unwrap_err();
    let diagnosis = fault.diagnosis.unwrap();
    assert_eq!(diagnosis.findings, []);
    assert!(diagnosis.summary().contains("appsecret"));
}

#[test]
fn the_hashed_text_is_told_without_secret_key_and_personal_data() {
    let members = format!(r#"{CLAIM},"jbrname":"李四","platformcode":"A1""#);
    let text = diagnosis_of("", "trim = true\nsecret = \"append\"", &members).hashed_text;
    assert_eq!(
        text,
        "appkey=jyzx-wild&applyno=SQ1&applyusername=***&applyuserphone=***&baohanno=BH1&jbrname=***&payeraccount=6222&payeramount=800.00&platformcode=A1&timestamp=2026-03-02 09:30:00"
    );
    assert!(!text.contains(SECRET));
    let restore = r#""applyno":"SQ1","baohanno":"BH1","kaibiaotime":"2026-03-24 09:00:00","key":"0123456789abcdeffedcba9876543210""#;
    let body = signed(r#"secret = "append""#, &message(restore));
    let fault = call("", "baohanrestore", &body).result.unwrap_err();
    assert!(fault.diagnosis.unwrap().hashed_text.contains("&key=***&"));
}

#[test]
fn long_values_are_cut_and_named_by_their_digest() {
    let members = format!(r#"{CLAIM},"Reason":"{}""#, "长".repeat(5_000));
    let text = diagnosis_of("", r#"secret = "append""#, &members).hashed_text;
    assert!(text.len() < 5_000 && text.contains("15000 bytes, SM3 "), "{}", text.len());
}

#[test]
fn the_answer_tells_nothing_of_the_diagnosis() {
    let body = signed(r#"secret = "append""#, &message(CLAIM));
    let fault = call("", "claimsnotice", &body).result.unwrap_err();
    assert_eq!(fault.message, "签名 sign 校验不通过");
}

#[test]
fn a_message_of_very_many_fields_is_diagnosed_in_bounded_work() {
    let fields: Vec<_> = (0..50_000).map(|number| format!(",\"f{number}\":\"{number} {number}\"")).collect();
    let diagnosis =
        diagnosis_of("", "secret = \"append\"\ndigest = \"md5-hex\"", &format!("{CLAIM}{}", fields.concat()));
    assert!(diagnosis.findings.is_empty(), "two changes at once are beyond the bound");
}

#[test]
fn a_large_message_is_diagnosed_in_bounded_work() {
    let members = format!(r#"{CLAIM},"note":"{}""#, "x".repeat(1_000_000));
    let diagnosis = diagnosis_of("", r#"secret = "hmac""#, &members);
    assert!(diagnosis.findings.len() <= 8);
}
