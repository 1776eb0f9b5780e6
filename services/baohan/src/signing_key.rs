//! Keys that sign: the ledger's, which signs checkpoints, and a witness's. A file in PEM, an environment variable, or a token.

use std::path::{Path, PathBuf};

use baohan_seal::{NAME_BYTES_MAX, NoSigningKey, Signer, SigningKey};
use baohan_wire::Secret;
use rand::TryRngCore as _;

use crate::config::{Section, TokenPlace};
use crate::key_file::{self, Found};

/// The longest file of a key: a PEM takes some hundred bytes.
const FILE_BYTES_MAX: usize = 8_192;
/// How a name must be that signs.
pub const NAME_FORM: &str =
    "cannot sign: a name is 1 to 128 bytes long, without blanks, control characters or '+'";

/// Where a key is.
#[derive(Debug, Clone)]
pub enum KeyPlace {
    /// A file in PEM, made where it may be.
    File(PathBuf),
    /// An environment variable's content.
    Environment(Secret),
    /// A PKCS #11 token.
    Token(TokenPlace),
}

/// Why there is no key that signs.
#[derive(Debug, thiserror::Error)]
pub enum SigningKeyError {
    /// It is gone, and what it signed is there.
    #[error(
        "{} is missing, and checkpoints were signed with it. Bring the file back from its backup; a new key has to be introduced by the old one",
        .0.display()
    )]
    Lost(PathBuf),
    /// The text is no key.
    #[error(transparent)]
    Form(#[from] NoSigningKey),
    /// The file is no key.
    #[error("{} holds no key that signs", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// Why not.
        #[source]
        source: NoSigningKey,
    },
    /// Others may read the file.
    #[error("{} can be read by others than its owner (mode {mode:o}): chmod 600 it", file.display())]
    Open {
        /// The file.
        file: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// The file system.
    #[error("cannot {doing} the key {}", file.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file.
        file: PathBuf,
        /// Why it failed.
        #[source]
        source: std::io::Error,
    },
    /// The token.
    #[error("{0}")]
    Token(String),
}

/// A key, and whether it was made just now.
#[derive(Debug)]
pub struct Obtained {
    /// The key.
    pub signer: Signer,
    /// The file that was made for it.
    pub made: Option<PathBuf>,
}

impl SigningKeyError {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Lost(_) => "seal-key-lost",
            Self::Form(_) | Self::File { .. } | Self::Open { .. } | Self::Io { .. } | Self::Token(_) => {
                "seal-key-unusable"
            }
        }
    }
}

/// Removes a file that was made just now: nothing was signed with its key.
pub fn take_back(file: &Path) {
    if let Err(error) = std::fs::remove_file(file) {
        tracing::warn!(file = %file.display(), %error, "a key that is of no use could not be removed");
    }
}

/// Takes the key from its place; `may_be_made` allows a file to be made.
pub fn obtain(place: &KeyPlace, may_be_made: bool) -> Result<Obtained, SigningKeyError> {
    match place {
        KeyPlace::Environment(text) => Ok(Obtained { signer: from_text(text.expose())?.into(), made: None }),
        KeyPlace::Token(token) => Ok(Obtained { signer: token.open()?, made: None }),
        KeyPlace::File(file) => match read(file) {
            Err(SigningKeyError::Io { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
                if may_be_made {
                    made_or_found(file)
                } else {
                    Err(SigningKeyError::Lost(file.clone()))
                }
            }
            found => found.map(|key| Obtained { signer: key.into(), made: None }),
        },
    }
}

/// Makes a key, unless another process on this machine makes it at this moment: then its key is the one.
fn made_or_found(file: &Path) -> Result<Obtained, SigningKeyError> {
    let key = SigningKey::generate(|bytes| rand::rngs::OsRng.try_fill_bytes(bytes))?;
    let pem = key.to_pem()?;
    match key_file::make(file, pem.as_bytes()) {
        Ok(()) => Ok(Obtained { signer: key.into(), made: Some(file.to_owned()) }),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            read(file).map(|key| Obtained { signer: key.into(), made: None })
        }
        Err(source) => Err(SigningKeyError::Io { doing: "make", file: file.to_owned(), source }),
    }
}

/// Reads a key file that is there.
fn read(file: &Path) -> Result<SigningKey, SigningKeyError> {
    let bytes = match key_file::read(file, FILE_BYTES_MAX) {
        Ok(Found::Bytes(bytes)) => bytes,
        Ok(Found::OpenToOthers(mode)) => return Err(SigningKeyError::Open { file: file.to_owned(), mode }),
        Err(source) => return Err(SigningKeyError::Io { doing: "read", file: file.to_owned(), source }),
    };
    let text = std::str::from_utf8(&bytes).map_err(|_| NoSigningKey::Form);
    let key = text.and_then(from_text);
    key.map_err(|source| SigningKeyError::File { file: file.to_owned(), source })
}

