//! What a platform reads where its call is refused by a rule: the domain's message, with the wire's field beside it.

use baohan_domain::Refusal;

use crate::dialect::wire_name;
use crate::interface::Interface;

/// What a reconciliation asks too much of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TooMuch {
    /// More days than one answer tells of.
    Days {
        /// The most days.
        days_max: i64,
    },
    /// More guarantees than one answer holds.
    Rows {
        /// The most guarantees.
        rows_max: u64,
    },
}

/// The Chinese message for a refusal: names the field at fault where there is one.
#[must_use]
pub fn refusal_message(interface: Interface, refusal: &Refusal) -> String {
    let message = refusal.message();
    match refusal {
        Refusal::KeyDoesNotOpen { field } => format!("密钥 key 无法解密字段 {}", wire_name(*field)),
        _ => match field_at_fault(interface, refusal) {
            Some(field) => format!("{message}（字段 {field}）"),
            None => message,
        },
    }
}

/// The Chinese message for a reconciliation that asks for too much.
#[must_use]
pub fn too_much_message(too_much: TooMuch) -> String {
    match too_much {
        TooMuch::Days { days_max } => format!("字段 startdate 至 enddate 超过 {days_max} 天，请分段查询"),
        TooMuch::Rows { rows_max } => format!("字段 startdate 至 enddate 内超过 {rows_max} 条，请分段查询"),
    }
}

/// The field that a refusal is about; what is about the guarantee's state is about no field.
fn field_at_fault(interface: Interface, refusal: &Refusal) -> Option<&'static str> {
    match refusal {
        Refusal::UnknownApplication => Some("applyno"),
        Refusal::OtherContent if interface == Interface::Baohanapply => Some("applyno"),
        Refusal::OtherContent if interface == Interface::Baohanrestore => Some("key"),
        Refusal::GuaranteeNoDiffers => Some("baohanno"),
        Refusal::OpeningInTheFuture { .. } => Some("kaibiaotime"),
        Refusal::OverTheAmountLeft { .. } => Some("payeramount"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use baohan_domain::{Money, SealedField};

    use super::*;

    #[test]
    fn the_field_at_fault_is_named_in_the_wires_words() {
        let cases = [
            (
                Refusal::KeyDoesNotOpen { field: SealedField::SectionNo },
                Interface::Baohanrestore,
                "biaoduanno",
            ),
            (Refusal::OpeningInTheFuture { hours_max: 0 }, Interface::Baohanrestore, "kaibiaotime"),
            (Refusal::GuaranteeNoDiffers, Interface::Canclenotice, "baohanno"),
            (Refusal::UnknownApplication, Interface::Quitapply, "applyno"),
            (Refusal::OtherContent, Interface::Baohanapply, "applyno"),
            (Refusal::OverTheAmountLeft { left: Money::ZERO }, Interface::Claimsnotice, "payeramount"),
        ];
        for (refusal, interface, field) in cases {
            let message = refusal_message(interface, &refusal);
            assert!(message.contains(field), "{message}");
        }
    }

    #[test]
    fn a_state_is_no_fields_fault() {
        let message = refusal_message(Interface::Baohanrestore, &Refusal::AlreadyQuit);
        assert_eq!(message, Refusal::AlreadyQuit.message());
    }

    #[test]
    fn a_question_for_too_much_says_how_much_is_answered() {
        assert!(too_much_message(TooMuch::Days { days_max: 100 }).contains("100 天"));
        assert!(too_much_message(TooMuch::Rows { rows_max: 7 }).contains("7 条"));
    }
}
