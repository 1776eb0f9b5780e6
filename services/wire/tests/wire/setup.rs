//! One platform and what its calls look like.

use baohan_wire::{
    Call, Dialect, Directory, Fault, FaultCode, Platform, Receipt, Secret, receive, sign_json,
};
use chrono::{DateTime, Utc};

pub const APPKEY: &str = "jyzx-wild";
pub const SECRET: &str = "wild-secret-01";
pub const SEAL_KEY: &str = "0123456789abcdeffedcba9876543210";

/// 2026-03-02 09:30:00 in China.
pub fn morning() -> DateTime<Utc> {
    at("2026-03-02T09:30:00+08:00")
}

pub fn at(text: &str) -> DateTime<Utc> {
    DateTime::parse_from_rfc3339(text).unwrap().with_timezone(&Utc)
}

pub fn dialect(toml: &str) -> Dialect {
    toml::from_str(toml).unwrap()
}

/// The platform of the cases, with a dialect in TOML.
pub fn platform(toml: &str) -> Platform {
    Platform {
        timestamp_window_seconds: 0,
        dialect: dialect(toml),
        ..Platform::new(APPKEY, Secret::new(SECRET))
    }
}

pub fn directory(platform: Platform) -> Directory {
    Directory::new([platform]).unwrap()
}

pub fn fixture(name: &str) -> Vec<u8> {
    let path = format!("tests/fixtures/wild/{name}");
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// A call to the platform of the cases, as it came.
pub fn call(toml: &str, interface: &str, body: &[u8]) -> Receipt {
    receive(&directory(platform(toml)), "", interface, body, morning())
}

/// A call of a fixture: what was understood, or a panic that says why not.
pub fn understood(toml: &str, interface: &str, name: &str) -> Call {
    call(toml, interface, &fixture(name)).result.unwrap_or_else(|fault| panic!("{name}: {fault}"))
}

/// A call of a fixture that must be refused.
pub fn refused(toml: &str, interface: &str, name: &str) -> Fault {
    call(toml, interface, &fixture(name)).result.expect_err(name)
}

/// The variants that the diagnosis of a fixture's wrong signature names.
pub fn diagnosed(toml: &str, interface: &str, name: &str) -> Vec<String> {
    let fault = refused(toml, interface, name);
    assert_eq!(fault.code, FaultCode::SignMismatch, "{fault}");
    fault.diagnosis.unwrap().findings.into_iter().map(|finding| finding.variant).collect()
}

/// Signs a JSON object by a dialect with the platform's secret.
pub fn signed(toml: &str, json: &str) -> Vec<u8> {
    sign_json(json, &dialect(toml), &Secret::new(SECRET)).unwrap().body.into_bytes()
}

/// The text that is signed.
pub fn text(toml: &str, json: &str) -> String {
    sign_json(json, &dialect(toml), &Secret::new(SECRET)).unwrap().hashed_text
}

/// A JSON object with `appkey` and `timestamp`, and these members behind.
pub fn message(members: &str) -> String {
    let separator = if members.is_empty() { "" } else { "," };
    format!(r#"{{"appkey":"{APPKEY}","timestamp":"2026-03-02 09:30:00"{separator}{members}}}"#)
}

/// A rightly signed call with these members.
pub fn send(toml: &str, interface: &str, members: &str) -> Receipt {
    call(toml, interface, &signed(toml, &message(members)))
}

/// The members of an application that seals nothing; use with `sealed = []`.
pub const PLAIN_APPLICATION: &str = r#""applyno":"SQ1","biddername":"江南建设集团有限公司","biddercode":"91320000MA1XXXXX0A","biaoduanno":"E1","biaoduanname":"一标段","bzjamount":"800000.00","zbr":"滨江公司","zbrorgnum":"91320100MA1YYYYY1B""#;
/// The members of a claim.
pub const CLAIM: &str = r#""applyno":"SQ1","baohanno":"BH1","payeraccount":"6222","payeramount":"800.00","applyusername":"王五","applyuserphone":"13800000001""#;

/// The fault of a rightly signed call.
pub fn fault(toml: &str, interface: &str, members: &str) -> Fault {
    send(toml, interface, members).result.expect_err(members)
}
