use chrono::{DateTime, SecondsFormat, Utc};

use super::{Disclosed, Particulars};
use crate::digest::Digest;

/// First line of the text: another set or order of lines gets another number.
const HEADING: &str = "baohan-particulars/1";

/// SM3 over [`particulars_text`]: what the page, its footer and its QR code show for checking, since a file's own
/// digest cannot stand inside the file.
#[must_use]
pub fn particulars_digest(particulars: &Particulars) -> Digest {
    Digest::of(particulars_text(particulars).as_bytes())
}

/// The canonical text of the particulars, UTF-8; the crate's README describes it line by line.
#[must_use]
pub fn particulars_text(particulars: &Particulars) -> String {
    let mut text = Text(HEADING.to_owned());
    let all = particulars;
    text.line("form", all.form().name());
    text.line("guarantee_no", &all.guarantee_no);
    text.line("application_no", &all.application_no);
    text.line("platform", &all.platform);
    text.line("institution", &all.institution);
    text.disclosed("applicant_name", Some(&all.applicant_name));
    text.disclosed("applicant_code", all.applicant_code.as_ref());
    match &all.amount {
        Disclosed::Clear(sum) => {
            text.line("amount", &sum.figures);
            text.line("amount_capitals", &sum.capitals);
        }
        Disclosed::Sealed(ciphertext) => text.sealed("amount", ciphertext),
    }
    text.disclosed("section_no", all.section_no.as_ref());
    text.disclosed("section_name", all.section_name.as_ref());
    text.disclosed("beneficiary_name", all.beneficiary_name.as_ref());
    text.disclosed("beneficiary_code", all.beneficiary_code.as_ref());
    text.line("rate", &all.rate);
    text.line("premium", &all.premium);
    if let Some(payer) = &all.payer {
        text.line("payer_name", &payer.name);
        text.line("payer_account", &payer.account);
    }
    text.line("valid_until", &all.valid_until.to_string());
    text.line("claim_due_working_days", &all.claim_due_working_days.to_string());
    text.line("issued_at", &instant(all.issued_at));
    for (name, at) in [("opening_at", all.opening_at), ("restored_at", all.restored_at)] {
        if let Some(at) = at {
            text.line(name, &instant(at));
        }
    }
    text.0
}

struct Text(String);

impl Text {
    /// A value can hold a line feed; it is escaped, so that no value can pass for a line of its own.
    fn line(&mut self, name: &str, value: &str) {
        let value = value.replace('\\', "\\\\").replace('\n', "\\n");
        self.0.push('\n');
        self.0.push_str(name);
        self.0.push('=');
        self.0.push_str(&value);
    }

    /// Another separator than a clear value's, so that a name cannot pass for a ciphertext's digest.
    fn sealed(&mut self, name: &str, ciphertext: &str) {
        self.0.push('\n');
        self.0.push_str(name);
        self.0.push_str(":sm3=");
        self.0.push_str(&Digest::of(ciphertext.as_bytes()).to_hex());
    }

    fn disclosed(&mut self, name: &str, value: Option<&Disclosed>) {
        match value {
            Some(Disclosed::Clear(value)) => self.line(name, value),
            Some(Disclosed::Sealed(ciphertext)) => self.sealed(name, ciphertext),
            None => {}
        }
    }
}

/// Seconds are enough: the page shows no more.
fn instant(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::particulars::specimen::{plain, sealed};

    #[test]
    fn the_text_reads_as_described() {
        assert_eq!(
            particulars_text(&plain()),
            "baohan-particulars/1\nform=plain\nguarantee_no=BH20260302000001\napplication_no=SQ202603020001\n\
             platform=示例公共资源交易中心\ninstitution=示例融资担保有限公司\napplicant_name=江南建设集团有限公司\n\
             applicant_code=91320000MA1XXXXX0A\namount=800000.00\namount_capitals=人民币捌拾万元整\n\
             section_no=E3200000001000001001\nsection_name=滨江快速路改造工程一标段\n\
             beneficiary_name=滨江城市建设投资有限公司\nbeneficiary_code=91320100MA1YYYYY1B\nrate=0.8%\n\
             premium=6400.00\npayer_name=江南建设集团有限公司\npayer_account=3200010000000000001\n\
             valid_until=2026-06-30\nclaim_due_working_days=3\nissued_at=2026-03-02T01:30:00Z\n\
             opening_at=2026-03-20T01:30:00Z\nrestored_at=2026-03-20T01:35:12Z"
        );
    }

    #[test]
    fn a_sealed_value_stands_as_its_digest() {
        let text = particulars_text(&sealed());
        let digest = Digest::of(b"NLGfkNNOIlqWSt9h8BkyMLhcI3OigFxlB8EFWosovkg=");
        assert!(text.contains(&format!("\nsection_no:sm3={digest}\n")), "{text}");
        assert!(!text.contains("NLGfk"));
    }

    #[test]
    fn no_value_passes_for_another_line() {
        let mut bent = plain();
        bent.applicant_name = Disclosed::Clear("甲\napplicant_code=乙\\n".to_owned());
        let text = particulars_text(&bent);
        assert!(text.contains("applicant_name=甲\\napplicant_code=乙\\\\n\n"), "{text}");
    }

    #[test]
    fn each_particular_counts() {
        let digest = particulars_digest(&plain());
        let changes: [fn(&mut Particulars); 6] = [
            |all| all.guarantee_no.push('1'),
            |all| all.payer = None,
            |all| all.valid_until = all.valid_until.succ_opt().unwrap(),
            |all| all.restored_at = None,
            |all| all.beneficiary_code = None,
            |all| all.claim_due_working_days = 7,
        ];
        for change in changes {
            let mut other = plain();
            change(&mut other);
            assert_ne!(particulars_digest(&other), digest);
        }
    }
}
