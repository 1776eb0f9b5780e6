//! A store with lives in it, its seal, and sealers and witnesses over it.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use baohan_ledger::{Clock, ManualClock};
use baohan_log::{Append, Log, NewEvent};
use baohan_projections::{Projections, Runner};
use baohan_seal::{
    Frontier, KeyChain, PublicKey, ShardRoot, SignedCheckpoint, Signer, SigningKey, verify_consistency,
};
use baohan_sealer::{OutletStanding, Outlets, Sealer, WitnessAt};
use baohan_witness::Witness;
use chrono::{DateTime, Utc};
use tempfile::TempDir;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub const WITHIN: Duration = Duration::from_mins(1);
/// The key of the ledger, as most tests have it.
pub const KEY: u8 = 1;
/// Of PostgreSQL stores.
const SHARDS: u16 = 4;
/// How often a running sealer looks.
const EVERY: Duration = Duration::from_millis(50);

/// What happens to a guarantee, event by event.
const LIFE: [&str; 3] = ["Applied", "PremiumPaid", "Issued"];

pub fn key(number: u8) -> Signer {
    SigningKey::from_bytes(&[number; 32]).unwrap().into()
}

pub fn public(number: u8) -> PublicKey {
    key(number).public_key().clone()
}

fn morning() -> DateTime<Utc> {
    DateTime::from_timestamp(1_772_625_600, 123_456_000).unwrap()
}

pub struct Stage {
    pub log: Log,
    pub projections: Projections,
    pub clock: ManualClock,
    runner: Runner,
    folder: TempDir,
}

impl Stage {
    /// Over SQLite.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = format!("sqlite:{}", folder.path().join("ledger.db").display());
        let tables = format!("sqlite:{}", folder.path().join("projections.db").display());
        Self::open(folder, &log, &tables).await
    }

    /// Over PostgreSQL, with some shards. Who opens the same url stands beside.
    pub async fn on(url: &str) -> Self {
        Self::open(tempfile::tempdir().unwrap(), url, url).await
    }

    async fn open(folder: TempDir, log: &str, tables: &str) -> Self {
        let clock = ManualClock::at(morning());
        let now = clock.clone();
        let options = baohan_log::Options::new(log, Arc::new(move || now.now()))
            .with_shards(SHARDS)
            .with_connections(6);
        let log = Log::open(&options).await.unwrap();
        let projections =
            Projections::open(log.clone(), baohan_projections::Options::at(tables.to_owned())).await.unwrap();
        let runner = projections.runner().await.unwrap();
        Self { log, projections, clock, runner, folder }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The store's file, behind its back; SQLite only.
    pub fn tables(&self) -> String {
        format!("sqlite:{}", self.folder.path().join("projections.db").display())
    }

    /// Lives of guarantees, not applied to the seal yet.
    pub async fn live(&self, guarantees: std::ops::Range<u128>) {
        for (before, name) in (0..).zip(LIFE) {
            for number in guarantees.clone() {
                self.happen(number, before, name).await;
            }
        }
    }

    /// The same, and the seal has them.
    pub async fn lived(&mut self, guarantees: std::ops::Range<u128>) {
        self.live(guarantees).await;
        self.applied().await;
    }

    /// The seal has everything.
    pub async fn applied(&mut self) {
        self.runner.catch_up().await.unwrap();
    }

    async fn happen(&self, number: u128, before: u64, name: &str) {
        let golden = std::fs::read_to_string(format!("../../domain/tests/golden/{name}-1.0.json")).unwrap();
        let payload = golden.trim_end().replace("SN20260302000001", &format!("SN{number}"));
        let event = NewEvent {
            id: Uuid::now_v7(),
            event_type: name.to_owned(),
            event_version: "1.0".to_owned(),
            payload,
            metadata: "{\"actor\":\"office\"}".to_owned(),
        };
        let append = Append {
            aggregate_id: Uuid::from_u128(number),
            expected_sequence: before,
            events: vec![event],
            journal: None,
            key: None,
            guarantee_no: None,
            idempotency: None,
        };
        self.log.append(append).await.unwrap();
    }

    /// A sealer with the usual key.
    pub fn sealer(&self, out: Outlets) -> Sealer {
        self.sealer_of(KEY, None, out)
    }

    /// One that looks by itself once an hour.
    pub fn hourly_sealer(&self) -> Sealer {
        self.sealer_every(KEY, None, Outlets::default(), Duration::from_hours(1))
    }

    pub fn sealer_of(&self, signer: u8, previous: Option<u8>, out: Outlets) -> Sealer {
        self.sealer_every(signer, previous, out, EVERY)
    }

    fn sealer_every(&self, signer: u8, previous: Option<u8>, out: Outlets, every: Duration) -> Sealer {
        let (log, projections) = (self.log.clone(), self.projections.clone());
        let clock: Arc<dyn Clock> = Arc::new(self.clock.clone());
        Sealer::new(log, projections, clock, Arc::new(key(signer)), previous.map(key), out, every)
    }

    /// Every checkpoint that the store keeps, which must be one chain from the first key on.
    pub async fn chain(&self) -> Vec<SignedCheckpoint> {
        let kept = self.log.kept_checkpoints(0, 1_000).await.unwrap();
        let mut keys = KeyChain::new(self.log.ledger(), public(KEY));
        let mut chain: Vec<SignedCheckpoint> = Vec::new();
        for (expected, kept) in (1..).zip(kept) {
            let signed = SignedCheckpoint::parse(&kept.note).unwrap();
            assert_eq!((kept.number, signed.checkpoint().number), (expected, expected));
            assert_eq!(signed.checkpoint().previous, chain.last().map(SignedCheckpoint::digest));
            keys.append(&signed).unwrap();
            if let Some(before) = chain.last() {
                self.follows(before, &signed).await;
            }
            chain.push(signed);
        }
        chain
    }

    async fn follows(&self, before: &SignedCheckpoint, after: &SignedCheckpoint) {
        assert!(before.checkpoint().time <= after.checkpoint().time);
        let shards = before.checkpoint().shards.iter().zip(&after.checkpoint().shards);
        for (shard, (was, is)) in (0_u16..).zip(shards) {
            let path = self.projections.consistency_path(shard, was.size, is.size).await.unwrap().unwrap();
            verify_consistency(was.size, &was.root, is.size, &is.root, &path).unwrap();
        }
    }

    /// The trees of the store's records, computed by hand.
    pub async fn trees(&self) -> Vec<ShardRoot> {
        let mut trees = Vec::new();
        for shard in 0..self.log.shards() {
            let mut frontier = Frontier::new();
            for event in self.log.read(shard, 0, 10_000).await.unwrap() {
                frontier.push(event.leaf_hash());
            }
            trees.push(ShardRoot { size: frontier.size(), root: frontier.root() });
        }
        trees
    }
}

