//! The platform's side of the wire, for the sandbox and for trying an institution out: it asks the seven, takes the
//! four notices, answers the poll, and reads the reconciliation. The same forms and the same checks.

mod answer;
mod ask;
mod notice;
mod reconciliation;

pub use answer::{platform_answer, sections_answer};
pub use ask::{Ask, SpecialInvoice, ask_body};
pub use notice::{NoticeReceipt, ReceivedIssue, ReceivedNotice, receive_notice};
pub use reconciliation::{ReconciliationFault, parse_reconciliation};
