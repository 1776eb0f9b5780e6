//! Particulars to PDF, by typst.

mod glyphs;
mod press;
mod qr;
mod renderer;
mod templates;

pub use renderer::{Rendered, Renderer, RendererOptions};

use crate::fonts::{FontError, PACKAGE};

/// Why a document was not rendered.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// There is no font to set it in.
    #[error(transparent)]
    Font(#[from] FontError),
    /// The fonts lack characters: a document with boxes in a firm's name is worse than none.
    #[error(
        "the fonts have no glyph for {}: put a font that has into a folder of [documents] fonts ({PACKAGE} has most)",
        .characters.iter().map(|c| format!("{c} (U+{:04X})", u32::from(*c))).collect::<Vec<_>>().join(", ")
    )]
    GlyphMissing {
        /// The characters.
        characters: Vec<char>,
    },
    /// The template does not compile.
    #[error("template {template} is broken: {details}")]
    Template {
        /// Its file.
        template: String,
        /// What typst says, with file and line.
        details: String,
    },
    /// The number and digest do not fit into a QR code.
    #[error("the guarantee number is too long for a QR code")]
    QrCode,
    /// The renderer died.
    #[error("rendering was broken off")]
    BrokenOff,
}

impl RenderError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Font(_) => "document-font-missing",
            Self::GlyphMissing { .. } => "document-glyph-missing",
            Self::Template { .. } => "document-template-broken",
            Self::QrCode | Self::BrokenOff => "document-not-rendered",
        }
    }
}