/// A witness that serves over HTTP until it is dropped or stopped.
pub struct Serving {
    pub witness: Witness,
    pub at: WitnessAt,
    stop: CancellationToken,
    task: JoinHandle<()>,
}

impl Serving {
    /// Over a folder and at an address; `key` is the ledger's first.
    pub async fn start(
        name: &str,
        key_of_witness: u8,
        folder: &Path,
        ledger: (Uuid, u8),
        address: &str,
    ) -> Self {
        let now = Arc::new(morning);
        let ledgers = vec![(ledger.0, public(ledger.1))];
        let witness = Witness::open(folder, Arc::new(key(key_of_witness)), name, ledgers, now).unwrap();
        let listener = TcpListener::bind(address).await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let at = WitnessAt { name: name.to_owned(), url, public_key: public(key_of_witness) };
        let stop = CancellationToken::new();
        let (serving, stopped) = (witness.clone(), stop.clone());
        let task = tokio::spawn(async move {
            serving.serve(listener, stopped.cancelled_owned()).await.unwrap();
        });
        Self { witness, at, stop, task }
    }

    /// One of the stage's ledger, in a folder of its own below the stage's.
    pub async fn of(stage: &Stage, name: &str, key_of_witness: u8) -> Self {
        let folder = stage.path().join(name);
        Self::start(name, key_of_witness, &folder, (stage.log.ledger(), KEY), "127.0.0.1:0").await
    }

    pub fn remembered(&self, stage: &Stage) -> Option<u64> {
        let remembered = self.witness.remembered(stage.log.ledger()).unwrap();
        remembered.map(|signed| signed.checkpoint().number)
    }

    /// Ends it; its folder and its address are free then.
    pub async fn end(self) {
        self.stop.cancel();
        self.task.await.unwrap();
    }
}

/// Outlets of witnesses, of which so many must sign.
pub fn asking(witnesses: &[&Serving], at_least: usize) -> Outlets {
    let witnesses = witnesses.iter().map(|serving| serving.at.clone()).collect();
    Outlets { witnesses, at_least, ..Outlets::default() }
}

/// How an outlet stands.
pub fn outlet(sealer: &Sealer, name: &str) -> OutletStanding {
    sealer.standing().outlets.into_iter().find(|outlet| outlet.name == name).unwrap()
}

/// The code of an outlet's trouble.
pub fn trouble(sealer: &Sealer, name: &str) -> Option<&'static str> {
    outlet(sealer, name).trouble.map(|trouble| trouble.code)
}
