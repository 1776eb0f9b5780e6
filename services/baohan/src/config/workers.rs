//! `[workers]`: what happens by itself.

use std::time::Duration;

use super::section::Section;

/// How often platforms are asked for exceptions of sections, in seconds. A quit after the opening needs one to be known, and
/// the procedure that makes one takes days.
const SECTION_POLL_SECONDS: u32 = 300;
/// More often is no good neighbour.
const SECTION_POLL_SECONDS_MIN: u32 = 10;
/// A day.
const SECTION_POLL_SECONDS_MAX: u32 = 86_400;

/// The workers' modes.
#[derive(Debug, Clone)]
pub struct Workers {
    /// Whether invoices are issued without a person.
    pub automatic_invoices: bool,
    /// Whether quits in time are confirmed without a person.
    pub automatic_quits: bool,
    /// How often platforms are asked for exceptions of sections.
    pub section_poll: Duration,
}

impl Workers {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let poll_bounds = SECTION_POLL_SECONDS_MIN..=SECTION_POLL_SECONDS_MAX;
        Self {
            automatic_invoices: section.choice("invoices", ("manual", false), &[("automatic", true)]),
            automatic_quits: section.choice("quits", ("automatic", true), &[("manual", false)]),
            section_poll: Duration::from_secs(
                section.count("section_poll_seconds", SECTION_POLL_SECONDS, poll_bounds).into(),
            ),
        }
    }
}
