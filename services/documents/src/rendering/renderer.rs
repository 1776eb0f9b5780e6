use std::fmt;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use tokio::sync::Semaphore;
use typst::foundations::Bytes as TypstBytes;

use super::press::{Imprint, Press};
use super::templates::{EVIDENCE, Templates};
use super::{RenderError, glyphs, qr};
use crate::digest::Digest;
use crate::evidence::{self, EvidencePage};
use crate::fonts::{FontError, FontReport, Fonts};
use crate::particulars::{Form, Page, Particulars, in_china, particulars_digest, specimens};

/// Documents for which typst keeps what it did not need again. A form's own words, set and cut out of the font, are two fifths of a
/// document's work and stay as long as every eighth document is of that form; more would hold on to a megabyte of values each.
const MEMORY_DOCUMENTS: usize = 8;

/// So long nothing must have been set before the fonts' pages are given back: the documents of an opening come one after
/// another, and reading the pages anew costs each of them a tenth of its time.
const QUIET: Duration = Duration::from_secs(1);

/// What documents are made from.
#[derive(Debug, Clone)]
pub struct RendererOptions {
    /// A folder whose templates take the place of the built-in ones.
    pub templates: Option<PathBuf>,
    /// Folders with fonts.
    pub fonts: Vec<PathBuf>,
    /// Whether the system's font folders are searched too.
    pub system_fonts: bool,
    /// How many documents are rendered at once; absent: as many as there are processors.
    pub concurrency: Option<usize>,
}

impl Default for RendererOptions {
    fn default() -> Self {
        Self { templates: None, fonts: Vec::new(), system_fonts: true, concurrency: None }
    }
}

/// A document.
#[derive(Debug, Clone)]
pub struct Rendered {
    /// The file.
    pub pdf: Bytes,
    /// Its form.
    pub form: Form,
    /// The digest that its page shows.
    pub particulars_digest: Digest,
}

/// Makes guarantee documents; clones share fonts and limit.
#[derive(Clone)]
pub struct Renderer {
    shared: Arc<Shared>,
}

struct Shared {
    options: RendererOptions,
    templates: Templates,
    fonts: Mutex<Option<Arc<Fonts>>>,
    permits: Semaphore,
    /// Documents being set just now.
    running: AtomicUsize,
    /// Documents set so far.
    set: AtomicU64,
    /// Whether somebody waits for a quiet moment to give the fonts' pages back.
    resting: AtomicBool,
}

impl Renderer {
    /// A renderer that has read nothing yet.
    #[must_use]
    pub fn new(options: RendererOptions) -> Self {
        let processors = || std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let permits =
            Semaphore::new(options.concurrency.unwrap_or_else(processors).clamp(1, Semaphore::MAX_PERMITS));
        let templates = Templates::new(options.templates.clone());
        let shared = Shared {
            options,
            templates,
            fonts: Mutex::default(),
            permits,
            running: AtomicUsize::new(0),
            set: AtomicU64::new(0),
            resting: AtomicBool::new(false),
        };
        Self { shared: Arc::new(shared) }
    }

    /// Renders off the async threads, a few documents at once. Dropping the future does not break it off.
    pub async fn render(&self, particulars: Particulars) -> Result<Rendered, RenderError> {
        self.aside(move |renderer| renderer.guarantee(&particulars)).await
    }

    /// Renders an evidence page, as [`Renderer::render`] does a guarantee. The same page gives the same bytes.
    pub async fn render_evidence(&self, page: EvidencePage) -> Result<Bytes, RenderError> {
        self.aside(move |renderer| renderer.evidence(&page)).await
    }

