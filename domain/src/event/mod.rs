//! What has happened to a guarantee. Events are for ever: their names and fields are the published contract
//! of the topic, so a change is a new version with an upcaster, never an edit.

mod application;
mod claim;
mod invoice;
mod issue;
mod notice;
mod opening;
mod quit;

use serde::{Deserialize, Serialize};

pub use application::{Applied, Declined, PremiumCorrected, PremiumPaid, Withdrawn, WithdrawnCause};
pub use claim::{ClaimPaid, ClaimRefused, Claimed};
pub use invoice::{InvoiceDeclined, InvoiceKind, InvoiceParticulars, InvoiceRequested, Invoiced};
pub use issue::{Annotated, Cancelled, CancelledCause, Extended, Issued};
pub use notice::{NoticeAbandoned, NoticeAcknowledged, NoticeKind, NoticeSkipped};
pub use opening::{OpeningMoved, RestoreRequested, Restored};
pub use quit::{Quit, QuitRefused, QuitRequested, SectionException, SectionStatus};

/// The aggregate's type in the events table and the first part of the published type.
pub const AGGREGATE_TYPE: &str = "guarantee";

macro_rules! events {
    ($($(#[$doc:meta])* $name:ident = $version:literal),* $(,)?) => {
        /// One event of a guarantee's life; on the topic and in the table a compact JSON object with `type` first.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[serde(tag = "type")]
        pub enum Event {
            $($(#[$doc])* $name($name),)*
        }

        impl Event {
            /// The event's name, as on the topic.
            #[must_use]
            pub fn name(&self) -> &'static str {
                match self { $(Self::$name(_) => stringify!($name),)* }
            }

            /// The fields of the event of that name, whatever else stands in the text; nothing where there is no such event.
            pub(crate) fn of_fields(name: &str, text: &str) -> serde_json::Result<Option<Self>> {
                Ok(match name {
                    $(stringify!($name) => Some(Self::$name(serde_json::from_str(text)?)),)*
                    _ => None,
                })
            }

            /// The version of its fields that is written today.
            #[must_use]
            pub fn version(&self) -> &'static str {
                match self { $(Self::$name(_) => $version,)* }
            }

            /// Every (name, version) that is written today.
            pub const WRITTEN: &'static [(&'static str, &'static str)] = &[$((stringify!($name), $version),)*];
        }

        $(impl From<$name> for Event {
            fn from(event: $name) -> Self {
                Self::$name(event)
            }
        })*
    };
}

events! {
    /// A bidder asked for a guarantee.
    Applied = "1.0",
    /// The premium was paid.
    PremiumPaid = "1.0",
    /// The record of the premium was put right before the issue.
    PremiumCorrected = "1.0",
    /// The guarantee was issued and is in force.
    Issued = "1.0",
    /// The application was declined.
    Declined = "1.0",
    /// The application was given up before an issue.
    Withdrawn = "1.0",
    /// The key came and opened the sealed values.
    RestoreRequested = "1.0",
    /// The plain document was made.
    Restored = "1.0",
    /// The opening was set to another time.
    OpeningMoved = "1.0",
    /// An invoice for the premium was asked for.
    InvoiceRequested = "1.0",
    /// The invoice was issued.
    Invoiced = "1.0",
    /// The invoice was declined.
    InvoiceDeclined = "1.0",
    /// It was asked to take the guarantee back.
    QuitRequested = "1.0",
    /// The guarantee was taken back.
    Quit = "1.0",
    /// Taking it back was refused.
    QuitRefused = "1.0",
    /// The guarantee ended, on request or by its validity.
    Cancelled = "1.0",
    /// The beneficiary demanded payment.
    Claimed = "1.0",
    /// A claim was paid.
    ClaimPaid = "1.0",
    /// A claim was refused.
    ClaimRefused = "1.0",
    /// The validity was extended.
    Extended = "1.0",
    /// A remark for the audit trail.
    Annotated = "1.0",
    /// A platform took a notice.
    NoticeAcknowledged = "1.0",
    /// A notice was given up.
    NoticeAbandoned = "1.0",
    /// A notice was not sent, on purpose.
    NoticeSkipped = "1.0",
}
