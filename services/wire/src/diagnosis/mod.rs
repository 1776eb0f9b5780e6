//! Why a signature is wrong: what was hashed, and which way of signing would have given the signature that came.
//!
//! A diagnosis is for the journal. It makes no wrong signature right, and its work is bounded.

mod change;
mod repair;

use serde::{Deserialize, Serialize};

use crate::dialect::Dialect;
use crate::interface::Interface;
use crate::lexical::Fields;
use crate::platform::Platform;
use crate::secret::Secret;
use crate::signature::{Masking, Rules, join, join_masked, parts, verifies};
use change::Change;

/// The longest value that is shown whole; a file's base64 is cut and named by its digest.
const VALUE_SHOWN_CHARACTERS_MAX: usize = 1000;
/// How many bytes are joined and hashed at the most for one wrong signature: some 20 ms of work in the worst case. A
/// usual message has 1,000 bytes and fewer than 100 variants, which takes less than a millisecond.
const BYTES_TRIED_MAX: usize = 2 << 20;
/// What the handling of a field costs in a trial, in bytes that could be hashed in the same time.
const BYTES_FOR_A_FIELD: usize = 16;
/// How many findings are of use to a reader.
const FINDINGS_MAX: usize = 8;

/// What the journal keeps about a wrong signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Diagnosis {
    /// The text that was hashed, without the secret; personal values and keys are `***`, long values are cut.
    pub hashed_text: String,
    /// The ways of signing under which the signature would have been right; empty where none was found.
    pub findings: Vec<Finding>,
}

/// One way of signing that fits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// As in the configuration, `numbers = "java-double"`, two joined by ` + `; or a name of its own.
    pub variant: String,
    /// Chinese, for people.
    pub explanation: String,
}

impl Diagnosis {
    /// One line for people, in Chinese.
    #[must_use]
    pub fn summary(&self) -> String {
        if self.findings.is_empty() {
            return "未找到相符的签名方式：请核对 appsecret 与签名原文".to_owned();
        }
        let told: Vec<_> = self
            .findings
            .iter()
            .map(|finding| format!("{}（{}）", finding.explanation, finding.variant))
            .collect();
        told.join("；")
    }
}

/// What a wrong signature is looked at with.
pub(crate) struct Suspect<'s, 'a> {
    pub platform: &'s Platform,
    pub platform_code: Option<&'s str>,
    pub interface: Interface,
    pub fields: &'s Fields<'a>,
    pub signature: &'s str,
}

/// Looks for the ways of signing that fit: each key of the dialect by itself, then two together, and the troubles that
/// integrators report.
pub(crate) fn diagnose(suspect: &Suspect<'_, '_>) -> Diagnosis {
    let dialect = &suspect.platform.dialect;
    let rules = Rules::of(dialect);
    let secret = suspect.platform.for_centre(suspect.platform_code).secret();
    let signed = parts(suspect.fields, rules);
    let bytes_each = signed.iter().map(|(name, value)| name.len() + value.len() + BYTES_FOR_A_FIELD).sum();
    let mut trials =
        Trials { suspect, secret, bytes_each, bytes_left: BYTES_TRIED_MAX, findings: Vec::new() };
    let changes = change::relevant(suspect.fields, rules, suspect.interface);
    for change in &changes {
        trials.try_changes(rules, &[change]);
    }
    repair::try_all(&mut trials, rules);
    if trials.findings.is_empty() {
        for (place, first) in changes.iter().enumerate() {
            for second in changes[place + 1..].iter().filter(|second| first.is_common_beside(second)) {
                trials.try_changes(rules, &[first, second]);
            }
        }
    }
    let masking = |name: &str| masking(name, suspect.interface, dialect);
    Diagnosis {
        hashed_text: join_masked(&signed, masking, VALUE_SHOWN_CHARACTERS_MAX),
        findings: trials.findings,
    }
}

/// The trials for one signature, within the bound.
struct Trials<'t, 's, 'a> {
    suspect: &'t Suspect<'s, 'a>,
    secret: &'t Secret,
    /// What one trial costs: the text, and something for each field.
    bytes_each: usize,
    bytes_left: usize,
    findings: Vec<Finding>,
}

impl Trials<'_, '_, '_> {
    /// Whether one more trial is within the bound; asked before any work is done for it.
    fn may_try(&mut self) -> bool {
        let left = self.bytes_left.checked_sub(self.bytes_each);
        self.bytes_left = left.unwrap_or(0);
        left.is_some()
    }

    fn try_changes(&mut self, rules: Rules<'_>, changes: &[&Change]) {
        if !self.may_try() {
            return;
        }
        let other_rules = changes.iter().fold(rules, |rules, change| change.applied_to(rules));
        let signed = parts(self.suspect.fields, other_rules);
        if verifies(&join(&signed), self.secret, other_rules, self.suspect.signature) {
            let settings: Vec<_> = changes.iter().map(|change| change.setting()).collect();
            let explanations: Vec<_> = changes.iter().map(|change| change.explanation()).collect();
            self.find(settings.join(" + "), explanations.join("，"));
        }
    }

    fn find(&mut self, variant: String, explanation: String) {
        if self.findings.len() < FINDINGS_MAX {
            self.findings.push(Finding { variant, explanation });
        }
    }
}

/// What must not be read in a journal: data of natural persons, and the key of the sealed fields.
fn masking(name: &str, interface: Interface, dialect: &Dialect) -> Masking {
    const ALWAYS_SHOWN: [&str; 3] = ["appkey", "platformcode", "timestamp"];
    const KEY: &str = "key";
    let is_known = ALWAYS_SHOWN.contains(&name)
        || dialect.plain_extras.contains(name)
        || (interface.fields().contains(&name) && !crate::call::is_personal(name));
    if is_known && name != KEY { Masking::Shown } else { Masking::Hidden }
}
