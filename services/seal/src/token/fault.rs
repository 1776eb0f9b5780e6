use std::path::PathBuf;

/// Why a token gives no key or no signature.
#[derive(Debug, thiserror::Error)]
pub enum TokenFault {
    /// The library cannot be loaded or set up.
    #[error("the PKCS #11 library {module} does not start")]
    Module {
        /// The library.
        module: PathBuf,
        /// What it says.
        #[source]
        source: cryptoki::error::Error,
    },
    /// No token has this label.
    #[error("there is no token {0:?}")]
    NoToken(String),
    /// The PIN is not the token's.
    #[error("the token does not take the PIN")]
    Pin(#[source] cryptoki::error::Error),
    /// The token holds no such object.
    #[error("the token holds no {what} {label:?}")]
    NoObject {
        /// What was looked for.
        what: &'static str,
        /// Its label.
        label: String,
    },
    /// Several objects have the label.
    #[error("the token holds several objects {0:?}")]
    Several(String),
    /// Whoever has no PIN could read the key.
    #[error("the object {0:?} can be read without a PIN (its CKA_PRIVATE is false)")]
    Public(String),
    /// The token does not give the key's value.
    #[error("the token does not give the value of {0:?}: a key that cannot be read signs by a mechanism")]
    NotReadable(String),
    /// The object is no key of SM2.
    #[error("the object {0:?} holds no key of SM2")]
    NoKey(String),
    /// The number is none of a vendor's mechanism.
    #[error("{0:#x} is no mechanism of a vendor: those begin at 0x80000000")]
    Mechanism(u64),
    /// The token has signed something else, or in another way.
    #[error(
        "what the token made is no SM2 signature of these bytes by its key: is it the right mechanism, and the right input?"
    )]
    WrongSignature,
    /// The token says something else.
    #[error("the token fails")]
    Token(#[from] cryptoki::error::Error),
}
