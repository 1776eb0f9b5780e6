use baohan_domain::event::NoticeKind;

/// Who is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    /// Every platform.
    Every,
    /// Platforms whose dialect says that they want to hear it; for the others the notifier records it as skipped.
    WhoeverAsks,
}

/// An event that platforms are told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Told {
    /// The event's name.
    pub event: &'static str,
    /// What it becomes.
    pub kind: NoticeKind,
    /// Who is told.
    pub audience: Audience,
    /// The notice's name in the API.
    pub name: &'static str,
}

/// Which event becomes which notice. A new notice is a line here and a form in the notifier.
pub const TABLE: [Told; 8] = [
    told("Issued", NoticeKind::Issued, Audience::Every, "issued"),
    told("Declined", NoticeKind::Declined, Audience::Every, "declined"),
    told("Withdrawn", NoticeKind::Withdrawn, Audience::WhoeverAsks, "withdrawn"),
    told("Restored", NoticeKind::Restored, Audience::Every, "restored"),
    told("Invoiced", NoticeKind::Invoiced, Audience::Every, "invoiced"),
    told("InvoiceDeclined", NoticeKind::InvoiceDeclined, Audience::Every, "invoice_declined"),
    told("Quit", NoticeKind::Quit, Audience::Every, "quit"),
    told("QuitRefused", NoticeKind::QuitRefused, Audience::WhoeverAsks, "quit_refused"),
];

const fn told(event: &'static str, kind: NoticeKind, audience: Audience, name: &'static str) -> Told {
    Told { event, kind, audience, name }
}

/// What an event becomes, if platforms are told of it.
#[must_use]
pub fn notice_of(event: &str) -> Option<&'static Told> {
    TABLE.iter().find(|told| told.event == event)
}

/// The line of a notice's kind.
#[must_use]
pub fn told_as(kind: NoticeKind) -> Option<&'static Told> {
    TABLE.iter().find(|told| told.kind == kind)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use baohan_domain::Event;

    use super::*;

    #[test]
    fn every_line_names_an_event_of_its_own_and_a_kind_of_its_own() {
        let events: BTreeSet<_> = TABLE.iter().map(|told| told.event).collect();
        let kinds: BTreeSet<_> = TABLE.iter().map(|told| told.kind).collect();
        assert_eq!((events.len(), kinds.len()), (TABLE.len(), TABLE.len()));
        for event in events {
            assert!(Event::WRITTEN.iter().any(|(name, _)| *name == event), "{event} is no event");
        }
    }

    #[test]
    fn names_are_those_that_the_domain_writes() {
        for told in TABLE {
            assert_eq!(serde_json::to_value(told.kind).unwrap(), told.name);
        }
    }

    #[test]
    fn outcomes_of_notices_are_not_told_themselves() {
        for event in ["NoticeAcknowledged", "NoticeAbandoned", "NoticeSkipped", "Applied", "Cancelled"] {
            assert_eq!(notice_of(event), None);
        }
    }
}
