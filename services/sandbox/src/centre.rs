use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use baohan_wire::{Interface, SectionFact};
use chrono::{DateTime, Utc};

use crate::section::{Said, Section};
use crate::told::Told;

/// How many notices are remembered; the oldest are forgotten.
const TOLD_MAX: usize = 100_000;
/// How many bytes of files are kept; of older notices the digest remains.
const FILE_BYTES_MAX: usize = 256 * 1024 * 1024;
/// How many numbers are remembered. Numbers begin with a date as a rule, so the smallest are the oldest.
const NUMBERS_MAX: usize = 1_000_000;

/// How a platform deals with what it did not expect.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Habits {
    /// The same notice again is refused with 已存在.
    pub refuses_repeats: bool,
    /// A notice of an application that it did not make is refused.
    pub refuses_strangers: bool,
}

/// What becomes of a notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is new, or the same again.
    Yes,
    /// It is the same again, and this platform says so by a refusal.
    HadAlready,
    /// It contradicts what was told before, or comes of nothing that is known.
    No(&'static str),
}

/// What a platform remembers.
#[derive(Debug, Default)]
pub struct Centre(Mutex<Memory>);

/// One application: its number is unique within a centre.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Business {
    application_no: String,
    platform: String,
    platform_code: Option<String>,
}

#[derive(Debug, Default)]
struct Memory {
    /// Their numbers follow each other.
    told: VecDeque<Told>,
    of_business: BTreeMap<(Business, &'static str), Vec<usize>>,
    /// The first notice whose file may still be there, and the bytes of all files.
    first_file: usize,
    file_bytes: usize,
    applied: BTreeSet<Business>,
    /// Guarantee numbers by platform, and whose each is.
    guarantees: BTreeMap<(String, String), Business>,
    said: Said,
}

impl Centre {
    /// Everything that it was told, oldest first.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        self.memory().told.iter().cloned().collect()
    }

    /// What it was told of one application by one interface, oldest first.
    #[must_use]
    pub fn told_of(&self, application_no: &str, interface: Interface) -> Vec<Told> {
        let fits = |told: &Told| {
            told.application_no.as_deref() == Some(application_no) && told.interface == interface.name()
        };
        self.memory().told.iter().filter(|told| fits(told)).cloned().collect()
    }

    /// Decides what the platform will say of a section from now on; says whether it is something that can be said.
    pub fn say_of_section(&self, section: Section, at: DateTime<Utc>) -> bool {
        self.memory().said.say(section, at)
    }

    pub(crate) fn sections_since(
        &self,
        since: DateTime<Utc>,
        platform: &str,
        platform_code: Option<&str>,
    ) -> Vec<SectionFact> {
        self.memory().said.since(since, platform, platform_code)
    }

    /// The newest notices, oldest of them first, that come after a number and are of an application, where it is given.
    pub(crate) fn newest(
        &self,
        application_no: Option<&str>,
        after: Option<usize>,
        limit: usize,
    ) -> Vec<Told> {
        let fits = |told: &Told| {
            application_no.is_none_or(|number| told.application_no.as_deref() == Some(number))
                && after.is_none_or(|after| told.number > after)
        };
        let memory = self.memory();
        let mut newest: Vec<_> =
            memory.told.iter().rev().filter(|told| fits(told)).take(limit).cloned().collect();
        newest.reverse();
        newest
    }

    pub(crate) fn numbered(&self, number: usize) -> Option<Told> {
        self.memory().numbered(number).cloned()
    }

    /// Remembers an application. It is remembered before the institution answers, since the notice may be faster.
    pub(crate) fn applies(&self, platform: &str, platform_code: Option<&str>, application_no: &str) {
        let mut memory = self.memory();
        memory.applied.insert(Business {
            application_no: application_no.to_owned(),
            platform: platform.to_owned(),
            platform_code: platform_code.map(str::to_owned),
        });
        if memory.applied.len() > NUMBERS_MAX {
            memory.applied.pop_first();
        }
    }

