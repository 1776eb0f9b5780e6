//! What was signed of the ledger: the checkpoints that the store keeps, and those that were seen outside of it.

use std::collections::BTreeMap;

use baohan_log::{KEPT_CHECKPOINTS_MAX, KeptCheckpoint, Log};
use baohan_seal::{Cosignature, Hash, KeyChain, SignedCheckpoint};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::abreast;
use super::anchor::{Anchor, Origin};
use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::kept::{self, Keys};
use crate::report::CheckpointReport;
use crate::source::{Brought, Trust};

/// Everything that was signed, as far as it holds.
#[derive(Default)]
pub(super) struct Signed {
    /// What the records are measured by.
    pub(super) anchors: Vec<Anchor>,
    pub(super) report: CheckpointReport,
    pub(super) findings: Vec<Finding>,
    pub(super) remarks: Vec<String>,
    /// How many signatures and co-signatures were verified.
    pub(super) signatures: u64,
    /// Whether a key that the verifier brought signs them.
    pub(super) by_a_key: bool,
    /// The digests of those that the store keeps.
    kept: BTreeMap<u64, Hash>,
}

/// A kept checkpoint, and what came of its signatures.
struct Verified {
    number: u64,
    signed: Option<SignedCheckpoint>,
    is_ours: bool,
    counts: bool,
    signatures: u64,
    findings: Vec<Finding>,
}

