use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::content::Content;
use super::{Extras, Personal};
use crate::fault::Fault;
use crate::form::Form;
use crate::times::format_date;

/// A question for the guarantees issued on some days (specification 3.11).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reconciliation {
    /// The first day in China.
    pub start: NaiveDate,
    /// The last day in China, included; not before the first.
    pub end: NaiveDate,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// Unknown fields that may be personal data.
    pub personal: Personal,
}

pub(super) fn read(form: &mut Form<'_, '_>) -> Result<Reconciliation, Fault> {
    let start = form.required_date("startdate")?;
    let end = form.required_date("enddate")?;
    if end < start {
        return Err(Fault::form("enddate", "不得早于 startdate"));
    }
    let Extras { extra, personal } = Extras::read(form, &[])?;
    Ok(Reconciliation { start, end, extra, personal })
}

impl Reconciliation {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("start", &format_date(self.start));
        content.put("end", &format_date(self.end));
    }
}
