//! How fast the log is applied: `cargo run --release -p baohan-projections --example apply_speed -- [APPLICATIONS]`.
//! Everything lies in a temporary folder.

use std::collections::BTreeMap;
use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use baohan_domain::command::{Apply, Issue, IssueAsked, RecordPremium};
use baohan_domain::{
    ApplicationNo, Command, Decision, DocumentRef, Fingerprint, Form, Guarantee, GuaranteeId, GuaranteeNo,
    Media, SealedField, Terms, decide, evolve,
};
use baohan_log::{Append, Log, NewEvent};
use baohan_projections::guarantees::{Filter, Reconciliation};
use baohan_projections::{Options, Projections, Slice, Viewer};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Applications when nobody says how many.
const APPLICATIONS: u32 = 100_000;
/// Appends that are under way at once.
const AT_ONCE: usize = 1_000;

/// What the guarantee of that number is asked.
type Asked = fn(u32, DateTime<Utc>) -> Result<Command, Box<dyn Error>>;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let count = std::env::args().nth(1).map_or(Ok(APPLICATIONS), |count| count.parse())?;
    let folder = tempfile::tempdir()?;
    let url = format!("sqlite:{}", folder.path().join("ledger.db").display());
    let at: DateTime<Utc> = "2026-03-02T01:30:00Z".parse()?;
    let log = Log::open(&baohan_log::Options::new(&url, Arc::new(move || at))).await?;
    let projections = Projections::open(log.clone(), Options::beside(&url)).await?;
    let mut runner = projections.runner().await?;

    let commands: [Asked; 3] = [apply, pay, issue];
    for (sequence, name) in ["Applied", "PremiumPaid", "Issued"].into_iter().enumerate() {
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
        let began = Instant::now();
        let applied = runner.catch_up().await?;
        let took = began.elapsed();
        println!(
            "{applied} {name} applied in {took:.2?}: {:.0} a second",
            f64::from(count) / took.as_secs_f64()
        );
    }
    queries(&projections, at).await?;
    projections.close().await;
    log.close().await;
    Ok(())
}

async fn queries(projections: &Projections, at: DateTime<Utc>) -> Result<(), Box<dyn Error>> {
    let viewer = Viewer::reader(at);
    let day = at.date_naive();
    let wanted = Reconciliation { platform: "p-0".to_owned(), platform_code: None, start: day, end: day };
    let began = Instant::now();
    let rows = projections.reconciliation(&wanted, &viewer, Duration::from_secs(1)).await?;
    println!("{} reconciled in {:.2?}", rows.len(), began.elapsed());
    for applicant in ["集团", "没有这家"] {
        let began = Instant::now();
        let filter = Filter { applicant: Some(applicant.to_owned()), ..Filter::default() };
        let page = projections.guarantees(&filter, &viewer, &Slice::first(100)).await?;
        println!("{} found by {applicant} in {:.2?}", page.items.len(), began.elapsed());
    }
    let began = Instant::now();
    let due = projections.notices_due(Some("p-1"), &Slice::first(1_000)).await?;
    println!("{} notices due in {:.2?}", due.items.len(), began.elapsed());
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
