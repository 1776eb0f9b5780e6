//! `[workers]`: what happens by itself.

use super::section::Section;

/// The workers' modes.
#[derive(Debug, Clone)]
pub struct Workers {
    /// Whether invoices are issued without a person.
    pub automatic_invoices: bool,
    /// Whether quits in time are confirmed without a person.
    pub automatic_quits: bool,
}

impl Workers {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        Self {
            automatic_invoices: section.choice("invoices", ("manual", false), &[("automatic", true)]),
            automatic_quits: section.choice("quits", ("automatic", true), &[("manual", false)]),
        }
    }
}
