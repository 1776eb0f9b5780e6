//! What guarantees are asked in the measurements: an application whose section is sealed, its premium, its issue.

use std::collections::BTreeMap;
use std::error::Error;

use baohan_domain::command::{Apply, Issue, IssueAsked, RecordPremium};
use baohan_domain::{
    ApplicationNo, Command, Decision, DocumentRef, Fingerprint, Form, Guarantee, GuaranteeId, GuaranteeNo,
    Media, SealedField, Terms, decide, evolve,
};
use baohan_log::{Append, Log, NewEvent};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Appends that are under way at once.
const AT_ONCE: usize = 1_000;

/// What the guarantee of that number is asked.
type Asked = fn(u32, DateTime<Utc>) -> Result<Command, Box<dyn Error>>;

/// The events of a life, in order.
pub const EVENTS: [&str; 3] = ["Applied", "PremiumPaid", "Issued"];

/// Appends the events with this number of all lives.
pub async fn append_all(
    log: &Log,
    count: u32,
    sequence: usize,
    at: DateTime<Utc>,
) -> Result<(), Box<dyn Error>> {
    let commands: [Asked; 3] = [apply, pay, issue];
    let numbers: Vec<u32> = (0..count).collect();
    for chunk in numbers.chunks(AT_ONCE) {
        let mut appends = Vec::with_capacity(chunk.len());
        for &number in chunk {
            let mut guarantee = Guarantee::default();
            let mut events = Vec::new();
            for command in &commands[..=sequence] {
                if let Ok(Decision::Changed(changed)) = decide(&guarantee, command(number, at)?) {
                    guarantee = changed.iter().fold(guarantee, evolve);
                    events = changed;
                }
            }
            appends.push(append(number, sequence as u64, &events)?);
        }
        futures::future::try_join_all(appends.into_iter().map(|append| log.append(append))).await?;
    }
    Ok(())
}

fn apply(number: u32, at: DateTime<Utc>) -> Result<Command, Box<dyn Error>> {
    let sealed = [
        (SealedField::SectionNo, "NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg="),
        (SealedField::SectionName, "Eiad65v9frn7bnf465KRk9cSeUXHIcwhYx5hmv2ne2IrKqXLTBMbZlj4Cw0AFOeJ"),
        (SealedField::BeneficiaryName, "ClKgGspsm0ehlosVvn5gsAYVdt0wgVxeGShO/Gd0K71hRuHoGgPX1aRHYkvYYONP"),
        (SealedField::BeneficiaryCode, "UIRtQTUYD90X5+hhAwzWfJxnv3H4mX/kVD/vJqwMZs4="),
    ];
    Ok(Command::Apply(Apply {
        platform: format!("p-{}", number % 10),
        platform_code: None,
        application_no: ApplicationNo::new(format!("SQ{number:012}"))?,
        terms: Terms {
            applicant_name: Some(format!("江南建设集团第{}有限公司", number % 5_000)),
            applicant_code: Some("91320000MA1XXXXX0A".to_owned()),
            amount: Some("800000.00".parse()?),
            ..Terms::default()
        },
        sealed: sealed.map(|(field, text)| (field, text.to_owned())).into(),
        extra: BTreeMap::new(),
        personal: BTreeMap::new(),
        content: Fingerprint::new(format!("{number:064x}")),
        at,
    }))
}

fn pay(number: u32, at: DateTime<Utc>) -> Result<Command, Box<dyn Error>> {
    Ok(Command::RecordPremium(RecordPremium {
        payer_name: format!("江南建设集团第{}有限公司", number % 5_000),
        payer_account: "6222000000000000001".to_owned(),
        amount: "6400.00".parse()?,
        paid_at: None,
        reference: None,
        at,
    }))
}

fn issue(number: u32, at: DateTime<Utc>) -> Result<Command, Box<dyn Error>> {
    Ok(Command::Issue(Issue {
        asked: IssueAsked::default(),
        guarantee_no: GuaranteeNo::new(format!("BH20260302{number:08}"))?,
        rate: "0.008".parse()?,
        valid_until: "2026-06-30".parse()?,
        document: DocumentRef {
            form: Form::Sealed,
            digest: format!("{number:064x}"),
            media: Media::Pdf,
            size_bytes: 40_960,
        },
        at,
    }))
}

fn append(number: u32, sequence: u64, events: &[baohan_domain::Event]) -> Result<Append, Box<dyn Error>> {
    let application_no = ApplicationNo::new(format!("SQ{number:012}"))?;
    let mut stored = Vec::with_capacity(events.len());
    for event in events {
        stored.push(NewEvent {
            id: Uuid::now_v7(),
            event_type: event.name().to_owned(),
            event_version: event.version().to_owned(),
            payload: serde_json::to_string(event)?,
            metadata: format!(r#"{{"actor":"platform:p","correlation_id":"{}"}}"#, Uuid::now_v7()),
        });
    }
    Ok(Append {
        aggregate_id: GuaranteeId::of(&format!("p-{}", number % 10), None, &application_no).uuid(),
        expected_sequence: sequence,
        events: stored,
        journal: None,
        key: None,
        guarantee_no: None,
        idempotency: None,
    })
}
