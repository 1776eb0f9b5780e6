//! A report as an auditor reads it.

use baohan_proof::{Finding, Report};

use crate::terminal::say;

/// How many findings are shown on the screen; `--json` has more.
const SHOWN_MAX: usize = 20;
/// How many digits of a root are shown: enough to compare it by eye.
const DIGITS: usize = 16;

/// Says what was compared, what does not fit, and what it comes to.
pub fn tell(report: &Report, place: &str) {
    say!("ledger       {}", report.ledger);
    say!("store        {place}");
    if let Some(guarantee) = report.guarantee {
        say!("guarantee    {guarantee}, and no other");
    }
    if let Some(since) = report.since {
        say!("since        checkpoint {since}, which is believed");
    }
    for shard in &report.shards {
        let root = shard
            .root
            .as_deref()
            .map_or("none".to_owned(), |root| format!("{}…", &root[..DIGITS.min(root.len())]));
        say!(
            "shard {:<6} {} records, signed up to {}, seen outside up to {}, root {root}",
            shard.shard,
            shard.records,
            shard.signed,
            shard.seen_outside
        );
    }
    checkpoints(report);
    compared(report);
    for remark in &report.remarks {
        say!("note         {remark}");
    }
    say!();
    for (number, finding) in report.findings.iter().take(SHOWN_MAX).enumerate() {
        tell_finding(number + 1, finding);
    }
    let more = report.findings.len().saturating_sub(SHOWN_MAX) as u64 + report.findings_left_out;
    if more > 0 {
        say!("… and {more} more");
    }
    if !report.findings.is_empty() {
        say!();
    }
    conclude(report);
}

fn checkpoints(report: &Report) {
    let kept = &report.checkpoints;
    let newest = match (kept.newest, kept.newest_time) {
        (Some(number), Some(time)) => format!(", the newest is {number} of {time}"),
        _ => String::new(),
    };
    say!("checkpoints  {} in the store, {} from outside{newest}", kept.kept, kept.from_outside);
    if !kept.keys.is_empty() {
        say!("             signed by {}", kept.keys.join(", then "));
    }
    if let Some(counts) = kept.newest_that_counts {
        say!("             co-signed as the policy asks up to {counts}");
    }
}

fn compared(report: &Report) {
    let of = &report.compared;
    say!(
        "compared     {} records with {} leaves of the seal, {} roots, {} signatures",
        of.records,
        of.leaves,
        of.roots,
        of.signatures
    );
    say!(
        "             {} calls in the journal ({} messages opened, {} erased), {} rows of projections, {} documents",
        of.calls,
        of.bodies,
        of.erased_bodies,
        of.rows,
        of.documents
    );
}

fn tell_finding(number: usize, finding: &Finding) {
    say!("{number}. {}: {}", finding.kind, finding.said);
    let mut about = Vec::new();
    if let Some(until) = finding.until.filter(|until| Some(*until) != finding.position) {
        about.push(format!("up to position {until}"));
    }
    if let Some(event) = finding.event {
        about.push(format!("event {event}"));
    }
    if let Some(guarantee) = finding.guarantee {
        about.push(format!("guarantee {guarantee}"));
    }
    if !about.is_empty() {
        say!("   {}", about.join(", "));
    }
}

fn conclude(report: &Report) {
    match report.first() {
        None if report.is_signed => say!("All of it is what was sealed and signed."),
        None => say!(
            "All of it fits itself. It is not verified: no signature was checked with a key from outside of the store."
        ),
        Some(first) => {
            let place = match (first.shard, first.position) {
                (Some(shard), Some(position)) => format!("shard {shard}, position {position}"),
                _ => "no one record".to_owned(),
            };
            say!("IT DOES NOT FIT. The first is {}: {place}.", first.kind);
        }
    }
}
