//! The fonts that documents are set in: found on disk, mapped, and let go of between documents.

mod mapped;
mod search;

use std::path::PathBuf;
use std::sync::OnceLock;

use typst::foundations::Bytes;
use typst::text::{Font, FontBook, FontInfo};
use typst::utils::LazyHash;

use mapped::MappedFile;

/// The family of the built-in templates.
pub const FAMILY: &str = "Noto Serif CJK SC";
/// A second face of the family's outlines, for what a letter says in each file: `letter.typ` tells why.
const WORDS_FAMILY: &str = "Noto Serif CJK SC Words";
/// The Debian package that brings it.
pub const PACKAGE: &str = "fonts-noto-cjk";

/// Why there is nothing to set a document in.
#[derive(Debug, thiserror::Error)]
pub enum FontError {
    /// The family is nowhere.
    #[error(
        "the font \"{FAMILY}\" was not found in {}: install the Debian package {PACKAGE}, or name a folder that \
         holds it in [documents] fonts",
        .searched.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
    )]
    Missing {
        /// The folders that were searched.
        searched: Vec<PathBuf>,
    },
}

/// What a look for the font found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FontReport {
    /// The family.
    pub family: &'static str,
    /// The files that hold it.
    pub files: Vec<PathBuf>,
}

/// Looks for the font without rendering: for a check before the start.
pub fn font_check(folders: &[PathBuf], system: bool) -> Result<FontReport, FontError> {
    Fonts::find(folders, system).map(|fonts| fonts.report())
}

/// The faces at hand, with Typst's index of them.
#[derive(Debug)]
pub(crate) struct Fonts {
    book: LazyHash<FontBook>,
    faces: Vec<Face>,
}

#[derive(Debug)]
struct Face {
    file: MappedFile,
    /// One for all faces of a file: typst hashes it once.
    data: Bytes,
    index: u32,
    family: String,
    font: OnceLock<Option<Font>>,
}

impl Fonts {
    /// From the configured folders every face, from the system's those of [`FAMILY`] alone: an index of all that a
    /// desktop machine holds costs seconds, and a template that used it would look different elsewhere.
    pub(crate) fn find(folders: &[PathBuf], system: bool) -> Result<Self, FontError> {
        let mut infos = Vec::new();
        let mut faces = Vec::new();
        let mut take = |path: PathBuf, wanted: Option<&str>| {
            let Some(file) = MappedFile::open(path) else { return };
            let data = Bytes::new(file.clone());
            let mut add = |index: u32, family: Option<&str>| {
                let mut info = FontInfo::new(file.bytes(), index)?;
                if let Some(family) = family {
                    family.clone_into(&mut info.family);
                }
                let family = info.family.clone();
                infos.push(info);
                let (file, data) = (file.clone(), data.clone());
                faces.push(Face { file, data, index, family: family.clone(), font: OnceLock::new() });
                Some(family)
            };
            for index in search::faces(file.bytes(), wanted) {
                if add(index, None).is_some_and(|family| family == FAMILY) {
                    // A file with this face alone serves the words, too: it is the same to look at, and takes longer.
                    add(search::twin(file.bytes(), index).unwrap_or(index), Some(WORDS_FAMILY));
                }
            }
            file.release();
        };
        let system_folders = if system { search::system_folders() } else { Vec::new() };
        for path in search::files(folders) {
            take(path, None);
        }
        for path in search::files(&system_folders) {
            take(path, Some(FAMILY));
        }
        if !faces.iter().any(|face| face.family == FAMILY) {
            return Err(FontError::Missing { searched: [folders, &system_folders].concat() });
        }
        Ok(Self { book: LazyHash::new(FontBook::from_infos(infos)), faces })
    }

    pub(crate) fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    pub(crate) fn font(&self, index: usize) -> Option<Font> {
        let face = self.faces.get(index)?;
        let load = || Font::new(face.data.clone(), face.index);
        face.font.get_or_init(load).clone()
    }

    /// Gives the memory of the mapped pages back; they come again from the file when they are touched.
    pub(crate) fn release(&self) {
        for face in &self.faces {
            face.file.release();
        }
    }

    pub(crate) fn report(&self) -> FontReport {
        let mut files: Vec<PathBuf> = self
            .faces
            .iter()
            .filter(|face| face.family == FAMILY)
            .map(|face| face.file.path().to_owned())
            .collect();
        files.dedup();
        FontReport { family: FAMILY, files }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_debian_package_is_found() {
        let report = font_check(&[], true).expect("tests need the Debian package fonts-noto-cjk");
        assert_eq!(report.family, FAMILY);
        assert!(
            report.files.iter().any(|file| file.to_string_lossy().contains("NotoSerifCJK")),
            "{report:?}"
        );
    }

    #[test]
    fn a_missing_font_names_package_and_folders() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("broken.ttf"), b"no font").unwrap();
        std::fs::write(folder.path().join("empty.otf"), b"").unwrap();
        let error = font_check(&[folder.path().to_owned()], false).unwrap_err().to_string();
        assert!(error.contains(PACKAGE), "{error}");
        assert!(error.contains(&folder.path().display().to_string()), "{error}");
    }

    #[test]
    fn a_configured_folder_is_enough() {
        let report = font_check(&[], true).unwrap();
        let folder = tempfile::tempdir().unwrap();
        for file in &report.files {
            std::os::unix::fs::symlink(file, folder.path().join(file.file_name().unwrap())).unwrap();
        }
        let fonts = Fonts::find(&[folder.path().to_owned()], false).unwrap();
        assert!(fonts.book().contains_family("noto serif cjk sc"));
        assert!(fonts.faces.len() > report.files.len(), "every face of a configured folder is at hand");
        assert!((0..fonts.faces.len()).all(|index| fonts.font(index).is_some()));
        assert!(fonts.font(fonts.faces.len()).is_none());
    }
}
