use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use baohan_seal::{NOTE_BYTES_MAX, SignedCheckpoint, digest};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::fault::MemoryFault;

/// What a file's name ends with.
const ENDING: &str = "memory";
/// What the name of a file ends with that is being made, and of one that was put aside.
const NEW: &str = "new";
const ASIDE: &str = "aside";
/// The longest line: a note, whose line ends take two characters in JSON, its digest and the names of both.
const LINE_BYTES_MAX: u64 = 2 * NOTE_BYTES_MAX as u64 + 256;
/// A file that is longer is put aside, and a new one begins with its last line: some months of checkpoints, and small enough to be moved.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// From how far before the end the last line is looked for: it, and one that was cut off by a crash.
const TAIL_BYTES: u64 = 2 * LINE_BYTES_MAX;

/// What a witness remembers of a ledger: every checkpoint that it has co-signed, a line each, in a file that only grows. Of them it goes by the
/// last alone.
#[derive(Debug)]
pub(crate) struct Memory {
    file: File,
    path: PathBuf,
    /// How much of the file is whole lines.
    length: u64,
    /// Over this length a new file is begun.
    longest: u64,
    newest: Option<SignedCheckpoint>,
    /// A line was not written whole, and the file may hold anything.
    is_lost: bool,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    /// The note with the witness's own co-signature.
    note: String,
    /// Its digest, so that what a disk has lost is not taken for what a ledger did.
    sm3: String,
}

impl Memory {
    /// Opens the memory of a ledger, which is empty at first. What follows the last line end was never answered: it is cut off, unless it is
    /// a whole line but for its end, since to remember more is never wrong.
    pub(crate) fn open(folder: &Path, ledger: Uuid) -> Result<Self, MemoryFault> {
        let path = folder.join(format!("{ledger}.{ENDING}"));
        let failed = |doing| {
            let file = path.clone();
            move |source| MemoryFault::Io { doing, file, source }
        };
        let opening = OpenOptions::new().read(true).append(true).create(true).open(&path);
        let mut file = opening.map_err(failed("open"))?;
        sync_folder(folder)?;
        let length = file.metadata().map_err(failed("look at"))?.len();
        let start = length.saturating_sub(TAIL_BYTES);
        let mut tail = Vec::new();
        file.seek(SeekFrom::Start(start)).map_err(failed("read"))?;
        (&mut file).take(TAIL_BYTES).read_to_end(&mut tail).map_err(failed("read"))?;

        let whole = tail.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        if whole == 0 && start > 0 {
            return Err(MemoryFault::Bent { file: path, fault: "its last line is longer than any line" });
        }
        let (lines, torn) = tail.split_at(whole);
        let mut memory = Self {
            file,
            length: start + whole as u64,
            longest: FILE_BYTES_MAX,
            path,
            newest: None,
            is_lost: false,
        };
        if let Some(last) = lines.strip_suffix(b"\n") {
            let last = last.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
            memory.newest = Some(read(last, ledger).map_err(|fault| memory.bent(fault))?);
        }
        memory.mend(torn, ledger)?;
        Ok(memory)
    }

    /// What is remembered.
    pub(crate) fn newest(&self) -> Option<&SignedCheckpoint> {
        self.newest.as_ref()
    }

    /// Remembers a checkpoint. When this returns, it is on the disk.
    pub(crate) fn remember(&mut self, signed: SignedCheckpoint) -> Result<(), MemoryFault> {
        if self.is_lost {
            return Err(MemoryFault::Lost(self.path.clone()));
        }
        let line = self.line(&signed)?;
        // Where this fails, what is on the disk is unknown, even if another attempt seemed to succeed.
        self.is_lost = true;
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        written.map_err(|source| MemoryFault::Io { doing: "write", file: self.path.clone(), source })?;
        self.is_lost = false;
        self.length += line.len() as u64;
        if self.length > self.longest {
            self.begin_anew(&line)?;
        }
        self.newest = Some(signed);
        Ok(())
    }

    /// Puts the file aside and goes on in a new one that begins with its last line. At each moment the file under the usual name is whole.
    fn begin_anew(&mut self, last: &str) -> Result<(), MemoryFault> {
        let (beside, file) = match self.prepared(last) {
            Ok(prepared) => prepared,
            Err(error) => {
                // Nothing has changed: it goes on as it is until the next start.
                tracing::warn!(file = %self.path.display(), %error, "the memory cannot be put aside, and goes on in one file");
                self.longest = u64::MAX;
                return Ok(());
            }
        };
        // From here on it is unknown which of the two files a crash would leave, until the folder is on the disk.
        self.is_lost = true;
        let renamed = std::fs::rename(&beside, &self.path);
        renamed.map_err(|source| MemoryFault::Io { doing: "begin anew", file: self.path.clone(), source })?;
        sync_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        (self.file, self.length, self.is_lost) = (file, last.len() as u64, false);
        Ok(())
    }

