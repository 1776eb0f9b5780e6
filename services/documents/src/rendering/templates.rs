use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use typst::diag::{FileError, FileResult};
use typst::foundations::Bytes;
use typst::syntax::{FileId, Source};

use crate::particulars::Form;

/// Largest file of a template folder, a logo included, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The template of the evidence page.
pub(super) const EVIDENCE: &str = "evidence.typ";

/// The templates that come with the program.
static BUILT_IN: [BuiltIn; 4] = [
    BuiltIn::new("sealed.typ", include_str!("../../templates/sealed.typ")),
    BuiltIn::new("plain.typ", include_str!("../../templates/plain.typ")),
    BuiltIn::new("letter.typ", include_str!("../../templates/letter.typ")),
    BuiltIn::new(EVIDENCE, include_str!("../../templates/evidence.typ")),
];

struct BuiltIn {
    name: &'static str,
    text: &'static str,
    /// Parsed once: typst then knows what it has already made of it.
    source: OnceLock<Source>,
}

impl BuiltIn {
    const fn new(name: &'static str, text: &'static str) -> Self {
        Self { name, text, source: OnceLock::new() }
    }
}

/// Template files by name: those of a folder first, then the built-in ones.
#[derive(Debug, Clone)]
pub(super) struct Templates {
    folder: Option<PathBuf>,
}

impl Templates {
    pub(super) fn new(folder: Option<PathBuf>) -> Self {
        Self { folder }
    }

    /// The file that typst begins with.
    pub(super) fn main(form: Form) -> &'static str {
        match form {
            Form::Sealed => "sealed.typ",
            Form::Plain => "plain.typ",
        }
    }

    /// A file by its path inside the folder; read anew for each document, so that a change needs no restart.
    pub(super) fn read(&self, name: &str) -> FileResult<Bytes> {
        if let Some(path) = self.own(name) {
            return read_file(&path);
        }
        built_in(name).map(|file| Bytes::from_string(file.text))
    }

    /// A file as source.
    pub(super) fn source(&self, id: FileId, name: &str) -> FileResult<Source> {
        if let Some(path) = self.own(name) {
            let bytes = read_file(&path)?;
            let text = std::str::from_utf8(&bytes).map_err(|_| FileError::InvalidUtf8)?;
            return Ok(Source::new(id, text.trim_start_matches('\u{FEFF}').to_owned()));
        }
        let file = built_in(name)?;
        Ok(file.source.get_or_init(|| Source::new(id, file.text.to_owned())).clone())
    }

    fn own(&self, name: &str) -> Option<PathBuf> {
        self.folder.as_deref().map(|folder| folder.join(name)).filter(|path| path.exists())
    }
}

fn built_in(name: &str) -> FileResult<&'static BuiltIn> {
    BUILT_IN.iter().find(|file| file.name == name).ok_or_else(|| FileError::NotFound(name.into()))
}

fn read_file(path: &Path) -> FileResult<Bytes> {
    let failed = |error| FileError::from_io(error, path);
    if std::fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(FileError::Other(Some("a template file may have 4 MiB at most".into())));
    }
    std::fs::read(path).map(Bytes::new).map_err(failed)
}