    pub(crate) fn take(&self, mut told: Told, habits: Habits) -> Taken {
        let mut memory = self.memory();
        let business = match memory.business_of(&told, habits) {
            Ok(business) => business,
            Err(reason) => return Taken::No(reason),
        };
        told.application_no = Some(business.application_no.clone());
        let earlier = memory.numbers_of(&business, told.interface);
        if let Some(same) = earlier.iter().copied().find(|number| memory.is_same(*number, &told)) {
            if let Some(same) = memory.numbered_mut(same) {
                same.times = same.times.saturating_add(1);
            }
            return if habits.refuses_repeats { Taken::HadAlready } else { Taken::Yes };
        }
        if earlier.last().and_then(|number| memory.numbered(*number)).is_some_and(Told::is_final) {
            return Taken::No("与已接收的通知内容不一致");
        }
        memory.keep(told, business);
        Taken::Yes
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Of which application a notice is, or why it is of none.
    fn business_of(&self, told: &Told, habits: Habits) -> Result<Business, &'static str> {
        let owner = told
            .guarantee_no
            .as_ref()
            .and_then(|number| self.guarantees.get(&(told.platform.clone(), number.clone())));
        if owner.is_some_and(|owner| owner.platform_code != told.platform_code) {
            return Err("platformcode 与出函通知不一致");
        }
        let Some(application_no) = &told.application_no else {
            return owner.cloned().ok_or("保函编号不存在");
        };
        let business = Business {
            application_no: application_no.clone(),
            platform: told.platform.clone(),
            platform_code: told.platform_code.clone(),
        };
        match owner {
            Some(owner) if *owner != business => return Err("保函编号已用于其他业务"),
            Some(_) => return Ok(business),
            None => {}
        }
        let is_decision = told.interface == Interface::Baohannotice.name();
        if habits.refuses_strangers && is_decision && !self.applied.contains(&business) {
            return Err("业务流水号不存在");
        }
        let decided = self.numbers_of(&business, Interface::Baohannotice.name());
        let issued = decided.iter().filter_map(|number| self.numbered(*number)).any(|told| told.approved);
        // What was told before the sandbox began it cannot know.
        if !is_decision && (habits.refuses_strangers || issued) {
            return Err("保函编号与业务流水号不符");
        }
        Ok(business)
    }

    fn keep(&mut self, mut told: Told, business: Business) {
        if self.told.len() >= TOLD_MAX
            && let Some(oldest) = self.told.pop_front()
        {
            self.forget(&oldest);
        }
        told.number = self.told.back().map_or(0, |last| last.number + 1);
        if let Some(number) = &told.guarantee_no {
            self.guarantees.insert((told.platform.clone(), number.clone()), business.clone());
            if self.guarantees.len() > NUMBERS_MAX {
                self.guarantees.pop_first();
            }
        }
        self.of_business.entry((business, told.interface)).or_default().push(told.number);
        self.file_bytes += told.file.as_ref().map_or(0, axum::body::Bytes::len);
        self.told.push_back(told);
        while self.file_bytes > FILE_BYTES_MAX {
            let number = self.first_file;
            self.first_file += 1;
            let file = self.numbered_mut(number).and_then(|told| told.file.take());
            self.file_bytes -= file.map_or(0, |file| file.len());
        }
    }

    fn forget(&mut self, oldest: &Told) {
        self.file_bytes -= oldest.file.as_ref().map_or(0, axum::body::Bytes::len);
        self.first_file = self.first_file.max(oldest.number + 1);
        let key = Business {
            application_no: oldest.application_no.clone().unwrap_or_default(),
            platform: oldest.platform.clone(),
            platform_code: oldest.platform_code.clone(),
        };
        self.of_business.remove(&(key, oldest.interface));
    }

    fn numbers_of(&self, business: &Business, interface: &'static str) -> Vec<usize> {
        self.of_business.get(&(business.clone(), interface)).cloned().unwrap_or_default()
    }

    fn is_same(&self, number: usize, told: &Told) -> bool {
        self.numbered(number).is_some_and(|before| before.is_same(told))
    }

    fn numbered(&self, number: usize) -> Option<&Told> {
        let first = self.told.front()?.number;
        self.told.get(number.checked_sub(first)?)
    }

    fn numbered_mut(&mut self, number: usize) -> Option<&mut Told> {
        let first = self.told.front()?.number;
        self.told.get_mut(number.checked_sub(first)?)
    }
}

#[cfg(test)]
mod tests;