impl Signed {
    pub(super) async fn gather(log: &Log, trust: &Trust) -> Result<Self, Error> {
        let mut gathered = Self::default();
        let keys = gathered.keys(log, trust).await?;
        gathered.by_a_key = keys.is_some();
        let mut pages = Vec::new();
        let mut after = 0;
        loop {
            let page = log.kept_checkpoints(after, KEPT_CHECKPOINTS_MAX).await?;
            let Some(last) = page.last() else { break };
            let cosignatures = log.audited_cosignatures(after, last.number).await?;
            after = last.number;
            pages.push((page, cosignatures));
        }
        let ledger = log.ledger();
        let keys = keys.map(std::sync::Arc::new);
        let policy = std::sync::Arc::new(trust.policy.clone());
        let mut verified = stream::iter(pages)
            .map(|(page, cosignatures)| {
                let (keys, policy) = (keys.clone(), policy.clone());
                async move {
                    tokio::task::spawn_blocking(move || {
                        let by = By { ledger, keys: keys.as_deref(), policy: &policy };
                        page.iter().map(|kept| by.verified(kept, &cosignatures)).collect::<Vec<_>>()
                    })
                    .await
                }
            })
            .buffered(abreast());
        while let Some(page) = verified.try_next().await? {
            for verified in page {
                gathered.take(verified);
            }
        }
        drop(verified);
        if keys.is_none() && !trust.keys.is_empty() && gathered.report.kept > 0 {
            let said = "none of the checkpoints in the store is signed by a key that was given";
            gathered.findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(1));
            gathered.anchors.clear();
        }
        gathered.kept_are_whole();
        gathered.brought(&trust.brought, ledger, keys.as_deref());
        Ok(gathered)
    }

    /// The keys as the checkpoints introduce them; those that were brought know introductions that the store may have lost.
    async fn keys(&mut self, log: &Log, trust: &Trust) -> Result<Option<Keys>, Error> {
        if trust.keys.is_empty() {
            self.remarks.push(
                "no key of the ledger was given: the signatures are not verified, and the store is compared with itself alone"
                    .to_owned(),
            );
            return Ok(None);
        }
        let parsed = |kept: &KeptCheckpoint| kept::read(kept).ok();
        let first = log.kept_checkpoint(1).await?;
        let kept = log.introducing_checkpoints().await?;
        let brought = trust.brought.iter().map(|brought| &brought.signed);
        let mut introducing: BTreeMap<u64, Vec<SignedCheckpoint>> = BTreeMap::new();
        let all = brought.filter(|signed| signed.checkpoint().introduces.is_some()).cloned();
        for signed in all.chain(kept.iter().filter_map(parsed)) {
            introducing.entry(signed.checkpoint().number).or_default().push(signed);
        }
        let introducing: Vec<_> = introducing.into_values().flatten().collect();
        let first = first.as_ref().and_then(parsed);
        let brought_first = trust.brought.iter().find(|brought| brought.signed.checkpoint().number == 1);
        let keys = Keys::among(log.ledger(), first.as_ref(), &introducing, trust).or_else(|| {
            Keys::among(log.ledger(), brought_first.map(|brought| &brought.signed), &introducing, trust)
        });
        if let Some(keys) = &keys {
            self.report.keys = keys.chain.keys().map(baohan_seal::PublicKey::id).collect();
            if keys.from > 1 {
                self.remarks.push(format!(
                    "checkpoints before number {} are bound by their digests: the key that was given came into use there",
                    keys.from
                ));
            }
        }
        Ok(keys)
    }

    fn take(&mut self, verified: Verified) {
        let Verified { number, signed, is_ours, counts, signatures, findings } = verified;
        self.report.kept += 1;
        self.signatures += signatures;
        self.findings.extend(findings);
        let Some(signed) = signed else { return };
        let at = signed.checkpoint();
        if let Some((last, digest)) = self.kept.last_key_value().filter(|_| is_ours) {
            let follows = at.previous.as_ref() == Some(digest) || last + 1 != number;
            if !follows {
                let said =
                    format!("checkpoint {number} does not follow on checkpoint {last} as the store has it");
                self.findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(*last));
            }
        }
        if let Some(last) = self.anchors.iter().rev().find(|anchor| anchor.origin == Origin::Kept) {
            let shrinks = at.shards.len() != last.trees.len()
                || at.shards.iter().zip(&last.trees).any(|(new, old)| new.size < old.size)
                || at.time < last.time;
            if shrinks && is_ours {
                let said = format!("checkpoint {number} takes back what checkpoint {} says", last.number);
                self.findings.push(Finding::new(Kind::Rewritten, said).checkpoint(number));
            }
        }
        self.kept.insert(number, signed.digest());
        self.report.newest = Some(number);
        self.report.newest_time = Some(at.time);
        if counts {
            self.report.newest_that_counts = Some(number);
        }
        if is_ours {
            self.anchors.push(Anchor::of(&signed, Origin::Kept));
        }
    }

    /// Their numbers are 1, 2, 3 …
    fn kept_are_whole(&mut self) {
        let mut expected = 1;
        for number in self.kept.keys() {
            if *number > expected {
                let said = match number - expected {
                    1 => format!("checkpoint {expected} is missing or cannot be read"),
                    _ => format!("checkpoints {expected} to {} are missing or cannot be read", number - 1),
                };
                self.findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(expected));
            }
            expected = number + 1;
        }
    }

    fn brought(&mut self, brought: &[Brought], ledger: uuid::Uuid, keys: Option<&Keys>) {
        let mut seen = BTreeMap::new();
        for Brought { from, signed } in brought {
            let at = signed.checkpoint();
            let number = at.number;
            self.report.from_outside += 1;
            if at.ledger != ledger {
                let said = format!(
                    "checkpoint {number} of {from} is the ledger {}'s, and this store is the ledger {ledger}",
                    at.ledger
                );
                self.findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(number));
                continue;
            }
            if let Some(Keys { chain, from: verified_from, .. }) = keys
                && number >= *verified_from
            {
                self.signatures += 1;
                if chain.verify(signed).is_err() {
                    let said = format!(
                        "checkpoint {number} of {from} is not signed by the key that signs at that number"
                    );
                    self.findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(number));
                    continue;
                }
            }
            let is_another = |other: &Hash| *other != signed.digest();
            if self.kept.get(&number).is_some_and(is_another) {
                let said =
                    format!("checkpoint {number} of the store is another than the one that {from} has");
                self.findings.push(Finding::new(Kind::Rewritten, said).checkpoint(number));
            } else if !self.kept.contains_key(&number) {
                let said = format!("the store does not keep checkpoint {number}, which {from} has");
                self.findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(number));
            }
            if let Some((other, digest)) = seen.insert(number, (from, signed.digest()))
                && is_another(&digest)
            {
                let said = format!(
                    "{other} and {from} have two different checkpoints of number {number}: two histories were shown"
                );
                self.findings.push(Finding::new(Kind::Rewritten, said).checkpoint(number));
            }
            self.anchors.push(Anchor::of(signed, Origin::Outside(from.clone())));
        }
    }
}

