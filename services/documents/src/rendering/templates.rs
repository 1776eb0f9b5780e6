use std::path::{Path, PathBuf};

use typst::diag::{FileError, FileResult};
use typst::foundations::Bytes;

use crate::particulars::Form;

/// Largest file of a template folder, a logo included, in bytes.
const FILE_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// The templates that come with the program.
const BUILT_IN: [(&str, &str); 3] = [
    ("sealed.typ", include_str!("../../templates/sealed.typ")),
    ("plain.typ", include_str!("../../templates/plain.typ")),
    ("letter.typ", include_str!("../../templates/letter.typ")),
];

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
        if let Some(path) = self.folder.as_deref().map(|folder| folder.join(name)).filter(|path| path.exists()) {
            return read_file(&path);
        }
        BUILT_IN
            .iter()
            .find(|(built_in, _)| *built_in == name)
            .map(|(_, text)| Bytes::from_string(*text))
            .ok_or_else(|| FileError::NotFound(name.into()))
    }
}

fn read_file(path: &Path) -> FileResult<Bytes> {
    let failed = |error| FileError::from_io(error, path);
    if std::fs::metadata(path).map_err(failed)?.len() > FILE_BYTES_MAX {
        return Err(FileError::Other(Some("a template file may have 4 MiB at most".into())));
    }
    std::fs::read(path).map(Bytes::new).map_err(failed)
}
