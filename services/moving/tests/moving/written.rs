//! A ledger with something in each of its tables, and what can be read of it.

use std::collections::BTreeMap;

use baohan_domain::command::{Annotate, Apply};
use baohan_domain::{ApplicationNo, Command, GuaranteeId, Money, Terms};
use baohan_ledger::{Clock, Context, Error, Keyring, Ledger, Outcome};
use baohan_log::{
    ACCEPTED, Append, Attempt, Beside, Dump, IdempotencyRecord, Item, JournalEntry, Kept, Log, NewEvent,
    Reading, SectionFact,
};
use chrono::TimeDelta;
use futures::TryStreamExt as _;
use uuid::Uuid;

use crate::place::Place;

pub const GUARANTEES: u32 = 40;
pub const PHONE: &str = "13800000000";
/// The guarantee number that guarantee 0 has.
pub const NUMBER: &str = "BH2026030200000001";
/// The guarantee whose personal data were erased.
pub const ERASED: u32 = 5;

pub fn number(guarantee: u32) -> ApplicationNo {
    ApplicationNo::new(format!("SN{guarantee:04}")).unwrap()
}

pub fn id(guarantee: u32) -> GuaranteeId {
    GuaranteeId::of("jyzx-test", None, &number(guarantee))
}

/// An application with a telephone number in it.
pub fn applying(
    place: &Place,
    guarantee: u32,
    content: &str,
) -> impl Fn(&Keyring) -> Result<Command, Error> + Send + 'static + use<> {
    let (at, content) = (place.clock.now(), content.to_owned());
    move |keyring| {
        Ok(Apply {
            platform: "jyzx-test".into(),
            platform_code: None,
            application_no: number(guarantee),
            terms: Terms {
                applicant_name: Some("江南建设集团有限公司".into()),
                amount: Some(Money::from_fen(80_000_000 + i64::from(guarantee))),
                ..Terms::default()
            },
            sealed: BTreeMap::new(),
            extra: BTreeMap::new(),
            personal: [("contact_phone".to_owned(), keyring.envelope("contact_phone", PHONE)?)].into(),
            content: keyring.fingerprint(content.as_bytes())?,
            at,
        }
        .into())
    }
}

pub async fn apply(place: &Place, ledger: &Ledger, guarantee: u32, wish: &str) -> Result<Outcome, Error> {
    let mut context = Context::of("test", ledger.new_id());
    context.journal = Some(entry(place, ledger, ACCEPTED));
    ledger.carry_out_first(context, id(guarantee), applying(place, guarantee, wish)).await
}

pub async fn annotate(place: &Place, ledger: &Ledger, guarantee: u32, text: &str) {
    let command = Annotate { text: text.into(), idempotency_key: None, at: place.clock.now() };
    let context = Context::of("test", ledger.new_id());
    ledger.carry_out(context, id(guarantee), |_| Ok(command.clone().into())).await.unwrap();
}

fn entry(place: &Place, ledger: &Ledger, outcome: &str) -> JournalEntry {
    JournalEntry {
        id: ledger.new_id(),
        received_at: place.clock.now(),
        platform: Some("jyzx-test".into()),
        interface: "apply".into(),
        outcome: outcome.into(),
        message: Some("成功 \"\\\u{1}".into()),
        body: Some(vec![b'{', 0, 0xff, b'"', b'\n'].into()),
        body_sm3: "00".repeat(32),
        duration_us: 1_234,
        ..JournalEntry::default()
    }
}

