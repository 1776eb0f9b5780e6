use anyhow::Context;
use baohan_domain::{Money, Terms};
use baohan_wire::{Ask, Platform, SealKey, Secret, ask_body};
use chrono::{DateTime, NaiveDate, Utc};

use crate::ledger::{APPKEY, SECRET};

const KEY: &str = "0123456789abcdeffedcba9876543210";
/// 2026-03-02 09:30:00 in China; the ledger under measurement does not look at the time of a call.
const SIGNED_AT_SECONDS: i64 = 1_772_415_000;

/// Whole HTTP requests of signed applications, numbered from 0 behind `prefix`.
pub fn applications(prefix: &str, count: usize) -> anyhow::Result<Vec<Vec<u8>>> {
    let platform = Platform::new(APPKEY, Secret::new(SECRET));
    let key = SealKey::parse(KEY).context("the key is a key")?;
    let at = DateTime::from_timestamp(SIGNED_AT_SECONDS, 0).context("a moment")?;
    let terms = Terms {
        applicant_name: Some("江南建设集团有限公司".to_owned()),
        applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
        amount: Some(Money::from_decimal_text("800000.00")?),
        section_no: Some("E3200000001000001001".to_owned()),
        section_name: Some("滨江快速路改造工程一标段".to_owned()),
        beneficiary_name: Some("滨江城市建设投资有限公司".to_owned()),
        beneficiary_code: Some("91320100MA1YYYYY1B".to_owned()),
    };
    let request = |number: usize| {
        let application_no = format!("{prefix}{number:08}");
        let ask = Ask::Apply { application_no: &application_no, terms: &terms, key: Some(&key), iv: None };
        request_of(&platform, &ask, at)
    };
    Ok((0..count).map(request).collect())
}

/// A whole HTTP request for the list of one day.
pub fn reconciliation(day: NaiveDate) -> anyhow::Result<Vec<u8>> {
    let platform = Platform::new(APPKEY, Secret::new(SECRET));
    let at = DateTime::from_timestamp(SIGNED_AT_SECONDS, 0).context("a moment")?;
    Ok(request_of(&platform, &Ask::Reconcile { start: day, end: day }, at))
}

fn request_of(platform: &Platform, ask: &Ask<'_>, at: DateTime<Utc>) -> Vec<u8> {
    let body = ask_body(platform, None, ask, &[], at);
    let mut request = format!(
        "POST /{} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        ask.interface().name(),
        body.len()
    )
    .into_bytes();
    request.extend_from_slice(&body);
    request
}
