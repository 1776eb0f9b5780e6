//! What is said to a call: the answer, the journal's outcome, and how loudly it is logged.

use std::borrow::Cow;

use baohan_ledger::{Error, Severity};
use baohan_log::ACCEPTED;
use baohan_wire::{
    Fault, FaultCode, Interface, ReconciliationRow, TooMuch, refusal_message, too_much_message,
};

use crate::interfaces::{Answered, Failure};
use crate::journal::{ANSWERED, NOT_OPEN, REPEAT};
use crate::options::RECONCILED_DAYS_MAX;

/// The kind of a call that our own trouble kept from being carried out.
pub(crate) const UNAVAILABLE: &str = "unavailable";

const TAKEN: &str = "受理成功";
const TAKEN_BEFORE: &str = "已受理";
const BUSY: &str = "系统繁忙，请稍后重试";
const LIST_BEHIND: &str = "对账数据尚未更新完毕，请稍后重试";
const STRANGER: &str = "调用方未登记";
const ERASED: &str = "该业务的个人信息已依法删除，不能受理";

/// What is said to a call.
#[derive(Debug)]
pub(crate) struct Verdict {
    /// Code 1.
    pub is_ok: bool,
    /// The journal's outcome: one of its own, or the code of a fault or a refusal.
    pub outcome: &'static str,
    /// The outcome's kind, for the measures.
    pub kind: &'static str,
    /// Chinese.
    pub message: Cow<'static, str>,
    /// How loudly it is logged.
    pub severity: Severity,
    /// The guarantees of a reconciliation.
    pub rows: Option<Vec<ReconciliationRow>>,
}

impl Verdict {
    /// What is written with a command's events, before anybody knows whether there will be any.
    pub fn taken() -> Self {
        Self::yes(ACCEPTED, TAKEN.into())
    }

    pub fn of_answered(answered: Answered) -> Self {
        match answered {
            Answered::Changed => Self::taken(),
            Answered::Repeat => Self::yes(REPEAT, TAKEN_BEFORE.into()),
            Answered::List(rows) => {
                let message = format!("共 {} 条", rows.len()).into();
                Self { rows: Some(rows), ..Self::yes(ANSWERED, message) }
            }
        }
    }

    pub fn of_fault(fault: &Fault) -> Self {
        // A paused platform is our own doing; anything else is for somebody on either side to look at.
        let severity = if fault.code == FaultCode::Paused { Severity::Info } else { Severity::Warning };
        Self::no(fault.code.as_str(), "fault", fault.message.clone().into(), severity)
    }

    /// A call of nobody's.
    pub fn of_stranger() -> Self {
        Self::no(FaultCode::AppkeyUnknown.as_str(), "fault", STRANGER.into(), Severity::Error)
    }

    pub fn of_failure(failure: &Failure, interface: Interface) -> Self {
        match failure {
            Failure::Ledger(Error::Refused(refusal)) => {
                use baohan_domain::Refusal::{AlreadyQuit, NotIssued};
                let message = refusal_message(interface, refusal).into();
                let is_daily =
                    interface == Interface::Baohanrestore && matches!(refusal, AlreadyQuit | NotIssued);
                if is_daily {
                    Self::no(NOT_OPEN, NOT_OPEN, message, Severity::Info)
                } else {
                    Self::no(refusal.code(), "refused", message, Severity::Info)
                }
            }
            Failure::Ledger(error @ Error::Erased(_)) => {
                Self::no(error.code(), "refused", ERASED.into(), error.severity())
            }
            Failure::Ledger(error) => Self::no(error.code(), UNAVAILABLE, BUSY.into(), error.severity()),
            Failure::List(baohan_projections::Error::TooMany { rows_max }) => {
                let message = too_much_message(TooMuch::Rows { rows_max: u64::from(*rows_max) });
                Self::no("range-too-wide", "refused", message.into(), Severity::Info)
            }
            Failure::List(baohan_projections::Error::Behind { .. }) => {
                Self::no("behind", UNAVAILABLE, LIST_BEHIND.into(), Severity::Warning)
            }
            Failure::List(_) => {
                Self::no("store-unavailable", UNAVAILABLE, LIST_BEHIND.into(), Severity::Error)
            }
            Failure::TooManyDays => {
                let message = too_much_message(TooMuch::Days { days_max: RECONCILED_DAYS_MAX });
                Self::no("range-too-wide", "refused", message.into(), Severity::Info)
            }
        }
    }

    fn yes(outcome: &'static str, message: Cow<'static, str>) -> Self {
        Self { is_ok: true, outcome, kind: outcome, message, severity: Severity::Info, rows: None }
    }

    fn no(outcome: &'static str, kind: &'static str, message: Cow<'static, str>, severity: Severity) -> Self {
        Self { is_ok: false, outcome, kind, message, severity, rows: None }
    }
}

#[cfg(test)]
mod tests {
    use baohan_domain::Refusal;

    use super::*;

    fn refused(refusal: Refusal, interface: Interface) -> Verdict {
        Verdict::of_failure(&Failure::Ledger(refusal.into()), interface)
    }

    #[test]
    fn restoring_what_is_not_in_force_is_daily_business() {
        for refusal in [Refusal::AlreadyQuit, Refusal::NotIssued] {
            let verdict = refused(refusal.clone(), Interface::Baohanrestore);
            assert_eq!((verdict.outcome, verdict.is_ok), (NOT_OPEN, false));
            assert_eq!(verdict.message, refusal.message());
            assert_eq!(refused(refusal.clone(), Interface::Canclenotice).outcome, refusal.code());
        }
    }

    #[test]
    fn a_refusal_is_never_an_error_of_ours() {
        let verdict = refused(Refusal::UnpaidClaim, Interface::Canclenotice);
        assert_eq!(verdict.severity, Severity::Info);
    }

    #[test]
    fn troubles_of_ours_carry_no_internals() {
        let verdict = Verdict::of_failure(&Failure::Ledger(Error::Contended), Interface::Canclenotice);
        assert_eq!((verdict.message.as_ref(), verdict.kind), (BUSY, UNAVAILABLE));
    }
}
