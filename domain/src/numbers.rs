//! The numbers by which papers are called: applications, guarantees, invoices.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The longest application or guarantee number (the family's documents: 50 characters).
pub const NUMBER_LENGTH_MAX: usize = 50;

/// Why a text is no number of its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// Nothing but blanks.
    #[error("blank")]
    Blank,
    /// Longer than [`NUMBER_LENGTH_MAX`] characters.
    #[error("longer than {NUMBER_LENGTH_MAX} characters")]
    TooLong,
    /// A control character, or a blank at either end.
    #[error("a control character, or a blank at an end")]
    Unprintable,
    /// An invoice number has 8 or 20 digits.
    #[error("neither 8 nor 20 digits")]
    NotAnInvoiceNo,
    /// An invoice code has 10 or 12 digits.
    #[error("neither 10 nor 12 digits")]
    NotAnInvoiceCode,
}

fn checked(text: &str) -> Result<(), NumberError> {
    if text.trim().is_empty() {
        return Err(NumberError::Blank);
    }
    if text.chars().count() > NUMBER_LENGTH_MAX {
        return Err(NumberError::TooLong);
    }
    if text.trim() != text || text.chars().any(char::is_control) {
        return Err(NumberError::Unprintable);
    }
    Ok(())
}

fn digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

macro_rules! number {
    ($(#[$doc:meta])* $name:ident, $check:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Takes the text if it has the form.
            ///
            /// # Errors
            /// Says what is wrong with the form.
            pub fn new(text: impl Into<String>) -> Result<Self, NumberError> {
                let text = text.into();
                let check: fn(&str) -> Result<(), NumberError> = $check;
                check(&text)?;
                Ok(Self(text))
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.pad(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = NumberError;

            fn try_from(text: String) -> Result<Self, NumberError> {
                Self::new(text)
            }
        }

        impl From<$name> for String {
            fn from(number: $name) -> Self {
                number.0
            }
        }
    };
}

number!(
    /// The platform's number of an application, opaque to us; 1 to 50 characters.
    ApplicationNo,
    checked
);
number!(
    /// Our number of a guarantee, opaque to the platform; 1 to 50 characters.
    GuaranteeNo,
    checked
);
number!(
    /// An invoice's number: 20 digits (fully digital) or 8 (with a code beside it).
    InvoiceNo,
    |text| if digits(text, &[8, 20]) { Ok(()) } else { Err(NumberError::NotAnInvoiceNo) }
);
number!(
    /// The code beside an 8-digit invoice number: 10 or 12 digits.
    InvoiceCode,
    |text| if digits(text, &[10, 12]) { Ok(()) } else { Err(NumberError::NotAnInvoiceCode) }
);
