//! A signing key in a PKCS #11 token.

mod fault;
mod key;
mod module;
mod settings;

pub use fault::TokenFault;
pub use key::TokenKey;
pub use settings::{SignedInput, TokenSettings, TokenWay};
