//! The platforms that we know.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::platform::Platform;

/// Platforms by appkey and by the prefix of their paths.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    by_appkey: HashMap<String, Arc<Platform>>,
    prefixes: BTreeSet<String>,
}

/// Why a set of platforms is no directory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// Two platforms of one appkey.
    #[error("the appkey `{0}` is configured twice")]
    RepeatedAppkey(String),
    /// An appkey of blanks, with blanks around it, or longer than the wire takes.
    #[error("`{0}` is no appkey: 1 to 50 characters, no blank at either end")]
    UnusableAppkey(String),
    /// A secret that signs nothing.
    #[error("the secret of `{0}` is blank")]
    BlankSecret(String),
    /// A prefix with a slash at an end, or with an empty part.
    #[error("the path prefix `{0}` has an empty part")]
    UnusablePrefix(String),
    /// Two centres of one code.
    #[error("the platformcode `{1}` of `{0}` is configured twice")]
    RepeatedCentre(String, String),
}

impl Directory {
    /// Takes the platforms.
    ///
    /// # Errors
    /// Keys, secrets, prefixes and centres that could not be told apart or not be used.
    pub fn new(platforms: impl IntoIterator<Item = Platform>) -> Result<Self, DirectoryError> {
        let mut directory = Self::default();
        for platform in platforms {
            checked(&platform)?;
            directory.prefixes.insert(platform.path_prefix.clone());
            let appkey = platform.appkey.clone();
            if directory.by_appkey.insert(appkey.clone(), Arc::new(platform)).is_some() {
                return Err(DirectoryError::RepeatedAppkey(appkey));
            }
        }
        Ok(directory)
    }

    /// The platform of that appkey, enabled or not.
    #[must_use]
    pub fn by_appkey(&self, appkey: &str) -> Option<&Arc<Platform>> {
        self.by_appkey.get(appkey)
    }

    /// Whether some platform has that path prefix.
    #[must_use]
    pub fn knows_prefix(&self, path_prefix: &str) -> bool {
        self.prefixes.contains(path_prefix)
    }

    /// All platforms, by appkey.
    #[must_use]
    pub fn platforms(&self) -> Vec<&Arc<Platform>> {
        let mut all: Vec<_> = self.by_appkey.values().collect();
        all.sort_by(|left, right| left.appkey.cmp(&right.appkey));
        all
    }
}

fn checked(platform: &Platform) -> Result<(), DirectoryError> {
    let appkey = &platform.appkey;
    if appkey.trim().is_empty()
        || appkey.trim() != appkey
        || appkey.chars().count() > crate::form::APPKEY_LENGTH_MAX
    {
        return Err(DirectoryError::UnusableAppkey(appkey.clone()));
    }
    let mut secrets = std::iter::once(&platform.secret)
        .chain(platform.previous_secrets.iter().map(|previous| &previous.value))
        .chain(platform.centres.iter().filter_map(|centre| centre.secret.as_ref()));
    if secrets.any(|secret| secret.expose().trim().is_empty()) {
        return Err(DirectoryError::BlankSecret(appkey.clone()));
    }
    if !platform.path_prefix.is_empty() && platform.path_prefix.split('/').any(str::is_empty) {
        return Err(DirectoryError::UnusablePrefix(platform.path_prefix.clone()));
    }
    let mut codes = BTreeSet::new();
    match platform.centres.iter().find(|centre| !codes.insert(&centre.platform_code)) {
        Some(centre) => Err(DirectoryError::RepeatedCentre(appkey.clone(), centre.platform_code.clone())),
        None => Ok(()),
    }
}
