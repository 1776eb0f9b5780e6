//! Rendering, recognition and the store as one: what the other services call.

use std::path::PathBuf;

use bytes::Bytes;

use crate::digest::Digest;
use crate::particulars::Particulars;
use crate::recognition::{Media, NotAGuaranteeFile, recognise};
use crate::rendering::{RenderError, Renderer, RendererOptions};
use crate::store::{Store, StoreError, Stored};

/// Where documents lie and what they are made from.
#[derive(Debug, Clone)]
pub struct Settings {
    /// `file:FOLDER` or `s3://BUCKET/PREFIX`.
    pub url: String,
    /// A folder whose templates take the place of the built-in ones.
    pub templates: Option<PathBuf>,
    /// Folders with fonts, beside the system's.
    pub fonts: Vec<PathBuf>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It was not rendered.
    #[error(transparent)]
    Render(#[from] RenderError),
    /// It was not stored or found.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The file given is none.
    #[error(transparent)]
    NotAGuaranteeFile(#[from] NotAGuaranteeFile),
}

impl Error {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Render(error) => error.code(),
            Self::Store(error) => error.code(),
            Self::NotAGuaranteeFile(error) => error.code(),
        }
    }
}

/// A document that was made or taken, and lies in the store.
#[derive(Debug, Clone)]
pub struct Made {
    /// Under which digest it lies.
    pub stored: Stored,
    /// Its content.
    pub bytes: Bytes,
}

/// Guarantee documents; clones share everything.
#[derive(Debug, Clone)]
pub struct Documents {
    renderer: Renderer,
    store: Store,
}

impl Documents {
    /// Opens the store. Fonts and templates are read when the first document is made, or by [`Renderer::warm_up`].
    pub fn open(settings: Settings) -> Result<Self, Error> {
        let store = Store::open(&settings.url)?;
        let options = RendererOptions {
            templates: settings.templates,
            fonts: settings.fonts,
            ..RendererOptions::default()
        };
        Ok(Self { renderer: Renderer::new(options), store })
    }

    /// Renders a document and stores it. The same particulars give the same bytes, so a repeat changes nothing.
    pub async fn make(&self, particulars: Particulars) -> Result<Made, Error> {
        let rendered = self.renderer.render(particulars).await?;
        let stored = self.store.put(rendered.pdf.clone(), Media::Pdf).await?;
        Ok(Made { stored, bytes: rendered.pdf })
    }

    /// Stores a file that was made elsewhere, if it is PDF or OFD.
    pub async fn take(&self, bytes: Bytes) -> Result<Made, Error> {
        let media = recognise(&bytes)?;
        let stored = self.store.put(bytes.clone(), media).await?;
        Ok(Made { stored, bytes })
    }

    /// The file under `digest`, proven unaltered.
    pub async fn get(&self, digest: Digest) -> Result<Bytes, Error> {
        Ok(self.store.get(digest).await?)
    }

    /// The renderer alone.
    #[must_use]
    pub fn renderer(&self) -> &Renderer {
        &self.renderer
    }

    /// The store alone.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }
}
