//! The wire from outside: what platforms send, what they get, what they answer.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "what the tests share is test code as well"
)]

mod setup;

mod answers;
mod checks;
mod counterpart;
mod diagnosis;
mod dialect_keys;
mod documents_by_hand;
mod forms;
mod notices;
mod openings;
mod personal_data;
mod properties;
mod replies;
mod sealing;
mod secrets;
mod sections;
mod signing;
mod vectors;
mod wild_applications;
mod wild_claims;
mod wild_invoices;
mod wild_openings;
mod wild_outgoing;
