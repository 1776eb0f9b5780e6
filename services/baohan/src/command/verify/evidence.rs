//! An evidence file, verified offline.

use std::io::Read as _;
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use baohan_seal::Policy;
use baohan_seal::evidence::{EVIDENCE_BYTES_MAX, Trust, Trusted, Verdict, verify as verify_file};
use serde_json::json;

use super::super::EXIT_FAILED;
use super::EXIT_NOT_VERIFIED;
use super::brought::{WitnessNamed, key};
use crate::terminal::say;

pub fn verify(
    file: &Path,
    keys: &[String],
    witnesses: &[WitnessNamed],
    as_json: bool,
) -> anyhow::Result<ExitCode> {
    let mut bytes = Vec::new();
    let opened = std::fs::File::open(file).with_context(|| format!("{} cannot be read", file.display()))?;
    // One byte more than any has tells that it is none.
    opened.take(EVIDENCE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    let of: Vec<_> = witnesses
        .iter()
        .filter_map(|witness| match witness {
            WitnessNamed::Key(key) => Some(key.clone()),
            WitnessNamed::Url(_) => None,
        })
        .collect();
    let policy = (!of.is_empty()).then_some(Policy { at_least: of.len(), of });
    let keys = keys.iter().map(|text| key(text)).collect::<Result<Vec<_>, _>>()?;
    // Of several keys one must be the file's first.
    let mut ledgers = if keys.is_empty() { vec![None] } else { keys.into_iter().map(Some).collect() };
    let last = ledgers.pop().flatten();
    let verified = |ledger| verify_file(&bytes, &Trust { ledger, witnesses: policy.clone() });
    let verdict = match ledgers.into_iter().find_map(|ledger| verified(ledger).ok()) {
        Some(verdict) => Ok(verdict),
        None => verified(last),
    };
    match verdict {
        Ok(verdict) => Ok(tell(&verdict, as_json)),
        Err(fault) => {
            let fault = anyhow::Error::from(fault);
            if as_json {
                say!("{}", json!({ "fits": false, "said": format!("{fault:#}") }));
            } else {
                say!("It proves nothing: {fault:#}.");
            }
            Ok(ExitCode::from(EXIT_FAILED))
        }
    }
}

fn tell(verdict: &Verdict, as_json: bool) -> ExitCode {
    let is_trusted = verdict.trusted != Trusted::Nothing;
    let code = if is_trusted { ExitCode::SUCCESS } else { ExitCode::from(EXIT_NOT_VERIFIED) };
    if as_json {
        say!("{}", json!({ "fits": true, "is_signed": is_trusted, "verdict": verdict }));
        return code;
    }
    say!("guarantee    {}", verdict.guarantee);
    say!("ledger       {}", verdict.ledger);
    say!(
        "records      {}, stored from {} to {}",
        verdict.records,
        verdict.first_recorded_at,
        verdict.last_recorded_at
    );
    say!("checkpoint   {} of {}", verdict.checkpoint, verdict.checkpoint_time);
    say!("             SM3 {}", verdict.checkpoint_digest);
    say!(
        "signed by    key {}, to which the ledger's first key {} leads",
        verdict.signed_by,
        verdict.first_key
    );
    if !verdict.cosigned_by.is_empty() {
        say!("co-signed by {}", verdict.cosigned_by.join(", "));
    }
    for document in &verdict.documents {
        say!("document     {}, {} bytes, SM3 {}", document.kind, document.bytes, document.sm3);
    }
    say!();
    match verdict.trusted {
        Trusted::LedgerAndWitnesses => say!(
            "It fits: these are all the records of the guarantee at that moment, under the key that was given, and {} witnessed it.",
            verdict.trusted_witnesses.join(", ")
        ),
        Trusted::Ledger => say!(
            "It fits: these are all the records of the guarantee at that moment, under the key that was given."
        ),
        Trusted::Witnesses => say!(
            "It fits, as {} witnessed it. The ledger's key is the file's own word: compare {} with what the institution publishes.",
            verdict.trusted_witnesses.join(", "),
            verdict.first_key
        ),
        Trusted::Nothing => say!(
            "The file fits itself, and that proves nothing yet: its keys are its own word. Give the institution's key by --key."
        ),
    }
    code
}
