use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use baohan_wire::Interface;
use chrono::{DateTime, Utc};
use serde::Serialize;

/// How many calls a page of the newest shows.
const RECENT_MAX: usize = 1_000;

/// Who called whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Caller {
    /// The platform called the institution.
    Platform,
    /// The institution called the platform.
    Institution,
}

/// One call on the wire, as the platform saw it.
#[derive(Debug, Clone, Serialize)]
pub struct Happening {
    /// When.
    pub at: DateTime<Utc>,
    /// Who called whom.
    pub caller: Caller,
    /// The platform's key.
    pub platform: String,
    /// Which interface.
    pub interface: Interface,
    /// Of which application, where the call says so.
    pub application_no: Option<String>,
    /// The answer's code; none where there was no answer.
    pub code: Option<String>,
    /// The answer's message, or what happened instead.
    pub message: String,
    /// Why a signature is wrong, where it is: which way of signing would have fitted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diagnosis: Option<String>,
}

/// The newest happenings, for who comes later.
#[derive(Debug, Default)]
pub(crate) struct Recent(Mutex<VecDeque<Happening>>);

impl Recent {
    pub fn keep(&self, happening: Happening) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() >= RECENT_MAX {
            kept.pop_front();
        }
        kept.push_back(happening);
    }

    /// Oldest first.
    pub fn all(&self) -> Vec<Happening> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().cloned().collect()
    }
}
