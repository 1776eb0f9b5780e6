use std::collections::BTreeMap;
use std::sync::Arc;

use anyhow::Result;
use baohan_domain::event::{Applied, Issued, PremiumPaid};
use baohan_domain::{
    ApplicationNo, DocumentRef, Event, Fingerprint, Form, GuaranteeId, GuaranteeNo, Media, SealedField, Terms,
};
use baohan_log::{Append, Log, NewEvent, Options};
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

use crate::ledger::APPKEY;

/// Appends that are under way at once.
const AT_ONCE: usize = 512;
/// 2026-03-02 09:30:00 in China.
const BEGINNING_SECONDS: i64 = 1_772_415_000;
/// Days after which nothing more is issued, so that a day can be asked for alone.
const ISSUED_AFTER_DAYS: i64 = 7;

/// How far a guarantee is brought.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Applied for.
    Applied,
    /// And the premium paid.
    Paid,
    /// And issued.
    Issued,
}

/// When the guarantees of a fill were issued.
pub fn issued_at() -> DateTime<Utc> {
    beginning() + TimeDelta::days(ISSUED_AFTER_DAYS)
}

fn beginning() -> DateTime<Utc> {
    DateTime::from_timestamp(BEGINNING_SECONDS, 0).unwrap_or_default()
}

/// Writes guarantees into a store that no process has open, past all HTTP: numbers from `first` on.
pub async fn fill(url: &str, first: u32, count: u32, stage: Stage) -> Result<()> {
    let log = Log::open(&Options::new(url, Arc::new(issued_at))).await?;
    let numbers: Vec<u32> = (first..first + count).collect();
    for some in numbers.chunks(AT_ONCE) {
        let appends = some.iter().map(|number| append(*number, stage)).collect::<Result<Vec<_>>>()?;
        futures::future::try_join_all(appends.into_iter().map(|append| log.append(append))).await?;
    }
    log.close().await;
    Ok(())
}

/// The application number of a filled guarantee.
pub fn application_no(number: u32) -> String {
    format!("FILL{number:09}")
}

/// What brings a guarantee so far.
pub fn append(number: u32, stage: Stage) -> Result<Append> {
    let application_no = ApplicationNo::new(application_no(number))?;
    let aggregate_id = GuaranteeId::of(APPKEY, None, &application_no).uuid();
    let mut events: Vec<Event> = vec![applied(number, application_no).into()];
    if stage != Stage::Applied {
        events.push(paid()?.into());
    }
    if stage == Stage::Issued {
        events.push(issued(number)?.into());
    }
    let events = events.iter().map(stored).collect::<Result<_>>()?;
    Ok(Append {
        aggregate_id,
        expected_sequence: 0,
        events,
        journal: None,
        key: None,
        guarantee_no: (stage == Stage::Issued).then(|| guarantee_no(number)),
        idempotency: None,
    })
}

fn stored(event: &Event) -> Result<NewEvent> {
    Ok(NewEvent {
        id: Uuid::now_v7(),
        event_type: event.name().to_owned(),
        event_version: event.version().to_owned(),
        payload: serde_json::to_string(event)?,
        metadata: format!(r#"{{"actor":"bench","correlation_id":"{}"}}"#, Uuid::now_v7()),
    })
}

fn applied(number: u32, application_no: ApplicationNo) -> Applied {
    let sealed = [
        (SealedField::SectionNo, "NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg="),
        (SealedField::BeneficiaryCode, "UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4="),
    ];
    Applied {
        platform: APPKEY.to_owned(),
        platform_code: None,
        application_no,
        terms: Terms {
            applicant_name: Some("江南建设集团有限公司".to_owned()),
            applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
            ..Terms::default()
        },
        sealed: sealed.map(|(field, text)| (field, text.to_owned())).into(),
        extra: BTreeMap::new(),
        personal: BTreeMap::new(),
        content: Fingerprint::new(format!("{number:064x}")),
        applied_at: beginning(),
    }
}

fn paid() -> Result<PremiumPaid> {
    Ok(PremiumPaid {
        payer_name: "江南建设集团有限公司".to_owned(),
        payer_account: "32050100000000000001".to_owned(),
        amount: "6400.00".parse()?,
        paid_at: beginning(),
        reference: None,
    })
}

fn guarantee_no(number: u32) -> String {
    format!("BH20260309{number:08}")
}

fn issued(number: u32) -> Result<Issued> {
    Ok(Issued {
        guarantee_no: GuaranteeNo::new(guarantee_no(number))?,
        rate: "0.008".parse()?,
        premium: "6400.00".parse()?,
        payer_name: "江南建设集团有限公司".to_owned(),
        payer_account: "32050100000000000001".to_owned(),
        valid_until: "2026-06-30".parse()?,
        document: DocumentRef {
            form: Form::Sealed,
            digest: format!("{number:064x}"),
            media: Media::Pdf,
            size_bytes: 40_960,
        },
        issued_at: issued_at(),
    })
}
