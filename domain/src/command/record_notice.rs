use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::Decision;
use crate::event::{NoticeAbandoned, NoticeAcknowledged, NoticeKind, NoticeSkipped};
use crate::refusal::Refusal;
use crate::state::{Guarantee, Life, NoticeOutcome};

/// The notifier or an operator records what became of a notice.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordNotice {
    /// The notice: the id of the event that it tells.
    pub notice: Uuid,
    /// What it tells.
    pub kind: NoticeKind,
    /// What became of it.
    pub outcome: Notice,
    /// Now.
    pub at: DateTime<Utc>,
}

/// What became of a notice, with what is known of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Notice {
    /// The platform took it.
    Acknowledged {
        /// How often it was sent.
        attempts: u32,
        /// The platform said that it had it already.
        had_already: bool,
    },
    /// It is given up.
    Abandoned {
        /// How often it was sent.
        attempts: u32,
        /// Why.
        reason: String,
    },
    /// It is not sent, on purpose.
    Skipped {
        /// Why.
        reason: String,
    },
}

impl RecordNotice {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if matches!(guarantee.life, Life::Unknown) {
            return Err(Refusal::UnknownApplication);
        }
        let (notice, notice_kind) = (self.notice, self.kind);
        let earlier = guarantee.trail.notices.get(&notice).copied();
        match (self.outcome, earlier) {
            (Notice::Acknowledged { .. }, Some(NoticeOutcome::Acknowledged))
            | (Notice::Abandoned { .. }, Some(NoticeOutcome::Abandoned))
            | (Notice::Skipped { .. }, Some(NoticeOutcome::Skipped)) => Ok(Decision::Repeat),
            // What was given up may be sent again by an operator, and then it counts.
            (Notice::Acknowledged { attempts, had_already }, None | Some(NoticeOutcome::Abandoned)) => {
                Ok(Decision::one(NoticeAcknowledged {
                    notice,
                    notice_kind,
                    attempts,
                    had_already,
                    acknowledged_at: self.at,
                }))
            }
            (Notice::Abandoned { attempts, reason }, None) => Ok(Decision::one(NoticeAbandoned {
                notice,
                notice_kind,
                attempts,
                reason,
                abandoned_at: self.at,
            })),
            (Notice::Skipped { reason }, None | Some(NoticeOutcome::Abandoned)) => {
                Ok(Decision::one(NoticeSkipped { notice, notice_kind, reason, skipped_at: self.at }))
            }
            (_, Some(NoticeOutcome::Acknowledged | NoticeOutcome::Skipped)) => Err(Refusal::NoticeSettled),
        }
    }
}
