use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use chrono::{Datelike as _, NaiveDateTime, Timelike as _};
use typst::diag::{FileError, FileResult, SourceDiagnostic, Warned};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World, WorldExt as _};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use super::RenderError;
use super::templates::Templates;
use crate::fonts::Fonts;

/// Minutes that China's clocks are ahead of UTC.
const CHINA_OFFSET_MINUTES: i32 = 8 * 60;
/// Diagnostics quoted from a broken template: the first cause the others.
const DIAGNOSTICS_MAX: usize = 3;

/// The same for every document, and costly to build.
static LIBRARY: LazyLock<LazyHash<Library>> = LazyLock::new(|| LazyHash::new(Library::default()));

/// What typst sees of the world while it sets one document: templates, two files of data, fonts. No clock, no
/// network, no packages, no file outside the template folder.
pub(super) struct Press<'a> {
    main: FileId,
    template: &'static str,
    data: Vec<(FileId, Bytes)>,
    fonts: &'a Fonts,
    templates: &'a Templates,
    /// Typst asks for a file many times and must get the same answer each time.
    read: Mutex<HashMap<FileId, FileResult<Bytes>>>,
    sources: Mutex<HashMap<FileId, FileResult<Source>>>,
}

/// What stands in a PDF beside its pages.
pub(super) struct Imprint<'a> {
    pub(super) title: String,
    pub(super) author: &'a str,
    pub(super) ident: String,
    /// China's wall clock.
    pub(super) made_at: NaiveDateTime,
}

impl<'a> Press<'a> {
    /// A press for the template `template`; `data` are files that it can read by name.
    pub(super) fn new(
        template: &'static str,
        data: [(&str, Bytes); 2],
        fonts: &'a Fonts,
        templates: &'a Templates,
    ) -> Result<Self, RenderError> {
        let id = |name: &str| {
            let path = VirtualPath::new(name).map_err(|error| broken(template, error.to_string()))?;
            Ok::<FileId, RenderError>(RootedPath::new(VirtualRoot::Project, path).intern())
        };
        let data = data
            .into_iter()
            .map(|(name, bytes)| Ok((id(name)?, bytes)))
            .collect::<Result<_, RenderError>>()?;
        let (read, sources) = (Mutex::default(), Mutex::default());
        Ok(Self { main: id(template)?, template, data, fonts, templates, read, sources })
    }

    /// Sets the pages.
    pub(super) fn set(&self) -> Result<PagedDocument, RenderError> {
        let Warned { output, warnings } = typst::compile::<PagedDocument>(self);
        for warning in &warnings {
            tracing::warn!(template = self.template, warning = %self.told(warning), "template warning");
        }
        output.map_err(|errors| self.broken(&errors))
    }

    /// Writes the PDF; nothing in it comes from a clock or from chance.
    pub(super) fn print(
        &self,
        mut document: PagedDocument,
        imprint: Imprint<'_>,
    ) -> Result<Vec<u8>, RenderError> {
        let info = document.info_mut();
        info.title = Some(imprint.title.into());
        info.author = vec![imprint.author.into()];
        info.date = Smart::Auto;
        // PDF/A-2b (ISO 19005-2): guarantees are kept for years.
        let standards = PdfStandards::new(&[PdfStandard::A_2b])
            .map_err(|error| broken(self.template, error.message().to_string()))?;
        let options = PdfOptions {
            ident: Smart::Custom(imprint.ident),
            creator: Smart::Custom(Some("baohan".to_owned())),
            timestamp: timestamp(imprint.made_at),
            standards,
            ..PdfOptions::default()
        };
        typst_pdf::pdf(&document, &options).map_err(|errors| self.broken(&errors))
    }

    fn broken(&self, errors: &[SourceDiagnostic]) -> RenderError {
        let details: Vec<String> =
            errors.iter().take(DIAGNOSTICS_MAX).map(|error| self.told(error)).collect();
        broken(self.template, details.join("; "))
    }

    /// A diagnostic with file and line.
    fn told(&self, diagnostic: &SourceDiagnostic) -> String {
        let place = diagnostic.span.id().and_then(|id| {
            let source = self.source(id).ok()?;
            let line = source.lines().byte_to_line(self.range(diagnostic.span)?.start)? + 1;
            Some(format!("{}:{line}: ", id.get().vpath().get_without_slash()))
        });
        format!("{}{}", place.unwrap_or_default(), diagnostic.message)
    }
}

fn template_name(id: FileId) -> FileResult<&'static str> {
    let path = id.get();
    match path.root() {
        VirtualRoot::Project => Ok(path.vpath().get_without_slash()),
        VirtualRoot::Package(_) => Err(FileError::Other(Some("packages are not available".into()))),
    }
}

fn broken(template: &str, details: String) -> RenderError {
    RenderError::Template { template: template.to_owned(), details }
}

fn timestamp(at: NaiveDateTime) -> Option<Timestamp> {
    let small = |value: u32| u8::try_from(value).ok();
    let datetime = Datetime::from_ymd_hms(
        at.year(),
        small(at.month())?,
        small(at.day())?,
        small(at.hour())?,
        small(at.minute())?,
        small(at.second())?,
    )?;
    Timestamp::new_local(datetime, CHINA_OFFSET_MINUTES)
}

impl World for Press<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &LIBRARY
    }

    fn book(&self) -> &LazyHash<FontBook> {
        self.fonts.book()
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if let Some(known) = self.sources.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return known.clone();
        }
        let source = template_name(id).and_then(|name| self.templates.source(id, name));
        self.sources.lock().unwrap_or_else(PoisonError::into_inner).insert(id, source.clone());
        source
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if let Some((_, bytes)) = self.data.iter().find(|(known, _)| *known == id) {
            return Ok(bytes.clone());
        }
        if let Some(known) = self.read.lock().unwrap_or_else(PoisonError::into_inner).get(&id) {
            return known.clone();
        }
        let bytes = template_name(id).and_then(|name| self.templates.read(name));
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(id, bytes.clone());
        bytes
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.font(index)
    }

    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}
