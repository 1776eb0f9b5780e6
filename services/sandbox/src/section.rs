//! What the platform says of tender sections.

use std::collections::VecDeque;

use baohan_wire::{SectionFact, SectionStatus};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// How many decisions about sections are remembered; the oldest are forgotten.
const SAID_MAX: usize = 100_000;
/// A section's number is its project's number and these many digits.
const SECTION_DIGITS: usize = 3;

/// What the platform says of a tender section.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
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
    /// Which platform says so; any, if nothing is said.
    #[serde(default)]
    pub platform: Option<String>,
    /// Which of its centres says so; any, if nothing is said.
    #[serde(default)]
    pub platform_code: Option<String>,
}

/// Everything that was decided, oldest first.
#[derive(Debug, Default)]
pub(crate) struct Said(VecDeque<(DateTime<Utc>, Section)>);

impl Said {
    /// Takes a decision; says whether it is one.
    pub fn say(&mut self, section: Section, at: DateTime<Utc>) -> bool {
        let is_known = SectionStatus::from_digit(&section.status).is_some() && !section.section_no.is_empty();
        if is_known {
            if self.0.len() >= SAID_MAX {
                self.0.pop_front();
            }
            self.0.push_back((at, section));
        }
        is_known
    }

    /// What a platform answers. Asked without a centre's code, it speaks for all of its centres.
    pub fn since(
        &self,
        since: DateTime<Utc>,
        platform: &str,
        platform_code: Option<&str>,
    ) -> Vec<SectionFact> {
        let is_told = |(at, section): &&(DateTime<Utc>, Section)| {
            let own = section.platform.as_deref().is_none_or(|name| name == platform);
            let centre = section.platform_code.as_deref();
            *at >= since && own && (platform_code.is_none() || centre.is_none() || centre == platform_code)
        };
        self.0.iter().filter(is_told).filter_map(|(at, section)| section.fact(*at)).collect()
    }
}

impl Section {
    fn fact(&self, at: DateTime<Utc>) -> Option<SectionFact> {
        let characters = self.section_no.chars().count();
        Some(SectionFact {
            project_no: self.section_no.chars().take(characters.saturating_sub(SECTION_DIGITS)).collect(),
            project_name: self.section_name.clone(),
            section_no: self.section_no.clone(),
            section_name: self.section_name.clone(),
            status: SectionStatus::from_digit(&self.status)?,
            remark: self.remark.clone(),
            audited_at_text: baohan_wire::format_time(at),
            audited_at: Some(at),
            outcome: "已处理".to_owned(),
            announced: "1".to_owned(),
            announcement_title: None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn section(section_no: &str, status: &str, code: Option<&str>) -> Section {
        Section {
            section_no: section_no.into(),
            status: status.into(),
            platform_code: code.map(str::to_owned),
            ..Section::default()
        }
    }

    #[test]
    fn a_section_of_an_unknown_state_is_not_said() {
        let mut said = Said::default();
        assert!(said.say(section("E3200000001000001001", "1", None), DateTime::UNIX_EPOCH));
        assert!(!said.say(section("E3200000001000001001", "9", None), DateTime::UNIX_EPOCH));
        assert!(!said.say(section("", "1", None), DateTime::UNIX_EPOCH));
        let facts = said.since(DateTime::UNIX_EPOCH, "p", None);
        assert_eq!(facts.len(), 1);
        assert_eq!(facts[0].project_no, "E3200000001000001");
    }

    #[test]
    fn each_centre_tells_its_own_and_what_concerns_all() {
        let mut said = Said::default();
        for (number, code) in [("S1", None), ("S2", Some("A")), ("S3", Some("B"))] {
            said.say(section(number, "3", code), DateTime::UNIX_EPOCH);
        }
        let told = |code| {
            let facts = said.since(DateTime::UNIX_EPOCH, "p", code);
            facts.into_iter().map(|fact| fact.section_no).collect::<Vec<_>>()
        };
        assert_eq!(told(None), ["S1", "S2", "S3"]);
        assert_eq!(told(Some("A")), ["S1", "S2"]);
        assert_eq!(told(Some("C")), ["S1"]);
    }

    #[test]
    fn another_platforms_section_is_not_told() {
        let mut said = Said::default();
        said.say(Section { platform: Some("q".into()), ..section("S1", "4", None) }, DateTime::UNIX_EPOCH);
        assert!(said.since(DateTime::UNIX_EPOCH, "p", None).is_empty());
        assert_eq!(said.since(DateTime::UNIX_EPOCH, "q", Some("A")).len(), 1);
    }
}
