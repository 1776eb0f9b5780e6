#![doc = include_str!("../README.md")]

mod archive;
mod digest;
mod evidence;
mod fonts;
mod links;
mod particulars;
mod recognition;
mod rendering;
mod store;

pub use archive::{Documents, Error, Made, Settings};
pub use digest::Digest;
pub use evidence::{
    EvidencePage, EvidencedFile, Happening, Particular, ProofInShort, Witnessed, evidence_specimen,
};
pub use fonts::{FAMILY, FontError, FontReport, PACKAGE, font_check};
pub use links::LinkSigner;
pub use particulars::{
    Disclosed, Form, Particulars, Payer, Sum, grouped, particulars_digest, particulars_text, specimens,
};
pub use recognition::{
    Base64Error, FILE_BYTES_MAX, Found, Media, NotAGuaranteeFile, decode_base64, recognise,
};
pub use rendering::{RenderError, Rendered, Renderer, RendererOptions};
pub use store::{Store, StoreError, Stored};
