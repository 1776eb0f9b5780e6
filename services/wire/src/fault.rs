//! What is wrong with a message, and what is only unusual about it.

use std::fmt;

use crate::diagnosis::Diagnosis;

/// Why a message is refused before any business rule sees it (checks 1 to 5).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}: {message}", code.as_str())]
pub struct Fault {
    /// The stable code.
    pub code: FaultCode,
    /// Chinese, names the field or the rule; never holds a secret, a key, a right signature, or a value as it came.
    pub message: String,
    /// Where the signature is wrong: what would have been right. For the journal, not for the caller.
    pub diagnosis: Option<Box<Diagnosis>>,
    /// The HTTP status, where this is no protocol answer at all.
    pub http_status: Option<u16>,
}

macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name {
            $($(#[$value_doc])* $value),+
        }

        impl $name {
            /// Every code.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The stable text of the code.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(self.as_str())
            }
        }
    };
}

codes! {
    /// The stable codes of faults, in the order of the checks.
    FaultCode {
        /// Check 1: the path names no interface that is served here.
        UnknownPath = "unknown-path",
        /// Check 1: the bytes are no UTF-8.
        NotUtf8 = "not-utf-8",
        /// Check 1: the body is no JSON.
        NotJson = "not-json",
        /// Check 1: the body is JSON, but no object.
        NotAnObject = "not-an-object",
        /// Check 1: a key stands twice in one object.
        RepeatedKey = "repeated-key",
        /// Check 1: arrays and objects stand too deep within each other.
        NestedTooDeep = "nested-too-deep",
        /// Check 1: a text that is no Unicode text.
        BadText = "bad-text",
        /// Check 1: a form where JSON is agreed, or the other way round.
        BodyForm = "body-form",
        /// Check 2: no appkey.
        AppkeyMissing = "appkey-missing",
        /// Check 2: an appkey that is not configured for this path.
        AppkeyUnknown = "appkey-unknown",
        /// Check 2: the platform is switched off.
        PlatformDisabled = "platform-disabled",
        /// Check 3: no signature.
        SignMissing = "sign-missing",
        /// Check 3: another signature is right.
        SignMismatch = "sign-mismatch",
        /// Check 4: the time is none.
        TimestampForm = "timestamp-form",
        /// Check 4: the time lies too far from ours.
        TimestampWindow = "timestamp-window",
        /// The platform is paused.
        Paused = "paused",
        /// Check 5: a value that would swallow its neighbour in the signed text.
        AmbiguousValue = "ambiguous-value",
        /// Check 5: a required field is missing or blank.
        FieldMissing = "field-missing",
        /// Check 5: a field has another form than agreed.
        FieldForm = "field-form",
        /// Check 5: a field is too long.
        FieldTooLong = "field-too-long",
        /// Check 5: a sealed field that is no ciphertext.
        NotCiphertext = "not-ciphertext",
    }
}

codes! {
    /// What is unusual about a message, and marked in the journal.
    MarkCode {
        /// A firm's code that has not 18 characters of digits and capitals; taken as it came.
        UnusualFirmCode = "unusual-firm-code",
        /// A value that holds another field's name in the signed text's form.
        SwallowedNeighbour = "swallowed-neighbour",
        /// The platform's earlier secret signed it.
        PreviousSecret = "previous-secret",
    }
}

/// Something unusual, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// What.
    pub code: MarkCode,
    /// The field's name on the wire.
    pub field: String,
}

impl Fault {
    pub(crate) fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), diagnosis: None, http_status: None }
    }

    pub(crate) fn with_status(code: FaultCode, message: impl Into<String>, http_status: u16) -> Self {
        Self { http_status: Some(http_status), ..Self::new(code, message) }
    }

    pub(crate) fn missing(field: &str) -> Self {
        Self::new(FaultCode::FieldMissing, format!("缺少必填字段 {field}"))
    }

    pub(crate) fn form(field: &str, expected: &str) -> Self {
        Self::new(FaultCode::FieldForm, format!("字段 {field} 格式错误：{expected}"))
    }

    pub(crate) fn too_long(field: &str, characters_max: usize) -> Self {
        Self::new(FaultCode::FieldTooLong, format!("字段 {field} 超过 {characters_max} 个字符"))
    }
}
