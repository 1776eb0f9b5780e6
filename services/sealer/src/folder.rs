use std::fs::{File, OpenOptions, Permissions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use baohan_log::{KeptCheckpoint, Log, NOTE_BYTES_MAX};
use tokio::sync::Mutex;

use crate::board::Board;
use crate::failure::Failure;

/// Files of one folder below: a day of checkpoints every second takes nine of them.
const FILES_A_FOLDER: u64 = 10_000;
/// What a file's name ends with.
const ENDING: &str = ".checkpoint";
/// Nobody writes to a file that is whole; storage of the WORM kind takes this for its sign to keep it.
const MODE_WHOLE: u32 = 0o444;
/// How many checkpoints are read from the store at a time.
const READ_AT_ONCE: usize = 200;

/// The folder made for write-once storage: `LEDGER/00000000/000000000001.checkpoint`, one file a checkpoint. No byte that lies there is ever
/// written again: a file that a crash has cut short is completed behind what it has.
pub(crate) struct Folder {
    below: PathBuf,
    log: Log,
    taken: Mutex<Option<u64>>,
}

impl Folder {
    pub(crate) fn new(folder: &Path, log: Log) -> Self {
        Self { below: folder.join(log.ledger().to_string()), log, taken: Mutex::new(None) }
    }

    /// Writes what the folder lacks.
    pub(crate) async fn catch_up(&self, name: &str, board: &Board) -> Result<(), Failure> {
        let mut session = self.taken.lock().await;
        let mut taken = match session.take() {
            Some(taken) => taken,
            None => self.open().await?,
        };
        loop {
            board.taken(name, taken);
            let kept = self.log.kept_checkpoints(taken, READ_AT_ONCE).await?;
            let Some(last) = kept.last().map(|last| last.number) else { break };
            let below = self.below.clone();
            let writing =
                tokio::task::spawn_blocking(move || kept.iter().try_for_each(|kept| write(&below, kept)));
            writing.await.map_err(|_| Failure::Ending)??;
            taken = last;
        }
        *session = Some(taken);
        Ok(())
    }

    /// How far the folder is, if it tells the store's story; its last file may have been cut short.
    async fn open(&self) -> Result<u64, Failure> {
        let below = self.below.clone();
        let looking = tokio::task::spawn_blocking(move || newest(&below));
        let Some(number) = looking.await.map_err(|_| Failure::Ending)?? else { return Ok(0) };
        let Some(kept) = self.log.kept_checkpoint(number).await? else {
            return Err(Failure::FolderDiffers { file: file_of(&self.below, number), number });
        };
        let below = self.below.clone();
        let completing = tokio::task::spawn_blocking(move || write(&below, &kept));
        completing.await.map_err(|_| Failure::Ending)??;
        Ok(number)
    }
}

fn folder_of(below: &Path, number: u64) -> PathBuf {
    below.join(format!("{:08}", number / FILES_A_FOLDER))
}

fn file_of(below: &Path, number: u64) -> PathBuf {
    folder_of(below, number).join(format!("{number:012}{ENDING}"))
}

/// The number of the newest file.
fn newest(below: &Path) -> Result<Option<u64>, Failure> {
    let mut folders = names(below)?;
    folders.sort();
    for folder in folders.into_iter().rev().filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())) {
        let files = names(&below.join(folder))?;
        let number = |name: &String| name.strip_suffix(ENDING).and_then(|number| number.parse::<u64>().ok());
        if let Some(number) = files.iter().filter_map(number).max() {
            return Ok(Some(number));
        }
    }
    Ok(None)
}

fn names(folder: &Path) -> Result<Vec<String>, Failure> {
    let failed = |source| Failure::Folder { doing: "read", file: folder.to_owned(), source };
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.map_err(failed)?,
    };
    let name = |entry: std::io::Result<std::fs::DirEntry>| {
        entry.map(|entry| entry.file_name().to_string_lossy().into_owned()).map_err(failed)
    };
    entries.map(name).collect()
}

