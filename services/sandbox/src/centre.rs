use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use baohan_wire::{Interface, ReceivedNotice, SectionFact, SectionStatus};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

/// How many notices are remembered; the oldest are forgotten.
const TOLD_MAX: usize = 100_000;

/// A notice that the platform took.
#[derive(Debug, Clone, Serialize)]
pub struct Told {
    /// Its place, from 0.
    pub number: usize,
    /// When it came first.
    pub at: DateTime<Utc>,
    /// How often it came.
    pub times: u32,
    /// The platform's key.
    pub platform: String,
    /// Which interface.
    pub interface: &'static str,
    /// The platform's number, where the notice or the platform's register knows it.
    pub application_no: Option<String>,
    /// The institution's number.
    pub guarantee_no: Option<String>,
    /// Whether it tells success.
    pub approved: bool,
    /// Where the file can be fetched.
    pub document_url: Option<String>,
    /// SM3 over the file that came along.
    pub file_sm3: Option<String>,
    /// The invoice's number.
    pub invoice_no: Option<String>,
    /// The notice itself.
    #[serde(skip)]
    pub notice: ReceivedNotice,
}

/// What the platform says of a tender section.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// The section's number.
    pub section_no: String,
    /// `1` failed, `2` ended, `3` suspended, `4` void, `0` the exception is lifted.
    pub status: String,
    /// The section's name.
    #[serde(default)]
    pub section_name: String,
    /// What happened.
    #[serde(default)]
    pub remark: String,
}

/// What becomes of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is new, or the same again.
    Yes,
    /// It is the same again, and this platform says so by a refusal.
    HadAlready,
    /// It contradicts what was told before, or comes of nothing that is known.
    No(String),
}

/// What a platform remembers.
#[derive(Debug, Default)]
pub struct Centre(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    told: Vec<Told>,
    sections: Vec<(DateTime<Utc>, Section)>,
    /// Guarantee numbers by platform, and the application of each.
    applications: BTreeMap<(String, String), String>,
}