/// A key in PEM, or as 64 hex digits.
pub fn from_text(text: &str) -> Result<SigningKey, NoSigningKey> {
    if text.trim_start().starts_with("-----BEGIN") {
        SigningKey::from_pem(text)
    } else {
        SigningKey::from_hex(text.trim())
    }
}

/// Reads `key_file`, `key_env` or `[….token]` of a section.
pub fn read_place(section: &mut Section<'_>, default: &str) -> KeyPlace {
    let variable = section.optional_text("key_env").filter(|name| !name.is_empty());
    let file_is_set = section.node("key_file").is_some();
    let token = section.optional_section("token", TokenPlace::read).flatten();
    let named = usize::from(variable.is_some()) + usize::from(file_is_set) + usize::from(token.is_some());
    if named > 1 {
        let key = if file_is_set { "key_file" } else { "key_env" };
        section.wrong_key(key, "one of key_file, key_env and a token is to be set", None);
    }
    if let Some(token) = token {
        return KeyPlace::Token(token);
    }
    let Some(variable) = variable else {
        let file = section.text("key_file", default);
        if file.trim().is_empty() {
            section.wrong("key_file", "names no file", None);
        }
        return KeyPlace::File(PathBuf::from(file));
    };
    let text = section.report().environment.get(&variable).map(str::to_owned);
    let text = text.ok_or_else(|| format!("environment variable {variable} is not set"));
    match text.and_then(|text| from_text(&text).map(|_| text).map_err(|fault| fault.to_string())) {
        Ok(text) => KeyPlace::Environment(Secret::new(text)),
        Err(message) => {
            section.wrong_key("key_env", &message, None);
            KeyPlace::File(PathBuf::new())
        }
    }
}

/// Whether a name may stand in a signature line.
pub fn can_sign_as(name: &str) -> bool {
    let stands = |c: char| !c.is_whitespace() && !c.is_control() && c != '+';
    (1..=NAME_BYTES_MAX).contains(&name.len()) && name.chars().all(stands)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn place(folder: &tempfile::TempDir) -> KeyPlace {
        KeyPlace::File(folder.path().join("deep/seal.key"))
    }

    #[test]
    fn a_key_is_made_once_for_its_owner_alone_and_found_again() {
        let folder = tempfile::tempdir().unwrap();
        let made = obtain(&place(&folder), true).unwrap();
        let file = made.made.clone().unwrap();
        assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(std::fs::read_to_string(&file).unwrap().starts_with("-----BEGIN PRIVATE KEY-----"));
        let found = obtain(&place(&folder), true).unwrap();
        assert_eq!(found.made, None);
        assert_eq!(found.signer.public_key(), made.signer.public_key());
        take_back(&file);
        assert!(!file.exists());
    }

    #[test]
    fn a_key_that_is_gone_is_never_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let refused = obtain(&place(&folder), false).unwrap_err();
        assert!(matches!(refused, SigningKeyError::Lost(_)), "{refused}");
        assert!(!folder.path().join("deep").exists());
    }

    #[test]
    fn processes_that_start_at_once_on_one_machine_find_one_key() {
        let folder = tempfile::tempdir().unwrap();
        let place = place(&folder);
        let keys: Vec<_> = std::thread::scope(|scope| {
            let starts: Vec<_> = (0..6).map(|_| scope.spawn(|| obtain(&place, true).unwrap())).collect();
            starts.into_iter().map(|start| start.join().unwrap().signer.public_key().id()).collect()
        });
        assert!(keys.iter().all(|key| *key == keys[0]), "{keys:?}");
    }

    #[test]
    fn a_file_that_others_read_or_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("k");
        std::fs::write(&file, "no key").unwrap();
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
        let refused = obtain(&KeyPlace::File(file.clone()), true).unwrap_err();
        assert!(matches!(refused, SigningKeyError::File { .. }), "{refused}");
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(
            obtain(&KeyPlace::File(file), true),
            Err(SigningKeyError::Open { mode: 0o644, .. })
        ));
    }

    #[test]
    fn a_key_in_a_variable_is_pem_or_hex() {
        let hex = from_text(&format!("{}\n", "07".repeat(32))).unwrap();
        let pem = from_text(&hex.to_pem().unwrap()).unwrap();
        assert_eq!(hex.public_key(), pem.public_key());
        assert!(from_text("").is_err() && from_text(&"07".repeat(31)).is_err());
    }

    #[test]
    fn a_name_that_signs_has_no_blanks() {
        assert!(can_sign_as("witness.example/保函"));
        for wrong in ["", "a b", "a+b", "a\n"] {
            assert!(!can_sign_as(wrong), "{wrong:?}");
        }
    }
}
