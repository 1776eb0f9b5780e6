//! Files that hold a key: read by their owner alone, made whole or not at all, and never written over.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::Path;

use zeroize::Zeroizing;

/// Read and written by its owner alone.
const MODE: u32 = 0o600;
/// The bits that let others read or write it.
const OTHERS: u32 = 0o077;

/// What was found.
pub enum Found {
    /// Its bytes.
    Bytes(Zeroizing<Vec<u8>>),
    /// Others may read it: its permission bits.
    OpenToOthers(u32),
}

/// Reads a key file, one byte beyond `longest` at most.
pub fn read(file: &Path, longest: usize) -> std::io::Result<Found> {
    let opened = File::open(file)?;
    let mode = opened.metadata()?.permissions().mode();
    if mode & OTHERS != 0 {
        return Ok(Found::OpenToOthers(mode & 0o777));
    }
    let mut bytes = Zeroizing::new(Vec::with_capacity(longest + 1));
    opened.take(longest as u64 + 1).read_to_end(&mut bytes)?;
    Ok(Found::Bytes(bytes))
}

/// Makes a key file, which must not be there; it lies on the disk when this returns.
///
/// # Errors
/// `AlreadyExists` where another process was faster.
pub fn make(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    std::fs::create_dir_all(folder)?;
    // Written beside and put in place whole, so that nobody ever reads half a key.
    let beside = file.with_extension(format!("{:08x}.new", rand::random::<u32>()));
    let written = write_new(&beside, bytes);
    // A link, and not a renaming: it fails where another process was faster.
    let placed = written.and_then(|()| std::fs::hard_link(&beside, file));
    let _ = std::fs::remove_file(&beside);
    placed.and_then(|()| File::open(folder)?.sync_all())
}

fn write_new(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut made = OpenOptions::new().write(true).create_new(true).mode(MODE).open(file)?;
    made.write_all(bytes)?;
    made.sync_all()
}
