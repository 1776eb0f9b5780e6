#![doc = include_str!("../README.md")]

mod ambiguity;
mod answer;
mod body;
mod call;
mod counterpart;
mod diagnosis;
mod dialect;
mod directory;
mod fault;
mod form;
mod intake;
mod interface;
mod lexical;
mod manual;
mod notice;
mod outgoing;
mod platform;
mod receipt;
mod refusal;
mod reply;
mod seal;
mod secret;
mod sections;
mod signature;
mod times;

pub use answer::{AnswerData, ReconciliationRow, answer};
pub use call::{
    Application, Call, Cancellation, Claim, InvoiceKind, InvoiceRequest, Opening, Personal, QuitRequest,
    Reconciliation, Restore,
};
pub use counterpart::{
    Ask, NoticeReceipt, ReceivedIssue, ReceivedNotice, ReconciliationFault, SpecialInvoice, ask_body,
    parse_reconciliation, platform_answer, receive_notice, sections_answer,
};
pub use diagnosis::{Diagnosis, Finding};
pub use dialect::{
    Absent, AbsentOut, BodyForm, Charset, Dialect, DigestForm, EarlyRestore, FileMd5, KeyOrder, NestedText,
    NumberText, QuitRefused, RateForm, ReplyCode, RestoreForm, SealedFields, SecretPlace, Times,
    WithdrawnNotice, wire_name,
};
pub use directory::{Directory, DirectoryError};
pub use fault::{Fault, FaultCode, Mark, MarkCode};
pub use interface::Interface;
pub use manual::{ManualError, Signed, seal_fields, sign_json, unseal_fields, unseal_text};
pub use notice::{IssuedNotice, Notice, notice_body};
pub use platform::{Centre, CentreView, Platform, PreviousSecret};
pub use receipt::{Receipt, receive, receive_undiagnosed};
pub use refusal::{TooMuch, refusal_message, too_much_message};
pub use reply::{Reply, parse_reply};
pub use seal::{OpenFault, OpenProblem, Opened, SealKey, open_section, seal_text};
pub use secret::Secret;
pub use sections::{SectionFact, SectionStatus, Sections, SectionsFault, parse_sections, section_poll_body};
pub use times::{format_date, format_time};
