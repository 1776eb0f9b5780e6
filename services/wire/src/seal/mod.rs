//! SM4 (GM/T 0002): opening and sealing the fields of an application.

mod cipher;
mod ciphertext;
mod key;
mod section;

pub use cipher::seal_text;
pub(crate) use cipher::{Mode, open};
pub(crate) use ciphertext::{decode, is_ciphertext, without_line_breaks};
pub use key::SealKey;
pub(crate) use key::parse_iv;
pub use section::{OpenFault, OpenProblem, Opened, open_section};
