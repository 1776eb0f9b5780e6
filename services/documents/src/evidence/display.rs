use chrono::{DateTime, Utc};
use serde::Serialize;

use super::{EvidencePage, ProofInShort};
use crate::particulars::{Shown, grouped, in_china, legible, moment};

/// Characters of a detail on the page: the file has all of it.
const DETAIL_CHARS_MAX: usize = 240;
/// A hash is recognised by its first and last digits; the file has all of it.
const HASH_HEAD_DIGITS: usize = 16;
const HASH_TAIL_DIGITS: usize = 8;

/// What the template reads as `evidence.json`: display texts, nothing left to compute.
#[derive(Debug, Serialize)]
pub(crate) struct Display {
    institution: String,
    ledger: String,
    guarantee: String,
    made_at: String,
    particulars: Vec<Named>,
    happenings: Vec<Line>,
    documents: Vec<File>,
    proof: Proof,
}

#[derive(Debug, Serialize)]
struct Named {
    name: String,
    value: Shown,
}

#[derive(Debug, Serialize)]
struct Line {
    sequence: u64,
    day: String,
    time: String,
    name: String,
    details: Vec<String>,
    actor: String,
    position: u64,
}

#[derive(Debug, Serialize)]
struct File {
    name: String,
    sm3: String,
    bytes: String,
}

#[derive(Debug, Serialize)]
struct Proof {
    number: u64,
    at: String,
    digest: String,
    shard: u16,
    size: u64,
    root: String,
    key: String,
    earlier_keys: Vec<String>,
    witnesses: Vec<Witness>,
    at_least: usize,
    counts: bool,
}

#[derive(Debug, Serialize)]
struct Witness {
    name: String,
    key: String,
    at: String,
}

impl Display {
    pub(crate) fn of(page: &EvidencePage) -> Self {
        let particulars = page
            .particulars
            .iter()
            .map(|particular| Named { name: legible(&particular.name), value: Shown::of(&particular.value) });
        let happenings = page.happenings.iter().map(|happening| Line {
            sequence: happening.sequence,
            day: in_china(happening.at).format("%Y-%m-%d").to_string(),
            time: time(happening.at),
            name: legible(&happening.name),
            details: happening.details.iter().map(|detail| cut(&legible(detail))).collect(),
            actor: legible(&happening.actor),
            position: happening.position,
        });
        let documents = page.documents.iter().map(|file| File {
            name: legible(&file.name),
            sm3: legible(&file.sm3),
            bytes: grouped(&file.bytes.to_string()),
        });
        Self {
            institution: legible(&page.institution),
            ledger: legible(&page.ledger),
            guarantee: legible(&page.guarantee),
            made_at: moment(page.made_at),
            particulars: particulars.collect(),
            happenings: happenings.collect(),
            documents: documents.collect(),
            proof: Proof::of(&page.proof),
        }
    }
}

impl Proof {
    fn of(proof: &ProofInShort) -> Self {
        let witnesses = proof.witnesses.iter().map(|witness| Witness {
            name: legible(&witness.name),
            key: legible(&witness.key),
            at: moment(witness.at),
        });
        Self {
            number: proof.number,
            at: format!("{} {}", in_china(proof.at).format("%Y年%m月%d日"), time(proof.at)),
            digest: legible(&proof.digest),
            shard: proof.shard,
            size: proof.size,
            root: shortened(&legible(&proof.root)),
            key: legible(&proof.key),
            earlier_keys: proof.earlier_keys.iter().map(|key| legible(key)).collect(),
            witnesses: witnesses.collect(),
            at_least: proof.at_least,
            counts: proof.counts,
        }
    }
}

/// What the QR code says: enough to ask anybody who keeps checkpoints for the same one, and to compare. ASCII alone, so that
/// every reader shows the same.
pub(crate) fn mark(page: &EvidencePage) -> String {
    let ProofInShort { number, digest, .. } = &page.proof;
    format!("BAOHAN-EVIDENCE:1\nL:{}\nG:{}\nN:{number}\nSM3:{digest}", page.ledger, page.guarantee)
}

/// The identity of the PDF: the same evidence gives the same bytes.
pub(crate) fn ident(page: &EvidencePage) -> String {
    format!("{}/{}/{}", page.guarantee, page.proof.digest, page.made_at.timestamp_micros())
}

/// The wall clock in China, in milliseconds.
fn time(at: DateTime<Utc>) -> String {
    in_china(at).format("%H:%M:%S%.3f").to_string()
}

fn cut(detail: &str) -> String {
    let mut short: String = detail.chars().take(DETAIL_CHARS_MAX).collect();
    if short.len() < detail.len() {
        short.push_str("……（全文见证据文件）");
    }
    short
}

fn shortened(hash: &str) -> String {
    match (
        hash.get(..HASH_HEAD_DIGITS),
        hash.len().checked_sub(HASH_TAIL_DIGITS).and_then(|at| hash.get(at..)),
    ) {
        (Some(head), Some(tail)) if hash.len() > HASH_HEAD_DIGITS + HASH_TAIL_DIGITS => {
            format!("{head}…{tail}")
        }
        _ => hash.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::evidence::evidence_specimen;

    #[test]
    fn a_hash_is_shortened_and_anything_else_stays() {
        assert_eq!(shortened(&"0123456789abcdef".repeat(4)), "0123456789abcdef…89abcdef");
        assert_eq!(shortened("abc"), "abc");
        assert_eq!(shortened(&"根".repeat(30)), "根".repeat(30), "no cut through a character");
    }

    #[test]
    fn a_long_reason_is_cut_and_says_so() {
        let long = "因".repeat(DETAIL_CHARS_MAX + 1);
        assert!(
            cut(&long).ends_with("（全文见证据文件）")
                && cut(&long).starts_with(&"因".repeat(DETAIL_CHARS_MAX))
        );
        assert_eq!(cut("因"), "因");
    }

    #[test]
    fn times_are_chinas_and_have_milliseconds() {
        assert_eq!(time("2026-03-02T16:00:01.123456Z".parse().unwrap()), "00:00:01.123");
    }

    #[test]
    fn the_mark_names_ledger_guarantee_checkpoint_and_digest() {
        let page = evidence_specimen(1);
        let lines: Vec<String> = mark(&page).lines().map(str::to_owned).collect();
        assert_eq!(
            lines,
            [
                "BAOHAN-EVIDENCE:1".to_owned(),
                format!("L:{}", page.ledger),
                format!("G:{}", page.guarantee),
                format!("N:{}", page.proof.number),
                format!("SM3:{}", page.proof.digest),
            ]
        );
        let other = EvidencePage { made_at: page.made_at + chrono::TimeDelta::seconds(1), ..page.clone() };
        assert_ne!(ident(&page), ident(&other));
    }
}
