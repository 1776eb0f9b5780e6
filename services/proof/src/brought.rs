//! Checkpoints that were kept elsewhere: in files, in folders, in the memory of witnesses.

use std::path::{Path, PathBuf};
use std::time::Duration;

use baohan_seal::{NOTE_BYTES_MAX, SignedCheckpoint};
use reqwest::{Client, StatusCode};
use uuid::Uuid;

use crate::error::Error;
use crate::source::Brought;

/// How long a witness may take to show what it remembers.
const ANSWER_WITHIN: Duration = Duration::from_secs(10);

impl Brought {
    /// The checkpoint in a file, or those in all files of a folder and of the folders in it.
    ///
    /// # Errors
    /// Where something cannot be read, or a file holds no checkpoint. Of a folder the last file may be one that is being written.
    pub fn from_path(path: &Path) -> Result<Vec<Self>, Error> {
        if !path.is_dir() {
            return Ok(vec![read(path)?]);
        }
        let (mut files, mut waiting) = (Vec::new(), vec![path.to_owned()]);
        while let Some(path) = waiting.pop() {
            if path.is_dir() {
                waiting.extend(inside(&path)?);
            } else {
                files.push(path);
            }
        }
        files.sort();
        let mut brought = Vec::with_capacity(files.len());
        for file in &files {
            match read(file) {
                Ok(read) => brought.push(read),
                Err(Error::NoCheckpoint { .. }) if Some(file) == files.last() => {}
                Err(error) => return Err(error),
            }
        }
        Ok(brought)
    }

    /// What a witness remembers of a ledger; absent: nothing yet.
    ///
    /// # Errors
    /// Where it does not answer, does not know the ledger, or answers with something else.
    pub async fn from_witness(client: &Client, url: &str, ledger: Uuid) -> Result<Option<Self>, Error> {
        let failed = |why: String| Error::Witness { url: url.to_owned(), why };
        let asked = format!("{}/api/v1/witness/checkpoints/{ledger}", url.trim_end_matches('/'));
        let asked = client.get(asked).timeout(ANSWER_WITHIN).send();
        let mut response = asked.await.map_err(|error| failed(chain(&error.without_url())))?;
        match response.status() {
            StatusCode::NO_CONTENT => return Ok(None),
            StatusCode::OK => {}
            status => return Err(failed(format!("it answers {status}"))),
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| failed(chain(&error.without_url())))? {
            bytes.extend_from_slice(&chunk);
            if bytes.len() > NOTE_BYTES_MAX {
                return Err(failed("its answer is longer than a checkpoint".to_owned()));
            }
        }
        let from = format!("the witness at {url}");
        let note = String::from_utf8(bytes).map_err(|_| failed("its answer is no text".to_owned()))?;
        let signed = SignedCheckpoint::parse(&note).map_err(|fault| failed(fault.to_string()))?;
        if signed.checkpoint().ledger != ledger {
            return Err(failed("it shows another ledger's checkpoint".to_owned()));
        }
        Ok(Some(Self { from, signed }))
    }
}

fn inside(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let failed = |source| Error::File { path: folder.display().to_string(), source };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let entry = entry.map_err(failed)?;
        // What the system or a program keeps for itself is not ours.
        if !entry.file_name().to_string_lossy().starts_with('.') {
            paths.push(entry.path());
        }
    }
    Ok(paths)
}

fn read(path: &Path) -> Result<Brought, Error> {
    let from = path.display().to_string();
    let note = std::fs::read_to_string(path);
    let note = note.map_err(|source| Error::File { path: from.clone(), source })?;
    match SignedCheckpoint::parse(&note) {
        Ok(signed) => Ok(Brought { from, signed }),
        Err(source) => Err(Error::NoCheckpoint { from, source }),
    }
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        said = format!("{said}: {error}");
        source = error.source();
    }
    said
}