    async fn aside<T: Send + 'static>(
        &self,
        set: impl FnOnce(&Self) -> Result<T, RenderError> + Send + 'static,
    ) -> Result<T, RenderError> {
        let _permit = self.shared.permits.acquire().await.map_err(|_| RenderError::BrokenOff)?;
        let renderer = self.clone();
        let task = tokio::task::spawn_blocking(move || set(&renderer));
        let outcome = task.await.map_err(|_| RenderError::BrokenOff)?;
        self.rest_when_quiet();
        outcome
    }

    /// Renders on this thread: some milliseconds of processor time once warm. The same particulars, templates and
    /// fonts give the same bytes.
    pub fn render_blocking(&self, particulars: &Particulars) -> Result<Rendered, RenderError> {
        let rendered = self.guarantee(particulars);
        self.rest();
        rendered
    }

    fn guarantee(&self, particulars: &Particulars) -> Result<Rendered, RenderError> {
        let form = particulars.form();
        let particulars_digest = particulars_digest(particulars);
        let digest = particulars_digest.to_hex();
        let imprint = Imprint {
            title: format!("投标保函 {}", particulars.guarantee_no),
            author: &particulars.institution,
            ident: digest.clone(),
            made_at: in_china(particulars.made_at()),
        };
        let data = ("particulars.json", data(Templates::main(form), &Page::of(particulars))?);
        let code = qr::content(&particulars.guarantee_no, &digest);
        let pdf = self.set(Templates::main(form), data, &code, imprint)?;
        Ok(Rendered { pdf, form, particulars_digest })
    }

    fn evidence(&self, page: &EvidencePage) -> Result<Bytes, RenderError> {
        let imprint = Imprint {
            title: format!("保函证据页 {}", page.guarantee),
            author: &page.institution,
            ident: evidence::ident(page),
            made_at: in_china(page.made_at),
        };
        let data = ("evidence.json", data(EVIDENCE, &evidence::Display::of(page))?);
        self.set(EVIDENCE, data, &evidence::mark(page), imprint)
    }

    /// Sets one document: a template, its data, the text of its code.
    fn set(
        &self,
        template: &'static str,
        data: (&str, TypstBytes),
        code: &str,
        imprint: Imprint<'_>,
    ) -> Result<Bytes, RenderError> {
        let fonts = self.fonts()?;
        let _running = Running::begin(&self.shared);
        let data = [data, ("qr.svg", TypstBytes::from_string(qr::drawn(code)?))];
        let press = Press::new(template, data, &fonts, &self.shared.templates)?;
        let document = press.set()?;
        let characters = glyphs::missing(&document);
        if !characters.is_empty() {
            return Err(RenderError::GlyphMissing { characters });
        }
        Ok(Bytes::from(press.print(document, imprint)?))
    }

    /// Gives the fonts' pages back after a quiet moment; whoever waits for it already does it for all.
    fn rest_when_quiet(&self) {
        if self.shared.resting.swap(true, Ordering::AcqRel) {
            return;
        }
        let renderer = self.clone();
        tokio::spawn(async move {
            loop {
                let before = renderer.shared.set.load(Ordering::Acquire);
                tokio::time::sleep(QUIET).await;
                if renderer.shared.set.load(Ordering::Acquire) == before {
                    break;
                }
            }
            renderer.shared.resting.store(false, Ordering::Release);
            renderer.rest();
        });
    }

    /// Gives the fonts' pages back, unless a document is being set that touches them.
    fn rest(&self) {
        let fonts = self.shared.fonts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fonts) = fonts.as_ref()
            && self.shared.running.load(Ordering::Acquire) == 0
        {
            fonts.release();
        }
    }

    /// Finds the fonts and renders a sample of each form: some hundred milliseconds, for the background of a start.
    pub async fn warm_up(&self) -> Result<(), RenderError> {
        for specimen in specimens() {
            self.render(specimen).await?;
        }
        Ok(())
    }

    /// Looks for the font anew, without rendering.
    pub fn font_check(&self) -> Result<FontReport, FontError> {
        crate::fonts::font_check(&self.shared.options.fonts, self.shared.options.system_fonts)
    }

    /// Found once; a missing font is looked for again with each document, so that installing it needs no restart.
    fn fonts(&self) -> Result<Arc<Fonts>, FontError> {
        let mut known = self.shared.fonts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(fonts) = known.as_ref() {
            return Ok(Arc::clone(fonts));
        }
        let found = Arc::new(Fonts::find(&self.shared.options.fonts, self.shared.options.system_fonts)?);
        *known = Some(Arc::clone(&found));
        Ok(found)
    }
}

/// What a template reads as JSON.
fn data(template: &str, page: &impl Serialize) -> Result<TypstBytes, RenderError> {
    let broken = |error: serde_json::Error| RenderError::Template {
        template: template.to_owned(),
        details: error.to_string(),
    };
    serde_json::to_vec(page).map(TypstBytes::new).map_err(broken)
}

impl fmt::Debug for Renderer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Renderer").field("options", &self.shared.options).finish_non_exhaustive()
    }
}

/// While it lives, a document is being set. At its end it lets go of what typst remembers of documents past: memory does
/// not grow with their number.
struct Running<'a>(&'a Shared);

impl<'a> Running<'a> {
    fn begin(shared: &'a Shared) -> Self {
        shared.running.fetch_add(1, Ordering::AcqRel);
        Self(shared)
    }
}

impl Drop for Running<'_> {
    fn drop(&mut self) {
        typst::comemo::evict(MEMORY_DOCUMENTS);
        self.0.set.fetch_add(1, Ordering::AcqRel);
        self.0.running.fetch_sub(1, Ordering::AcqRel);
    }
}
