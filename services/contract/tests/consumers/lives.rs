//! Guarantees as finance sees them: what happened to each, and what it then adds to the sums, put beside each other by hand.

use baohan_log::{StoredEvent, shard_of};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

/// When the first event was stored, as microseconds since 1970.
const BEGINNING_US: i64 = 1_772_625_600_000_000;

/// What a guarantee adds to the sums of its platform, in fen.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Adds {
    pub guarantees: i64,
    pub sealed: i64,
    pub amount: i64,
    pub left: i64,
}

/// A life: its events behind Applied, whether the amount came in the clear, and what it adds for an amount.
struct Life {
    clear: bool,
    then: fn(&str) -> Vec<Value>,
    adds: fn(i64) -> Adds,
}

/// Every kind of life that matters to the sums.
const LIVES: [Life; 13] = [
    Life { clear: true, then: |_| vec![], adds: |_| Adds::default() },
    Life {
        clear: true,
        then: |_| vec![json!({ "type": "Declined", "reason": "超过限额" })],
        adds: |_| Adds::default(),
    },
    Life {
        clear: true,
        then: |_| vec![json!({ "type": "Withdrawn", "cause": "unpaid" })],
        adds: |_| Adds::default(),
    },
    Life { clear: true, then: |_| vec![paid(), issued()], adds: in_force },
    Life {
        clear: false,
        then: |_| vec![paid(), issued()],
        adds: |_| Adds { guarantees: 1, sealed: 1, ..Adds::default() },
    },
    Life { clear: false, then: |amount| vec![issued(), restored(Some(amount))], adds: in_force },
    // What came in the clear holds against what the key opens.
    Life { clear: true, then: |_| vec![issued(), restored(Some("1.00"))], adds: in_force },
    Life {
        clear: true,
        then: |_| vec![issued(), claimed(1, "1000.01")],
        adds: |fen| Adds { left: fen - 100_001, ..in_force(fen) },
    },
    Life {
        clear: true,
        then: |_| {
            vec![issued(), claimed(1, "1000.01"), settled(1, "ClaimPaid", Some("300.00")), claimed(2, "5.05")]
        },
        adds: |fen| Adds { left: fen - 30_000 - 505, ..in_force(fen) },
    },
    Life {
        clear: true,
        then: |_| {
            vec![
                issued(),
                claimed(1, "1000.01"),
                settled(1, "ClaimRefused", None),
                json!({ "type": "Annotated", "text": "电话核实" }),
            ]
        },
        adds: in_force,
    },
    Life {
        clear: false,
        then: |amount| {
            vec![issued(), restored(Some(amount)), claimed(1, amount), settled(1, "ClaimPaid", Some(amount))]
        },
        adds: |fen| Adds { left: 0, ..in_force(fen) },
    },
    Life {
        clear: true,
        then: |_| {
            vec![issued(), json!({ "type": "QuitRequested", "reason": "放弃" }), json!({ "type": "Quit" })]
        },
        adds: |_| Adds::default(),
    },
    Life {
        clear: true,
        then: |_| {
            vec![
                issued(),
                claimed(1, "1000.01"),
                settled(1, "ClaimPaid", Some("1000.01")),
                json!({ "type": "Extended", "valid_until": "2026-09-30" }),
                json!({ "type": "Cancelled", "cause": "expired" }),
                json!({ "type": "InvoiceRequested", "amount": "6400.00" }),
            ]
        },
        adds: |_| Adds::default(),
    },
];

fn in_force(fen: i64) -> Adds {
    Adds { guarantees: 1, sealed: 0, amount: fen, left: fen }
}

fn paid() -> Value {
    json!({ "type": "PremiumPaid", "amount": "6400.00" })
}

fn issued() -> Value {
    json!({ "type": "Issued", "guarantee_no": "BH1", "rate": "0.008", "premium": "6400.00" })
}

fn restored(amount: Option<&str>) -> Value {
    json!({ "type": "RestoreRequested", "opened": { "amount": amount }, "mode": "ecb" })
}

fn claimed(claim: u32, amount: &str) -> Value {
    json!({ "type": "Claimed", "claim": claim, "amount": amount, "left": "0.00" })
}

fn settled(claim: u32, kind: &str, amount: Option<&str>) -> Value {
    let mut event = json!({ "type": kind, "claim": claim });
    if let Some(amount) = amount {
        event["amount"] = amount.into();
    }
    event
}

/// A guarantee: its platform, its events, what it adds.
pub struct Told {
    pub platform: String,
    pub events: Vec<(Uuid, Value)>,
    pub adds: Adds,
}

/// The guarantee of a number: its life, its platform and its amount hang on the number.
pub fn told(number: usize) -> Told {
    let life = &LIVES[number % LIVES.len()];
    let platform = ["jyzx-demo", "平台二"][number / LIVES.len() % 2].to_owned();
    // Amounts that no binary fraction holds.
    let fen = 80_000_010 + i64::try_from(number).unwrap() * 7;
    let amount = yuan(fen);
    let mut applied =
        json!({ "type": "Applied", "platform": platform, "application_no": format!("SN{number}") });
    if life.clear {
        applied["amount"] = amount.clone().into();
    }
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, number.to_string().as_bytes());
    let events = std::iter::once(applied).chain((life.then)(&amount)).map(|event| (id, event)).collect();
    Told { platform, events, adds: (life.adds)(fen) }
}

/// Fen as yuan with two places.
pub fn yuan(fen: i64) -> String {
    format!("{}.{:02}", fen / 100, fen % 100)
}

/// The guarantees' events as a store would have them, in `shards` shards: the first events of all, then the second ones, ….
pub fn stored(lives: &[Told], shards: u16, incarnation: Uuid) -> Vec<StoredEvent> {
    let mut positions = vec![0; usize::from(shards)];
    let longest = lives.iter().map(|told| told.events.len()).max().unwrap();
    let mut stored = Vec::new();
    for (index, sequence) in (0..longest).zip(1..) {
        for (id, event) in lives.iter().filter_map(|told| told.events.get(index)) {
            let shard = shard_of(*id, shards);
            let position = &mut positions[usize::from(shard)];
            *position += 1;
            stored.push(StoredEvent {
                id: Uuid::now_v7(),
                aggregate_id: *id,
                sequence,
                event_type: event["type"].as_str().unwrap().to_owned(),
                event_version: "1.0".to_owned(),
                payload: event.to_string(),
                metadata: r#"{"actor":"test"}"#.to_owned(),
                shard,
                position: *position,
                recorded_at: beginning() + TimeDelta::milliseconds(i64::try_from(stored.len()).unwrap()),
                incarnation,
            });
        }
    }
    stored
}

fn beginning() -> DateTime<Utc> {
    DateTime::from_timestamp_micros(BEGINNING_US).unwrap()
}
