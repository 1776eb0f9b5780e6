//! The master key: 32 bytes that wrap the guarantees' own keys. Whoever loses it loses every person's data for good.

use std::path::{Path, PathBuf};

use baohan_ledger::{MASTER_KEY_BYTES, MasterKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rand::TryRngCore as _;
use zeroize::Zeroizing;

use crate::config::Keys;
use crate::key_file::{self, Found};

/// Why there is no master key.
#[derive(Debug, thiserror::Error)]
pub enum MasterKeyError {
    /// An environment variable holds something else.
    #[error("is no master key: {MASTER_KEY_BYTES} bytes as 64 hex digits or as base64")]
    Form,
    /// The key file is gone, but what it wrapped is there.
    #[error(
        "the store is not empty and its master key {} is missing. Bring the file back from its backup: \
         a new key would open nothing that was written so far, so none is made",
        .0.display()
    )]
    Lost(PathBuf),
    /// The file is no key.
    #[error("{} holds {found} bytes, and a master key has {MASTER_KEY_BYTES}", file.display())]
    Length {
        /// The file.
        file: PathBuf,
        /// Its length; read no further than one byte beyond a key.
        found: u64,
    },
    /// Others may read the file.
    #[error("{} can be read by others than its owner (mode {mode:o}): chmod 600 it", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file system or the random source.
    #[error("{doing} {}", file.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
}

/// A key, and whether it was made just now.
#[derive(Debug)]
pub struct Obtained {
    /// The key.
    pub key: MasterKey,
    made: Option<PathBuf>,
}

impl Obtained {
    /// Removes the file if it was made just now: nothing was wrapped under its key, and it is not the store's.
    pub fn take_back(&self) {
        if let Some(file) = &self.made
            && let Err(error) = std::fs::remove_file(file)
        {
            tracing::warn!(file = %file.display(), %error, "a master key that is of no use could not be removed");
        }
    }
}

/// Takes the key from where the configuration says; `store_is_new` allows one to be made.
pub fn obtain(keys: &Keys, store_is_new: bool) -> Result<Obtained, MasterKeyError> {
    match keys {
        Keys::Environment(key) => Ok(Obtained { key: key.clone(), made: None }),
        Keys::File(file) => match read(file) {
            Err(MasterKeyError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                if store_is_new {
                    made_or_found(file)
                } else {
                    Err(MasterKeyError::Lost(file.clone()))
                }
            }
            other => other.map(|key| Obtained { key, made: None }),
        },
    }
}

/// Makes a key, unless another process on this machine makes it at this moment: then its key is the one.
fn made_or_found(file: &Path) -> Result<Obtained, MasterKeyError> {
    match make(file) {
        Ok(key) => Ok(Obtained { key, made: Some(file.to_owned()) }),
        Err(MasterKeyError::Io { source, .. }) if source.kind() == std::io::ErrorKind::AlreadyExists => {
            read(file).map(|key| Obtained { key, made: None })
        }
        Err(error) => Err(error),
    }
}

/// A key written as 64 hex digits or in base64.
pub fn from_text(text: &str) -> Result<MasterKey, MasterKeyError> {
    let text = text.trim();
    let decoded = hex::decode(text).or_else(|_| STANDARD.decode(text)).map_err(|_| MasterKeyError::Form)?;
    MasterKey::new(&Zeroizing::new(decoded)).map_err(|_| MasterKeyError::Form)
}

/// Reads a key file that is there.
pub fn read(file: &Path) -> Result<MasterKey, MasterKeyError> {
    let read = key_file::read(file, MASTER_KEY_BYTES);
    match read {
        Ok(Found::Bytes(bytes)) => MasterKey::new(&bytes)
            .map_err(|_| MasterKeyError::Length { file: file.to_owned(), found: bytes.len() as u64 }),
        Ok(Found::OpenToOthers(mode)) => Err(MasterKeyError::Open { file: file.to_owned(), mode }),
        Err(source) => {
            Err(MasterKeyError::Io { doing: "cannot read the master key", file: file.to_owned(), source })
        }
    }
}

