//! Guarantee files under the digest of their content.

mod place;

use std::sync::Arc;

use bytes::Bytes;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};

use crate::digest::Digest;
use crate::recognition::{FILE_BYTES_MAX, Media};

/// First folder of each path: another digest would get another one.
const FOLDER: &str = "sm3";
/// Hex digits of the second folder: 256 folders keep each of them listable with a million files.
const FAN_OUT_CHARS: usize = 2;

/// A file as it lies in the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// SM3 over its bytes.
    pub digest: Digest,
    /// What kind of file.
    pub media: Media,
    /// Its length in bytes.
    pub size_bytes: u64,
}

/// Why the store did not do it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address names no store.
    #[error("\"{url}\" is no place for documents: {reason}")]
    Address {
        /// The address.
        url: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The folder cannot be made or opened.
    #[error("the documents folder {folder} cannot be used")]
    Folder {
        /// The folder.
        folder: String,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
    /// Nothing lies under the digest.
    #[error("no document {digest} in {place}")]
    Missing {
        /// The digest.
        digest: Digest,
        /// Where it was looked for.
        place: String,
    },
    /// What lies under the digest is not what was put there.
    #[error("the document {digest} in {place} was altered: its content has the digest {actual}")]
    Altered {
        /// The digest under which it lies.
        digest: Digest,
        /// The digest of what lies there.
        actual: Digest,
        /// Where.
        place: String,
    },
    /// What lies under the digest, or was to, is larger than a guarantee file may be.
    #[error("a document of {size_bytes} bytes is over the limit of {FILE_BYTES_MAX}")]
    TooLarge {
        /// Its length in bytes.
        size_bytes: u64,
    },
    /// The store fails; trying again may help.
    #[error("the document store {place} does not answer")]
    Unavailable {
        /// Which.
        place: String,
        /// What it says.
        #[source]
        source: object_store::Error,
    },
}

impl StoreError {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Address { .. } | Self::Folder { .. } => "document-store-misconfigured",
            Self::Missing { .. } => "document-missing",
            Self::Altered { .. } => "document-altered",
            Self::TooLarge { .. } => "document-too-large",
            Self::Unavailable { .. } => "document-store-unavailable",
        }
    }
}

/// A content-addressed store in a folder or a bucket; clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    objects: Arc<dyn ObjectStore>,
    prefix: Path,
    place: Arc<str>,
}

impl Store {
    /// The store at `url`: `file:FOLDER` (made where it is missing) or `s3://BUCKET/PREFIX`, whose region, endpoint and
    /// credentials come from the usual `AWS_…` variables of the environment.
    pub fn open(url: &str) -> Result<Self, StoreError> {
        // An `AWS_…` variable that is no Unicode cannot be meant for us.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Self::open_with(url, variables)
    }

    /// As [`Store::open`], with the variables given.
    pub fn open_with(
        url: &str,
        variables: impl IntoIterator<Item = (String, String)>,
    ) -> Result<Self, StoreError> {
        let (objects, prefix) = place::open(url, variables)?;
        Ok(Self { objects, prefix, place: url.into() })
    }

    /// Puts a file; when this returns, it is durable. The same content again changes nothing.
    pub async fn put(&self, bytes: Bytes, media: Media) -> Result<Stored, StoreError> {
        let size_bytes = bytes.len() as u64;
        if bytes.len() > FILE_BYTES_MAX {
            return Err(StoreError::TooLarge { size_bytes });
        }
        let digest = Digest::of(&bytes);
        // An altered file is evidence and is not painted over.
        match self.get(digest).await {
            Ok(_) | Err(StoreError::Missing { .. }) => {}
            Err(error) => return Err(error),
        }
        // Written although it may be there: an earlier put can have died between the rename and the sync.
        self.objects
            .put(&self.path(digest), bytes.into())
            .await
            .map_err(|source| self.unavailable(source))?;
        Ok(Stored { digest, media, size_bytes })
    }

    /// The file under `digest`, proven to be the one that was put there.
    pub async fn get(&self, digest: Digest) -> Result<Bytes, StoreError> {
        let result = match self.objects.get(&self.path(digest)).await {
            Ok(result) => result,
            Err(object_store::Error::NotFound { .. }) => {
                return Err(StoreError::Missing { digest, place: self.place.to_string() });
            }
            Err(source) => return Err(self.unavailable(source)),
        };
        if result.meta.size > FILE_BYTES_MAX as u64 {
            return Err(StoreError::TooLarge { size_bytes: result.meta.size });
        }
        let bytes = result.bytes().await.map_err(|source| self.unavailable(source))?;
        let actual = Digest::of(&bytes);
        if actual == digest {
            Ok(bytes)
        } else {
            Err(StoreError::Altered { digest, actual, place: self.place.to_string() })
        }
    }

    /// Writes a small known file and reads it back: for a check before the start.
    pub async fn check(&self) -> Result<(), StoreError> {
        let stored = self.put(Bytes::from_static(b"%PDF-1.4\n% store check\n%%EOF\n"), Media::Pdf).await?;
        self.get(stored.digest).await.map(drop)
    }

    /// Where the store is, as configured.
    #[must_use]
    pub fn place(&self) -> &str {
        &self.place
    }

    /// Where a file lies: below the folder or bucket, `sm3/ab/cdef…`.
    #[must_use]
    pub fn path(&self, digest: Digest) -> Path {
        let hex = digest.to_hex();
        let (folder, name) = hex.split_at(FAN_OUT_CHARS);
        self.prefix.clone().join(FOLDER).join(folder).join(name)
    }

    fn unavailable(&self, source: object_store::Error) -> StoreError {
        StoreError::Unavailable { place: self.place.to_string(), source }
    }
}