    /// A new file beside that holds the last line, and the old one under a second name.
    fn prepared(&self, last: &str) -> std::io::Result<(PathBuf, File)> {
        let beside = self.path.with_extension(NEW);
        let mut file = File::create(&beside)?;
        file.write_all(last.as_bytes())?;
        file.sync_all()?;
        for part in 1_u32.. {
            let aside = self.path.with_extension(format!("{part:04}.{ASIDE}"));
            match std::fs::hard_link(&self.path, aside) {
                Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
                linked => return linked.map(|()| (beside, file)),
            }
        }
        Err(std::io::Error::other("there are too many parts"))
    }

    fn line(&self, signed: &SignedCheckpoint) -> Result<String, MemoryFault> {
        let note = signed.note();
        let line = Line { sm3: hex::encode(digest(note.as_bytes())), note };
        Ok(serde_json::to_string(&line).map_err(|_| self.bent("a note that JSON cannot hold"))? + "\n")
    }

    /// Deals with what follows the last line end.
    fn mend(&mut self, torn: &[u8], ledger: Uuid) -> Result<(), MemoryFault> {
        if torn.is_empty() {
            return Ok(());
        }
        let failed = |path: &Path| {
            let file = path.to_owned();
            move |source| MemoryFault::Io { doing: "mend", file, source }
        };
        if let Ok(signed) = read(torn, ledger) {
            self.file.write_all(b"\n").map_err(failed(&self.path))?;
            self.length += torn.len() as u64 + 1;
            self.newest = Some(signed);
        } else {
            tracing::warn!(file = %self.path.display(), bytes = torn.len(), "a line that was never answered is cut off");
            self.file.set_len(self.length).map_err(failed(&self.path))?;
        }
        self.file.sync_all().map_err(failed(&self.path))
    }

    fn bent(&self, fault: &'static str) -> MemoryFault {
        MemoryFault::Bent { file: self.path.clone(), fault }
    }
}

/// Makes what was made in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), MemoryFault> {
    let synced = File::open(folder).and_then(|folder| folder.sync_all());
    synced.map_err(|source| MemoryFault::Io { doing: "write to the disk", file: folder.to_owned(), source })
}

fn read(line: &[u8], ledger: Uuid) -> Result<SignedCheckpoint, &'static str> {
    let line: Line = serde_json::from_slice(line).map_err(|_| "its last line is none of ours")?;
    if line.sm3 != hex::encode(digest(line.note.as_bytes())) {
        return Err("the digest of its last line is another");
    }
    let signed =
        SignedCheckpoint::parse(&line.note).map_err(|_| "its last line holds no signed checkpoint")?;
    if signed.checkpoint().ledger != ledger {
        return Err("its last line is another ledger's");
    }
    Ok(signed)
}

#[cfg(test)]
mod tests {
    use baohan_seal::{Checkpoint, ShardRoot, Signer, SigningKey};
    use chrono::DateTime;

    use super::*;

    const LEDGER: Uuid = Uuid::from_u128(7);

    fn checkpoint(number: u64) -> SignedCheckpoint {
        let checkpoint = Checkpoint {
            ledger: LEDGER,
            number,
            time: DateTime::from_timestamp(1_772_625_600, 0).unwrap(),
            shards: vec![ShardRoot::empty()],
            previous: (number > 1).then_some([7; 32]),
            introduces: None,
        };
        let signer = Signer::from(SigningKey::from_bytes(&[9; 32]).unwrap());
        SignedCheckpoint::sign(&checkpoint, &signer).unwrap()
    }

    fn number(memory: &Memory) -> Option<u64> {
        memory.newest().map(|newest| newest.checkpoint().number)
    }

    fn filled(folder: &Path, last: u64) -> PathBuf {
        let mut memory = Memory::open(folder, LEDGER).unwrap();
        (1..=last).for_each(|number| memory.remember(checkpoint(number)).unwrap());
        memory.path
    }

