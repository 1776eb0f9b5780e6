//! The seven calls of platforms, in the ledger's words.

mod application;
mod claim;
mod content;
mod extras;
mod invoice;
mod plain;
mod reconciliation;
mod restore;

use std::collections::BTreeMap;

use baohan_domain::{ApplicationNo, GuaranteeNo};

pub use application::Application;
pub use claim::Claim;
pub use extras::Personal;
pub use invoice::{InvoiceKind, InvoiceRequest};
pub use plain::{Cancellation, QuitRequest};
pub use reconciliation::Reconciliation;
pub use restore::{Opening, Restore};

pub(crate) use extras::{Extras, is_personal};

use crate::fault::Fault;
use crate::form::Form;
use crate::interface::Interface;
use content::Content;

/// A call that passed checks 1 to 5.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Call {
    /// baohanapply: the bidder asks for a guarantee.
    Apply(Application),
    /// baohanrestore: the opening.
    Restore(Restore),
    /// invoiceapply: the bidder asks for the invoice.
    RequestInvoice(InvoiceRequest),
    /// quitapply: the bidder wants out.
    RequestQuit(QuitRequest),
    /// canclenotice: the guarantee is no longer needed.
    Cancel(Cancellation),
    /// claimsnotice: the beneficiary claims.
    Claim(Claim),
    /// checkbaohanlist: the platform asks for the guarantees of some days.
    Reconcile(Reconciliation),
}

/// Check 5 for the institution's interfaces; the platform's five are answered elsewhere.
pub(crate) fn read(form: &mut Form<'_, '_>) -> Result<Call, Fault> {
    match form.interface {
        Interface::Baohanapply => application::read(form).map(Call::Apply),
        Interface::Baohanrestore => restore::read(form).map(Call::Restore),
        Interface::Invoiceapply => invoice::read(form).map(Call::RequestInvoice),
        Interface::Quitapply => plain::read_quit(form).map(Call::RequestQuit),
        Interface::Canclenotice => plain::read_cancellation(form).map(Call::Cancel),
        Interface::Claimsnotice => claim::read(form).map(Call::Claim),
        Interface::Checkbaohanlist => reconciliation::read(form).map(Call::Reconcile),
        Interface::Baohannotice
        | Interface::Restorenotice
        | Interface::Invoicenotice
        | Interface::Quitnotice
        | Interface::Getbiaoduanyichang => {
            Err(Fault::new(crate::fault::FaultCode::UnknownPath, "此接口由平台提供"))
        }
    }
}

impl Call {
    /// The interface by which it came.
    #[must_use]
    pub fn interface(&self) -> Interface {
        match self {
            Self::Apply(_) => Interface::Baohanapply,
            Self::Restore(_) => Interface::Baohanrestore,
            Self::RequestInvoice(_) => Interface::Invoiceapply,
            Self::RequestQuit(_) => Interface::Quitapply,
            Self::Cancel(_) => Interface::Canclenotice,
            Self::Claim(_) => Interface::Claimsnotice,
            Self::Reconcile(_) => Interface::Checkbaohanlist,
        }
    }

    /// The application's number; a reconciliation has none.
    #[must_use]
    pub fn application_no(&self) -> Option<&ApplicationNo> {
        match self {
            Self::Apply(call) => Some(&call.application_no),
            Self::Restore(call) => Some(&call.application_no),
            Self::RequestInvoice(call) => Some(&call.application_no),
            Self::RequestQuit(call) => Some(&call.application_no),
            Self::Cancel(call) => Some(&call.application_no),
            Self::Claim(call) => Some(&call.application_no),
            Self::Reconcile(_) => None,
        }
    }

    /// The guarantee's number; an application and a reconciliation have none.
    #[must_use]
    pub fn guarantee_no(&self) -> Option<&GuaranteeNo> {
        match self {
            Self::Apply(_) | Self::Reconcile(_) => None,
            Self::Restore(call) => Some(&call.guarantee_no),
            Self::RequestInvoice(call) => Some(&call.guarantee_no),
            Self::RequestQuit(call) => Some(&call.guarantee_no),
            Self::Cancel(call) => Some(&call.guarantee_no),
            Self::Claim(call) => Some(&call.guarantee_no),
        }
    }

    /// Unknown fields that are no personal data, `platformcode` among them.
    #[must_use]
    pub fn extra(&self) -> &BTreeMap<String, String> {
        match self {
            Self::Apply(call) => &call.extra,
            Self::Restore(call) => &call.extra,
            Self::RequestInvoice(call) => &call.extra,
            Self::RequestQuit(call) => &call.extra,
            Self::Cancel(call) => &call.extra,
            Self::Claim(call) => &call.extra,
            Self::Reconcile(call) => &call.extra,
        }
    }

    /// Data of natural persons, in the clear: for envelopes and nothing else.
    #[must_use]
    pub fn personal(&self) -> &Personal {
        match self {
            Self::Apply(call) => &call.personal,
            Self::Restore(call) => &call.personal,
            Self::RequestInvoice(call) => &call.personal,
            Self::RequestQuit(call) => &call.personal,
            Self::Cancel(call) => &call.personal,
            Self::Claim(call) => &call.personal,
            Self::Reconcile(call) => &call.personal,
        }
    }

    /// The business content in one canonical form, for fingerprints: equal exactly when the calls ask for the same.
    /// Amounts, times and keys go in as values, not as written; `timestamp` and `sign` do not. It holds personal data.
    #[must_use]
    pub fn content(&self) -> Vec<u8> {
        let mut content = Content::of(self.interface());
        match self {
            Self::Apply(call) => call.describe(&mut content),
            Self::Restore(call) => call.describe(&mut content),
            Self::RequestInvoice(call) => call.describe(&mut content),
            Self::RequestQuit(call) => call.describe(&mut content),
            Self::Cancel(call) => call.describe(&mut content),
            Self::Claim(call) => call.describe(&mut content),
            Self::Reconcile(call) => call.describe(&mut content),
        }
        content.each("extra", self.extra());
        content.each("personal", self.personal());
        content.finish()
    }
}