/// Makes a key and its file, which must not be there; both lie on the disk before anything is wrapped.
fn make(file: &Path) -> Result<MasterKey, MasterKeyError> {
    let failed = |doing| move |source| MasterKeyError::Io { doing, file: file.to_owned(), source };
    let mut key = Zeroizing::new([0; MASTER_KEY_BYTES]);
    let random = rand::rngs::OsRng.try_fill_bytes(&mut *key);
    random.map_err(|error| {
        failed("cannot draw random bytes for the master key")(std::io::Error::other(error))
    })?;
    key_file::make(file, &*key).map_err(failed("cannot make the master key"))?;
    tracing::warn!(file = %file.display(), "a new master key was made: back it up, apart from the store");
    MasterKey::new(&*key).map_err(|_| MasterKeyError::Form)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    /// Two keys are the same when they derive the same.
    fn derived(key: &MasterKey) -> [u8; MASTER_KEY_BYTES] {
        *key.derive("test")
    }

    fn sevens() -> [u8; MASTER_KEY_BYTES] {
        derived(&MasterKey::new(&[7; 32]).unwrap())
    }

    fn keys(folder: &tempfile::TempDir) -> Keys {
        Keys::File(folder.path().join("deep/master.key"))
    }

    #[test]
    fn an_empty_store_gets_a_key_that_only_its_owner_reads_and_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let first = obtain(&keys(&folder), true).unwrap().key;
        let mode = std::fs::metadata(folder.path().join("deep/master.key")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert_eq!(derived(&obtain(&keys(&folder), true).unwrap().key), derived(&first));
        assert_eq!(derived(&obtain(&keys(&folder), false).unwrap().key), derived(&first));
        assert_ne!(derived(&first), derived(&MasterKey::new(&[0; 32]).unwrap()));
    }

    #[test]
    fn a_store_with_content_never_gets_a_new_key() {
        let folder = tempfile::tempdir().unwrap();
        let refused = obtain(&keys(&folder), false).unwrap_err();
        assert!(matches!(refused, MasterKeyError::Lost(_)));
        assert!(!folder.path().join("deep/master.key").exists());
    }

    #[test]
    fn processes_that_start_at_once_on_one_machine_find_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys(&folder);
        let found: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..8).map(|_| scope.spawn(|| obtain(&keys, true).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap()).collect()
        });
        assert_eq!(found.iter().filter(|one| one.made.is_some()).count(), 1);
        assert!(found.iter().all(|one| derived(&one.key) == derived(&found[0].key)));
        assert_eq!(std::fs::read_dir(folder.path().join("deep")).unwrap().count(), 1);
    }

    #[test]
    fn only_a_file_that_was_made_just_now_is_taken_back() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("deep/master.key");
        let made = obtain(&keys(&folder), true).unwrap();
        let found = obtain(&keys(&folder), true).unwrap();
        found.take_back();
        assert!(file.exists());
        made.take_back();
        assert!(!file.exists());
    }

    #[test]
    fn a_file_of_another_length_or_open_to_others_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k");
        std::fs::write(&file, [7; 33]).unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        assert!(matches!(read(&file), Err(MasterKeyError::Length { found: 33, .. })));
        std::fs::write(&file, [7; 32]).unwrap();
        assert!(read(&file).is_ok());
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(read(&file), Err(MasterKeyError::Open { mode: 0o640, .. })));
    }

    #[test]
    fn a_key_in_the_environment_is_hex_or_base64() {
        assert_eq!(derived(&from_text(&"07".repeat(32)).unwrap()), sevens());
        assert_eq!(derived(&from_text(&format!("{}\n", STANDARD.encode([7; 32]))).unwrap()), sevens());
        assert!(from_text(&"07".repeat(31)).is_err());
        assert!(from_text("").is_err());
    }
}