/// Writes a file that is not there; completes one that was cut short; leaves one alone that is as it must be.
fn write(below: &Path, kept: &KeptCheckpoint) -> Result<(), Failure> {
    let (folder, path) = (folder_of(below, kept.number), file_of(below, kept.number));
    let failed = |doing| {
        let file = path.clone();
        move |source| Failure::Folder { doing, file, source }
    };
    if !folder.is_dir() {
        std::fs::create_dir_all(&folder).map_err(failed("make the folder of"))?;
        // The new folder's name lies in the one above it, and that one's above that.
        for above in [below, below.parent().unwrap_or(below)] {
            synced(above).map_err(failed("make the folder of"))?;
        }
    }
    let file = match OpenOptions::new().write(true).create_new(true).open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            let found = read(&path).map_err(failed("read"))?;
            if found == kept.note.as_bytes() {
                return Ok(());
            }
            let Some(rest) = kept.note.as_bytes().strip_prefix(found.as_slice()) else {
                return Err(Failure::FolderDiffers { file: path, number: kept.number });
            };
            // At its place and not at the end: another sealer may be completing it too, and both write the same bytes.
            let mut file = OpenOptions::new().write(true).open(&path).map_err(failed("complete"))?;
            file.seek(SeekFrom::Start(found.len() as u64)).map_err(failed("complete"))?;
            return finish(file, rest, &folder).map_err(failed("complete"));
        }
        Err(error) => return Err(failed("write")(error)),
    };
    finish(file, kept.note.as_bytes(), &folder).map_err(failed("write"))
}

fn finish(mut file: File, rest: &[u8], folder: &Path) -> std::io::Result<()> {
    file.write_all(rest)?;
    file.sync_all()?;
    if let Err(error) = file.set_permissions(Permissions::from_mode(MODE_WHOLE)) {
        tracing::debug!(%error, "this storage has no permissions of files");
    }
    synced(folder)
}

fn synced(folder: &Path) -> std::io::Result<()> {
    File::open(folder)?.sync_all()
}

/// What a file holds, one byte more than a note at most.
fn read(path: &Path) -> std::io::Result<Vec<u8>> {
    let mut found = Vec::new();
    File::open(path)?.take(NOTE_BYTES_MAX as u64 + 1).read_to_end(&mut found)?;
    Ok(found)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    fn kept(number: u64) -> KeptCheckpoint {
        let note = format!("checkpoint {number}\n\n— signed\n");
        KeptCheckpoint { number, note, kept_at: DateTime::UNIX_EPOCH }
    }

    #[test]
    fn each_checkpoint_is_a_file_that_nobody_writes_to_again() {
        let folder = tempfile::tempdir().unwrap();
        for number in [1, 9_999, 10_000] {
            write(folder.path(), &kept(number)).unwrap();
            let file = file_of(folder.path(), number);
            assert_eq!(std::fs::read_to_string(&file).unwrap(), kept(number).note);
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, MODE_WHOLE);
        }
        assert!(folder.path().join("00000001/000000010000.checkpoint").exists());
        assert_eq!(newest(folder.path()).unwrap(), Some(10_000));
    }

    #[test]
    fn what_lies_there_already_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        write(folder.path(), &kept(1)).unwrap();
        let made = std::fs::metadata(file_of(folder.path(), 1)).unwrap().modified().unwrap();
        write(folder.path(), &kept(1)).unwrap();
        assert_eq!(std::fs::metadata(file_of(folder.path(), 1)).unwrap().modified().unwrap(), made);
    }

    #[test]
    fn a_file_that_was_cut_short_is_completed_wherever_it_was_cut() {
        let whole = kept(1).note;
        for cut in 0..whole.len() {
            let folder = tempfile::tempdir().unwrap();
            std::fs::create_dir_all(folder_of(folder.path(), 1)).unwrap();
            std::fs::write(file_of(folder.path(), 1), &whole.as_bytes()[..cut]).unwrap();
            write(folder.path(), &kept(1)).unwrap();
            assert_eq!(std::fs::read_to_string(file_of(folder.path(), 1)).unwrap(), whole);
        }
    }

    #[test]
    fn another_content_is_never_written_over() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(folder_of(folder.path(), 1)).unwrap();
        for other in ["checkpoint 2\n", "checkpoint 1\n\n— signed\nand more"] {
            std::fs::write(file_of(folder.path(), 1), other).unwrap();
            let failure = write(folder.path(), &kept(1)).unwrap_err();
            assert_eq!((failure.code(), failure.wants_somebody()), ("checkpoint-folder-differs", true));
            assert_eq!(std::fs::read_to_string(file_of(folder.path(), 1)).unwrap(), other);
        }
    }

    #[test]
    fn a_folder_without_files_does_not_hide_the_one_before_it() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(newest(&folder.path().join("not there")).unwrap(), None);
        write(folder.path(), &kept(7)).unwrap();
        std::fs::create_dir(folder.path().join("00000001")).unwrap();
        std::fs::create_dir(folder.path().join("lost+found")).unwrap();
        assert_eq!(newest(folder.path()).unwrap(), Some(7));
    }
}