impl Centre {
    /// Everything that it was told, oldest first.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.memory().told.clone()
    }

    /// What it was told of one application by one interface.
    #[must_use]
    pub fn told_of(&self, application_no: &str, interface: Interface) -> Vec<Told> {
        let memory = self.memory();
        let fits = |told: &&Told| {
            told.application_no.as_deref() == Some(application_no) && told.interface == interface.name()
        };
        memory.told.iter().filter(fits).cloned().collect()
    }

    /// Decides what the platform will say of a section from now on.
    pub fn say_of_section(&self, section: Section, at: DateTime<Utc>) -> bool {
        let is_known = SectionStatus::from_digit(&section.status).is_some();
        if is_known {
            self.memory().sections.push((at, section));
        }
        is_known
    }

    pub(crate) fn sections_since(&self, since: DateTime<Utc>) -> Vec<SectionFact> {
        let memory = self.memory();
        memory.sections.iter().filter(|(at, _)| *at >= since).filter_map(|(at, section)| fact(*at, section)).collect()
    }

    pub(crate) fn take(&self, platform: &str, notice: ReceivedNotice, at: DateTime<Utc>, refuses_repeats: bool) -> Taken {
        let mut memory = self.memory();
        let mut told = telling(platform, notice, at);
        let owner = told.guarantee_no.as_ref().and_then(|number| {
            memory.applications.get(&(platform.to_owned(), number.clone())).cloned()
        });
        if told.application_no.is_none() {
            if owner.is_none() {
                return Taken::No("保函编号不存在".to_owned());
            }
            told.application_no.clone_from(&owner);
        } else if owner.is_some() && owner != told.application_no {
            return Taken::No("保函编号已用于其他业务".to_owned());
        }
        let before = memory.told.iter_mut().rfind(|before| {
            before.platform == told.platform
                && before.interface == told.interface
                && before.application_no == told.application_no
        });
        if let Some(before) = before {
            if before.notice == told.notice {
                before.times += 1;
                return if refuses_repeats { Taken::HadAlready } else { Taken::Yes };
            }
            if before.approved {
                return Taken::No("与已接收的通知内容不一致".to_owned());
            }
        }
        if let (Some(number), Some(application)) = (&told.guarantee_no, &told.application_no) {
            memory.applications.insert((platform.to_owned(), number.clone()), application.clone());
        }
        if memory.told.len() >= TOLD_MAX {
            memory.told.remove(0);
        }
        told.number = memory.told.last().map_or(0, |last| last.number + 1);
        memory.told.push(told);
        Taken::Yes
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn telling(platform: &str, notice: ReceivedNotice, at: DateTime<Utc>) -> Told {
    let mut told = Told {
        number: 0,
        at,
        times: 1,
        platform: platform.to_owned(),
        interface: Interface::Baohannotice.name(),
        application_no: None,
        guarantee_no: None,
        approved: true,
        document_url: None,
        file_sm3: None,
        invoice_no: None,
        notice: notice.clone(),
    };
    let sm3 = |file: &[u8]| hex::encode(Sm3::digest(file));
    match notice {
        ReceivedNotice::Issued(issue) => {
            told.file_sm3 = Some(sm3(&issue.document));
            told.application_no = Some(issue.application_no);
            told.guarantee_no = Some(issue.guarantee_no);
            told.document_url = Some(issue.document_url);
        }
        ReceivedNotice::NotIssued { application_no } => {
            told.application_no = Some(application_no);
            told.approved = false;
        }
        ReceivedNotice::Restored { application_no, guarantee_no, document_url, document } => {
            told.interface = Interface::Restorenotice.name();
            told.file_sm3 = Some(sm3(&document));
            told.application_no = Some(application_no);
            told.guarantee_no = Some(guarantee_no);
            told.document_url = document_url;
        }
        ReceivedNotice::Invoiced { guarantee_no, invoice_no, .. } => {
            told.interface = Interface::Invoicenotice.name();
            told.guarantee_no = Some(guarantee_no);
            told.invoice_no = invoice_no;
        }
        ReceivedNotice::InvoiceDeclined { guarantee_no } => {
            told.interface = Interface::Invoicenotice.name();
            told.guarantee_no = Some(guarantee_no);
            told.approved = false;
        }
        ReceivedNotice::Quit { application_no, guarantee_no } => {
            told.interface = Interface::Quitnotice.name();
            told.application_no = Some(application_no);
            told.guarantee_no = Some(guarantee_no);
        }
        ReceivedNotice::QuitRefused { application_no, guarantee_no } => {
            told.interface = Interface::Quitnotice.name();
            told.application_no = Some(application_no);
            told.guarantee_no = Some(guarantee_no);
            told.approved = false;
        }
        ReceivedNotice::SectionsQuery { .. } => told.interface = Interface::Getbiaoduanyichang.name(),
    }
    told
}

fn fact(at: DateTime<Utc>, section: &Section) -> Option<SectionFact> {
    Some(SectionFact {
        project_no: section.section_no.chars().take(14).collect(),
        project_name: section.section_name.clone(),
        section_no: section.section_no.clone(),
        section_name: section.section_name.clone(),
        status: SectionStatus::from_digit(&section.status)?,
        remark: section.remark.clone(),
        audited_at_text: baohan_wire::format_time(at),
        audited_at: Some(at),
        outcome: "已处理".to_owned(),
        announced: "1".to_owned(),
        announcement_title: None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quit(application_no: &str, guarantee_no: &str) -> ReceivedNotice {
        ReceivedNotice::Quit { application_no: application_no.into(), guarantee_no: guarantee_no.into() }
    }

    #[test]
    fn the_same_notice_again_counts_and_is_taken() {
        let centre = Centre::default();
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(centre.take("p", quit("A", "G"), now, false), Taken::Yes);
        assert_eq!(centre.take("p", quit("A", "G"), now, false), Taken::Yes);
        assert_eq!(centre.take("p", quit("A", "G"), now, true), Taken::HadAlready);
        assert_eq!(centre.told_of("A", Interface::Quitnotice)[0].times, 3);
    }

    #[test]
    fn a_number_that_belongs_to_another_application_is_refused() {
        let centre = Centre::default();
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(centre.take("p", quit("A", "G"), now, false), Taken::Yes);
        assert!(matches!(centre.take("p", quit("B", "G"), now, false), Taken::No(_)));
        assert_eq!(centre.take("q", quit("B", "G"), now, false), Taken::Yes);
    }

    #[test]
    fn an_invoice_of_an_unknown_guarantee_is_refused() {
        let notice = ReceivedNotice::InvoiceDeclined { guarantee_no: "G".into() };
        let taken = Centre::default().take("p", notice, DateTime::UNIX_EPOCH, false);
        assert!(matches!(taken, Taken::No(_)));
    }

    #[test]
    fn a_section_of_an_unknown_state_is_not_said() {
        let section = |status: &str| Section {
            section_no: "S".into(),
            status: status.into(),
            section_name: String::new(),
            remark: String::new(),
        };
        let centre = Centre::default();
        assert!(centre.say_of_section(section("1"), DateTime::UNIX_EPOCH));
        assert!(!centre.say_of_section(section("9"), DateTime::UNIX_EPOCH));
        assert_eq!(centre.sections_since(DateTime::UNIX_EPOCH).len(), 1);
    }
}
