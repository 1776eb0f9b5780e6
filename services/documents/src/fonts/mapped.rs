use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mmap_io::{MemoryMappedFile, MmapAdvice};

/// A font file, mapped and never read into memory as a whole: the CJK families have 25 MB a file.
///
/// Package managers replace a font by renaming, which leaves a mapped file whole.
#[derive(Clone)]
pub(super) struct MappedFile {
    path: Arc<Path>,
    map: MemoryMappedFile,
}

impl MappedFile {
    /// Nothing where the file cannot be read or is empty: a folder may hold anything.
    pub(super) fn open(path: PathBuf) -> Option<Self> {
        match MemoryMappedFile::open_ro(&path) {
            Ok(map) => Some(Self { path: path.into(), map }),
            Err(error) => {
                tracing::debug!(path = %path.display(), %error, "font file passed over");
                None
            }
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // A read-only map of its whole length always gives its bytes; an empty font is no font all the same.
        self.map.as_slice_bytes(0, self.map.len()).unwrap_or_default()
    }

    /// Tells the kernel that the pages are not needed for now. It is advice: where it fails, memory stays in use.
    pub(super) fn release(&self) {
        if let Err(error) = self.map.advise(0, self.map.len(), MmapAdvice::DontNeed) {
            tracing::debug!(path = %self.path.display(), %error, "font pages stay mapped");
        }
    }
}

impl AsRef<[u8]> for MappedFile {
    fn as_ref(&self) -> &[u8] {
        self.bytes()
    }
}

impl fmt::Debug for MappedFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "MappedFile({})", self.path.display())
    }
}
