//! The two calls that carry little more than the numbers.

use std::collections::BTreeMap;

use baohan_domain::{ApplicationNo, GuaranteeNo};

use super::content::Content;
use super::{Extras, Personal};
use crate::fault::Fault;
use crate::form::Form;

/// A request to quit before the opening (specification 3.7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuitRequest {
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// Our number.
    pub guarantee_no: GuaranteeNo,
    /// Why.
    pub reason: String,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// Unknown fields that may be personal data.
    pub personal: Personal,
}

/// The guarantee is no longer needed (specification 3.9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation {
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// Our number.
    pub guarantee_no: GuaranteeNo,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// Unknown fields that may be personal data.
    pub personal: Personal,
}

pub(super) fn read_quit(form: &mut Form<'_, '_>) -> Result<QuitRequest, Fault> {
    let application_no = form.application_no()?;
    let guarantee_no = form.guarantee_no()?;
    let reason = form.reason()?.ok_or_else(|| Fault::missing("reason"))?.to_owned();
    let Extras { extra, personal } = Extras::read(form, &["Reason"])?;
    Ok(QuitRequest { application_no, guarantee_no, reason, extra, personal })
}

pub(super) fn read_cancellation(form: &mut Form<'_, '_>) -> Result<Cancellation, Fault> {
    let application_no = form.application_no()?;
    let guarantee_no = form.guarantee_no()?;
    let Extras { extra, personal } = Extras::read(form, &[])?;
    Ok(Cancellation { application_no, guarantee_no, extra, personal })
}

impl QuitRequest {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("application_no", self.application_no.as_str());
        content.put("guarantee_no", self.guarantee_no.as_str());
        content.put("reason", &self.reason);
    }
}

impl Cancellation {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("application_no", self.application_no.as_str());
        content.put("guarantee_no", self.guarantee_no.as_str());
    }
}
