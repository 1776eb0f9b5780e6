//! What became of a request: who sent it, what it is, and the call or the fault.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::call::{self, Call};
use crate::directory::Directory;
use crate::fault::{Fault, Mark};
use crate::intake::{self, Request};
use crate::interface::Interface;
use crate::platform::Platform;

/// A request after checks 1 to 5. What names the sender and the guarantee is there for the journal as soon as it could
/// be read, even where the message is refused; only `result` may be acted on.
#[derive(Debug, Clone)]
pub struct Receipt<T = Call> {
    /// The platform of the appkey, where there is one on that path.
    pub platform: Option<Arc<Platform>>,
    /// The appkey as it came, cut to its bound.
    pub appkey: Option<String>,
    /// The interface's name as it stood in the path.
    pub interface: String,
    /// The application's number as it came, cut to its bound.
    pub application_no: Option<String>,
    /// The guarantee's number as it came, cut to its bound.
    pub guarantee_no: Option<String>,
    /// The centre's code as it came, cut to its bound.
    pub platform_code: Option<String>,
    /// SM3 over the body's bytes, lower-case hex.
    pub raw_sm3: String,
    /// Whether the signature holds: the platform itself has sent this, whatever else is wrong with it.
    pub is_signed: bool,
    /// What is unusual about the message.
    pub marks: Vec<Mark>,
    /// The call, or why it is refused.
    pub result: Result<T, Fault>,
}

/// Checks a request to the institution: checks 1 to 5 in the interface specification's order. Never panics.
///
/// `path_prefix` has no slash at either end; `interface` is the last part of the path.
#[must_use]
pub fn receive(
    directory: &Directory,
    path_prefix: &str,
    interface: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> Receipt<Call> {
    let request = Request { directory, path_prefix, interface, body, now, is_diagnosed: true };
    intake::examine(&request, Interface::served_by_institution, call::read)
}

/// As [`receive`], without looking into a wrong signature: for when so many come that looking would cost too much.
#[must_use]
pub fn receive_undiagnosed(
    directory: &Directory,
    path_prefix: &str,
    interface: &str,
    body: &[u8],
    now: DateTime<Utc>,
) -> Receipt<Call> {
    let request = Request { directory, path_prefix, interface, body, now, is_diagnosed: false };
    intake::examine(&request, Interface::served_by_institution, call::read)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fault::FaultCode;
    use crate::secret::Secret;

    #[test]
    fn an_undiagnosed_signature_is_as_wrong() {
        let platform = Platform::new("jyzx-wild", Secret::new("wild-secret-01"));
        let directory = Directory::new([platform]).unwrap();
        let body = br#"{"appkey":"jyzx-wild","timestamp":"2026-03-02 09:30:00","sign":"00"}"#;
        let now = DateTime::UNIX_EPOCH;
        let faults = [receive, receive_undiagnosed].map(|receive| {
            receive(&directory, "", Interface::Canclenotice.name(), body, now).result.unwrap_err()
        });
        assert!(faults.iter().all(|fault| fault.code == FaultCode::SignMismatch));
        assert_eq!(faults.map(|fault| fault.diagnosis.is_some()), [true, false]);
    }
}