/// Fills a ledger: guarantees that are touched in turns as time goes on, and rows of every other kind.
pub async fn fill(place: &Place, log: &Log) {
    let ledger = place.ledger(log);
    for round in 0..3 {
        for guarantee in 0..GUARANTEES {
            place.clock.advance(TimeDelta::milliseconds(7));
            if round == 0 {
                apply(place, &ledger, guarantee, "a").await.unwrap();
            } else if (guarantee + round) % 3 > 0 {
                annotate(place, &ledger, guarantee, &format!("第{round}次 \"核实\"\n")).await;
            }
        }
    }
    let now = place.clock.now();
    log.record(entry(place, &ledger, "refused")).await.unwrap();
    log.erase_key(id(ERASED).uuid(), entry(place, &ledger, "erased")).await.unwrap().unwrap();
    claim_number(log, &ledger).await;
    for guarantee in 0..5 {
        log.reserve_number(id(guarantee).uuid(), now.date_naive()).await.unwrap();
    }
    let record = |key: &str, body: &[u8]| IdempotencyRecord {
        key: key.into(),
        content_sm3: "ab".repeat(32),
        status: 200,
        body: body.to_vec(),
        at: now,
    };
    log.remember(record("core/1", b"{\"status\":\"issued\"}")).await.unwrap();
    log.remember(record("core/2", &[0xff, 0])).await.unwrap();
    let notice_id = ledger.new_id();
    let (token, lasts) = (Uuid::from_u128(9), std::time::Duration::from_mins(1));
    log.lease(notice_id, token, lasts).await.unwrap().unwrap();
    let attempt = Attempt {
        notice_id,
        number: 1,
        started_at: now,
        duration_ms: 12,
        status: Some(502),
        outcome: "unreachable".into(),
        reply: Some("坏网关".into()),
        next_at: Some(now + TimeDelta::seconds(30)),
    };
    log.record_attempt(attempt, token).await.unwrap();
    log.lease(ledger.new_id(), token, lasts).await.unwrap().unwrap();
    for status in ["1", "0"] {
        let fact = SectionFact {
            section_no: "E3200000001000001001".into(),
            status: status.into(),
            content: format!("{{\"status\":{status}}}"),
            told_at: now,
        };
        log.record_section_facts("jyzx-test", vec![fact], Some(format!("mark {status}"))).await.unwrap();
    }
    let reading = Reading {
        actor: "审计".into(),
        aggregate_id: id(1).uuid(),
        fields: vec!["contact_phone".into()],
        at: now,
    };
    log.record_reading(reading).await.unwrap();
}

/// An event that claims a guarantee number, as an issue does.
async fn claim_number(log: &Log, ledger: &Ledger) {
    let event = log.load(id(0).uuid()).await.unwrap().events.pop().unwrap();
    let append = Append {
        aggregate_id: event.aggregate_id,
        expected_sequence: event.sequence,
        events: vec![NewEvent {
            id: ledger.new_id(),
            event_type: event.event_type,
            event_version: event.event_version,
            payload: event.payload,
            metadata: event.metadata,
        }],
        journal: None,
        key: None,
        guarantee_no: Some(NUMBER.into()),
        idempotency: None,
    };
    log.append(append).await.unwrap();
}

/// All that a store holds, as far as it is not about the store itself.
#[derive(Debug, PartialEq)]
pub struct Content {
    /// Each guarantee's events, without shard, position and incarnation.
    pub guarantees: BTreeMap<Uuid, Vec<String>>,
    /// Every other row, in order.
    pub beside: BTreeMap<Beside, Vec<String>>,
}

pub async fn content(log: &Log) -> Content {
    let mut dump = log.dump().await.unwrap();
    let mut guarantees: BTreeMap<Uuid, Vec<String>> = BTreeMap::new();
    for Kept { mut event, key } in events(&mut dump).await {
        (event.shard, event.position, event.incarnation) = (0, 0, Uuid::nil());
        let kept = format!("{event:?} {}", wrapped(&key));
        guarantees.entry(event.aggregate_id).or_default().push(kept);
    }
    let mut beside = BTreeMap::new();
    for table in Beside::ALL {
        let rows: Vec<Item> = dump.beside(table).try_collect().await.unwrap();
        // Leases stay behind, and where a store came from differs.
        let told = rows.iter().filter(|row| !matches!(row, Item::Origin(_))).map(|row| match row {
            Item::Delivery(delivery) => {
                format!("{:?}", baohan_log::Delivery { lease: None, ..delivery.clone() })
            }
            row => format!("{row:?}"),
        });
        beside.insert(table, told.collect());
    }
    Content { guarantees, beside }
}

/// A key's bytes, which its own `Debug` hides.
fn wrapped(key: &baohan_log::KeyState) -> String {
    match key {
        baohan_log::KeyState::Wrapped(bytes) => format!("{bytes:?}"),
        other => format!("{other:?}"),
    }
}

/// Every event of a store, shard by shard; positions run 1, 2, 3 … and time does not go back.
pub async fn events(dump: &mut Dump) -> Vec<Kept> {
    let heads = dump.standing().heads.clone();
    let mut all: Vec<Kept> = Vec::new();
    for head in heads {
        let mut after = 0;
        while after < head.position {
            let page = dump.events(head.shard, after, 7).await.unwrap();
            for kept in page {
                after += 1;
                assert_eq!((kept.event.shard, kept.event.position), (head.shard, after));
                let before = all.last().filter(|before| before.event.shard == head.shard);
                assert!(before.is_none_or(|before| before.event.recorded_at <= kept.event.recorded_at));
                all.push(kept);
            }
        }
    }
    all
}