    #[test]
    fn what_was_remembered_is_found_again() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(number(&Memory::open(folder.path(), LEDGER).unwrap()), None);
        filled(folder.path(), 3);
        let again = Memory::open(folder.path(), LEDGER).unwrap();
        assert_eq!(again.newest(), Some(&checkpoint(3)));
        assert_eq!(number(&Memory::open(folder.path(), Uuid::from_u128(8)).unwrap()), None);
    }

    #[test]
    fn a_torn_line_is_cut_off_wherever_it_is_torn_and_what_is_written_next_is_found() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 2);
        let whole = std::fs::read(&path).unwrap();
        let second = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap() + 1;
        for cut in second + 1..whole.len() - 1 {
            std::fs::write(&path, &whole[..cut]).unwrap();
            let mut memory = Memory::open(folder.path(), LEDGER).unwrap();
            assert_eq!(number(&memory), Some(1), "cut at {cut}");
            memory.remember(checkpoint(2)).unwrap();
            drop(memory);
            assert_eq!(std::fs::read(&path).unwrap(), whole);
        }
    }

    #[test]
    fn a_line_that_lacks_nothing_but_its_end_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 2);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, &whole[..whole.len() - 1]).unwrap();
        assert_eq!(number(&Memory::open(folder.path(), LEDGER).unwrap()), Some(2));
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn zeros_that_a_crash_left_are_cut_off() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 2);
        let whole = std::fs::read(&path).unwrap();
        std::fs::write(&path, [whole.as_slice(), &[0; 4096]].concat()).unwrap();
        assert_eq!(number(&Memory::open(folder.path(), LEDGER).unwrap()), Some(2));
        assert_eq!(std::fs::read(&path).unwrap(), whole);
    }

    #[test]
    fn a_whole_line_that_was_altered_is_refused_and_not_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 2);
        let whole = String::from_utf8(std::fs::read(&path).unwrap()).unwrap();
        for (bent, told) in [
            (whole.replace("number 2", "number 3"), "digest"),
            (format!("{whole}rubbish\n"), "none of ours"),
            (whole.clone() + &"x".repeat(300_000), "longer than any"),
        ] {
            std::fs::write(&path, &bent).unwrap();
            let fault = Memory::open(folder.path(), LEDGER).unwrap_err();
            assert_eq!(fault.code(), "witness-memory-bent");
            assert!(fault.to_string().contains(told), "{fault}");
            assert_eq!(std::fs::read_to_string(&path).unwrap(), bent);
        }
    }

    #[test]
    fn another_ledgers_memory_is_not_taken_for_this_ones() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 1);
        std::fs::rename(path, folder.path().join(format!("{}.{ENDING}", Uuid::from_u128(8)))).unwrap();
        let fault = Memory::open(folder.path(), Uuid::from_u128(8)).unwrap_err();
        assert!(fault.to_string().contains("another ledger's"), "{fault}");
    }

    #[test]
    fn a_memory_that_grows_long_goes_on_in_another_file_and_forgets_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let mut memory = Memory::open(folder.path(), LEDGER).unwrap();
        memory.longest = 2_000;
        for next in 1..=20 {
            memory.remember(checkpoint(next)).unwrap();
            // Whatever ends it here, the next one finds what was remembered.
            assert_eq!(Memory::open(folder.path(), LEDGER).unwrap().newest(), Some(&checkpoint(next)));
        }
        let mut names: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
        names.sort();
        assert!(names.len() > 3, "{names:?}");
        let mut remembered = Vec::new();
        for name in names {
            let text = std::fs::read_to_string(name).unwrap();
            remembered
                .extend(text.lines().map(|line| read(line.as_bytes(), LEDGER).unwrap().checkpoint().number));
        }
        remembered.dedup();
        assert_eq!(remembered, (1..=20).collect::<Vec<_>>());
    }

    #[test]
    fn a_new_file_that_a_crash_left_half_made_is_not_taken_for_the_memory() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 3);
        std::fs::write(path.with_extension(NEW), "half a li").unwrap();
        std::fs::hard_link(&path, path.with_extension(format!("0001.{ASIDE}"))).unwrap();
        let mut memory = Memory::open(folder.path(), LEDGER).unwrap();
        assert_eq!(number(&memory), Some(3));
        memory.longest = 1;
        memory.remember(checkpoint(4)).unwrap();
        assert_eq!(number(&Memory::open(folder.path(), LEDGER).unwrap()), Some(4));
        assert!(path.with_extension(format!("0002.{ASIDE}")).exists());
    }

    #[test]
    fn only_the_end_of_a_long_memory_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = filled(folder.path(), 1);
        let line = std::fs::read(&path).unwrap();
        let times = usize::try_from(TAIL_BYTES).unwrap() / line.len() + 10;
        std::fs::write(&path, [b"not read any more\n".as_slice(), &line.repeat(times)].concat()).unwrap();
        assert_eq!(number(&Memory::open(folder.path(), LEDGER).unwrap()), Some(1));
    }
}
