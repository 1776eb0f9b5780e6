use chrono::{DateTime, Utc};

use super::{Decision, in_force, same_number};
use crate::event::{QuitRequested, SectionException};
use crate::personal::Fingerprint;
use crate::refusal::Refusal;
use crate::state::{Guarantee, InForce, Life, QuitRequest, Quitting};

/// quitapply: the guarantee is to be taken back, in time before the opening, or since its section does not run its course.
#[derive(Debug, Clone, PartialEq)]
pub struct RequestQuit {
    /// Our number, as the platform says it.
    pub guarantee_no: String,
    /// Why.
    pub reason: String,
    /// An exception of the section, if one is known.
    pub exception: Option<SectionException>,
    /// Of the call's business content.
    pub content: Fingerprint,
    /// Now.
    pub at: DateTime<Utc>,
}

impl RequestQuit {
    pub(super) fn decide(self, guarantee: &Guarantee) -> Result<Decision, Refusal> {
        if let Life::Quit { was, .. } = &guarantee.life {
            let same = was.quitting.open().is_some_and(|request| request.content == self.content);
            return if same { Ok(Decision::Repeat) } else { Err(Refusal::AlreadyQuit) };
        }
        let in_force = in_force(guarantee)?;
        same_number(in_force, &self.guarantee_no)?;
        if let Some(request) = in_force.quitting.open()
            && !is_void(in_force, request, self.at)
        {
            let same = request.content == self.content;
            return if same { Ok(Decision::Repeat) } else { Err(Refusal::QuitOpen) };
        }
        if !in_force.claims.is_empty() {
            return Err(Refusal::AlreadyClaimed);
        }
        let late = in_force.opening_time_reached(self.at);
        if late && self.exception.is_none() {
            return Err(Refusal::OpeningHasCome);
        }
        Ok(Decision::one(QuitRequested {
            reason: self.reason,
            exception: if late { self.exception } else { None },
            content: self.content,
            requested_at: self.at,
        }))
    }
}

/// Whether an open request has lost its ground: the guarantee is restored and the opening's time is reached.
/// A request that an exception of the section carries does not lose it.
pub(super) fn is_void(in_force: &InForce, request: &QuitRequest, at: DateTime<Utc>) -> bool {
    request.exception.is_none() && in_force.opening_time_reached(at)
}

/// The open request, if it still has its ground.
pub(super) fn open_request(in_force: &InForce, at: DateTime<Utc>) -> Result<&QuitRequest, Refusal> {
    match &in_force.quitting {
        Quitting::Open(request) if is_void(in_force, request, at) => Err(Refusal::QuitVoid),
        Quitting::Open(request) => Ok(request),
        Quitting::None | Quitting::Refused { .. } => Err(Refusal::NoQuitOpen),
    }
}
