//! How far a story has come when it begins.

use baohan_domain::event::{Applied, Cancelled, CancelledCause};
use baohan_domain::{Form, Terms};

use super::{Past, document, events, yuan};

pub fn nothing() -> Past {
    Past::default()
}

pub fn an_application() -> Past {
    nothing().and(events::applied())
}

pub fn paid() -> Past {
    an_application().and(events::premium_paid())
}

pub fn issued() -> Past {
    paid().and(events::issued())
}

/// Issued for a platform that seals nothing.
pub fn issued_unsealed() -> Past {
    let applied = Applied {
        terms: Terms { amount: Some(yuan("800000")), ..events::opened() }.with(&events::applied().terms),
        sealed: [].into(),
        ..events::applied()
    };
    let issued = baohan_domain::event::Issued { document: document(Form::Plain), ..events::issued() };
    nothing().and(applied).and(events::premium_paid()).and(issued)
}

/// Issued for a platform that seals the amount along with the rest.
pub fn issued_with_a_sealed_amount() -> Past {
    nothing().and(events::applied_with_a_sealed_amount()).and(events::premium_paid()).and(events::issued())
}

/// The key came, the plain document is still to be made.
pub fn key_brought() -> Past {
    issued().and(events::restore_requested())
}

/// The key came on the evening before and waits for the opening.
pub fn key_held() -> Past {
    issued().and(events::restore_held())
}

pub fn restored() -> Past {
    key_brought().and(events::restored())
}

/// Restored on the evening before the opening.
pub fn restored_early() -> Past {
    issued().and(events::restore_early()).and(events::restored())
}

pub fn invoice_requested() -> Past {
    restored().and(events::invoice_requested())
}

pub fn invoiced() -> Past {
    invoice_requested().and(events::invoiced())
}

pub fn claimed() -> Past {
    restored().and(events::claimed())
}

pub fn claim_paid() -> Past {
    claimed().and(events::claim_paid())
}

pub fn claim_refused() -> Past {
    claimed().and(events::claim_refused())
}

pub fn quit_requested() -> Past {
    issued().and(events::quit_requested())
}

pub fn quit() -> Past {
    quit_requested().and(events::quit())
}

pub fn cancelled() -> Past {
    restored().and(events::cancelled())
}

pub fn expired() -> Past {
    restored().and(Cancelled { cause: CancelledCause::Expired, ..events::cancelled() })
}

pub fn declined() -> Past {
    an_application().and(events::declined())
}

pub fn withdrawn() -> Past {
    an_application().and(events::withdrawn())
}
