use baohan_domain::Refusal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::asked::Content;
use crate::lexical::Prose;

/// The longest reason (the family's documents: 500 characters).
pub(crate) const REASON_LENGTH_MAX: usize = 500;

/// Why.
#[derive(Debug, Deserialize, Serialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    /// Why, in words; not blank.
    #[schema(value_type = String, max_length = 500)]
    reason: Prose<REASON_LENGTH_MAX>,
}

impl Reason {
    /// The words.
    pub(crate) fn reason(&self) -> String {
        self.reason.0.clone()
    }

    /// The words, for a rule that does without them: whoever comes by this route must say them.
    pub(crate) fn given(&self) -> Result<String, Refusal> {
        let reason = self.reason();
        if reason.trim().is_empty() { Err(Refusal::ReasonMissing) } else { Ok(reason) }
    }
}

impl Content for Reason {}
