//! What is published is what the types say, the stored events fit it, and no change breaks a reader.
#![expect(clippy::unwrap_used, reason = "what the tests share is test code as well")]

mod changing;
mod checkpoints;
mod payloads;
mod published;