/// By what kept checkpoints are verified.
struct By<'v> {
    ledger: uuid::Uuid,
    keys: Option<&'v Keys>,
    policy: &'v baohan_seal::Policy,
}

impl By<'_> {
    fn verified(&self, kept: &KeptCheckpoint, cosignatures: &[(i64, String, String)]) -> Verified {
        let number = kept.number;
        let mut findings = Vec::new();
        let mut altered = |said: String| {
            findings.push(Finding::new(Kind::CheckpointAltered, said).checkpoint(number));
        };
        let signed = match SignedCheckpoint::parse(&kept.note) {
            Ok(signed) if signed.note() == kept.note => signed,
            Ok(_) => {
                altered(format!("checkpoint {number} is not written as it was signed"));
                return Verified::of_none(number, findings);
            }
            Err(fault) => {
                altered(format!("checkpoint {number} cannot be read: {fault}"));
                return Verified::of_none(number, findings);
            }
        };
        let at = signed.checkpoint();
        let (mut is_ours, mut signatures) = (true, 0);
        if at.ledger != self.ledger {
            altered(format!(
                "checkpoint {number} is of the ledger {}, and this store is {}",
                at.ledger, self.ledger
            ));
            is_ours = false;
        }
        if at.number != number {
            altered(format!("checkpoint {number} is the one that was signed as number {}", at.number));
            is_ours = false;
        }
        if let Some(keys) = self.keys.filter(|keys| is_ours && number >= keys.from) {
            signatures += 1;
            if let Err(fault) = verify(&keys.chain, &signed) {
                altered(format!("checkpoint {number}: {fault}"));
                is_ours = false;
            }
        }
        let mut whole = signed.clone();
        for (_, witness, line) in cosignatures.iter().filter(|(of, _, _)| u64::try_from(*of) == Ok(number)) {
            let Ok(cosignature) = Cosignature::parse(line) else {
                altered(format!("the co-signature of {witness} under checkpoint {number} cannot be read"));
                continue;
            };
            let known = self.policy.of.iter().find(|known| known.name == *witness);
            if cosignature.name() != witness || cosignature.line() != *line {
                altered(format!(
                    "the co-signature of {witness} under checkpoint {number} is not as it was signed"
                ));
                continue;
            }
            if let Some(known) = known {
                signatures += 1;
                if cosignature.verify(signed.text(), &known.public_key).is_err() {
                    altered(format!("{witness} has not co-signed checkpoint {number} as the store has it"));
                    continue;
                }
            }
            whole.add(cosignature);
        }
        let counts = self.policy.at_least > 0 && is_ours && self.policy.counts(&whole).is_ok();
        Verified { number, signed: Some(signed), is_ours, counts, signatures, findings }
    }
}

impl Verified {
    /// What is kept under this number is no checkpoint.
    fn of_none(number: u64, findings: Vec<Finding>) -> Self {
        Self { number, signed: None, is_ours: false, counts: false, signatures: 0, findings }
    }
}

fn verify(chain: &KeyChain, signed: &SignedCheckpoint) -> Result<(), String> {
    chain.verify(signed).map_err(|fault| fault.to_string())
}
