//! The store in a folder, alone and behind `Documents`.

use baohan_documents::{Digest, Documents, Media, Settings, Store, StoreError};
use bytes::Bytes;

use crate::paper::plain;

const FILE: &[u8] = b"%PDF-1.7\n1 0 obj\nendobj\n%%EOF\n";

fn address(folder: &tempfile::TempDir) -> String {
    format!("file:{}/documents", folder.path().display())
}

fn only_file(folder: &tempfile::TempDir, digest: Digest) -> std::path::PathBuf {
    let hex = digest.to_hex();
    folder.path().join("documents/sm3").join(&hex[..2]).join(&hex[2..])
}

#[tokio::test]
async fn what_was_put_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&address(&folder)).unwrap();
    let stored = store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap();
    assert_eq!(stored.digest, Digest::of(FILE));
    assert_eq!((stored.media, stored.size_bytes), (Media::Pdf, FILE.len() as u64));
    assert!(only_file(&folder, stored.digest).is_file());

    let again = store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap();
    assert_eq!(again, stored);
    let reopened = Store::open(&address(&folder)).unwrap();
    assert_eq!(reopened.get(stored.digest).await.unwrap(), FILE);
    assert_eq!(std::fs::read_dir(only_file(&folder, stored.digest).parent().unwrap()).unwrap().count(), 1);
    store.check().await.unwrap();
}

#[tokio::test]
async fn an_altered_file_is_found_and_not_painted_over() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&address(&folder)).unwrap();
    let stored = store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap();
    let file = only_file(&folder, stored.digest);
    let mut altered = FILE.to_vec();
    altered[20] ^= 1;
    std::fs::write(&file, &altered).unwrap();

    let error = store.get(stored.digest).await.unwrap_err();
    assert_eq!(error.code(), "document-altered");
    assert!(matches!(error, StoreError::Altered { digest, actual, .. }
        if digest == stored.digest && actual == Digest::of(&altered)));
    assert_eq!(store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap_err().code(), "document-altered");
    assert_eq!(std::fs::read(&file).unwrap(), altered);
}

#[tokio::test]
async fn what_is_not_there_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&address(&folder)).unwrap();
    let error = store.get(Digest::of(b"never put")).await.unwrap_err();
    assert_eq!(error.code(), "document-missing");
    let too_large = Bytes::from(vec![b' '; baohan_documents::FILE_BYTES_MAX + 1]);
    assert_eq!(store.put(too_large, Media::Pdf).await.unwrap_err().code(), "document-too-large");
}

#[tokio::test]
async fn a_folder_that_fails_is_told_and_comes_back() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&address(&folder)).unwrap();
    let (place, aside) = (folder.path().join("documents"), folder.path().join("aside"));
    std::fs::rename(&place, &aside).unwrap();
    std::fs::write(&place, b"in the way").unwrap();
    let error = store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap_err();
    assert_eq!(error.code(), "document-store-unavailable", "{error:?}");
    std::fs::remove_file(&place).unwrap();
    std::fs::rename(&aside, &place).unwrap();
    store.put(Bytes::from_static(FILE), Media::Pdf).await.unwrap();
}

#[test]
fn a_wrong_address_is_told() {
    for address in ["", "documents", "file:", "ftp://host/x", "s3:", "s3://", "s3:///prefix"] {
        let error = Store::open(address).unwrap_err();
        assert_eq!(error.code(), "document-store-misconfigured", "{address}");
    }
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("documents"), b"a file").unwrap();
    assert_eq!(Store::open(&address(&folder)).unwrap_err().code(), "document-store-misconfigured");
}

#[tokio::test]
async fn documents_are_made_taken_and_refused() {
    let folder = tempfile::tempdir().unwrap();
    let settings = Settings { url: address(&folder), templates: None, fonts: Vec::new() };
    let documents = Documents::open(settings).unwrap();
    let made = documents.make(plain()).await.unwrap();
    let again = documents.make(plain()).await.unwrap();
    assert_eq!(made.stored, again.stored);
    assert_eq!(documents.get(made.stored.digest).await.unwrap(), made.bytes);

    let taken = documents.take(Bytes::from_static(FILE)).await.unwrap();
    assert_eq!(taken.stored.media, Media::Pdf);

    let count = || std::fs::read_dir(folder.path().join("documents/sm3")).unwrap().count();
    let before = count();
    let error = documents.take(Bytes::from_static(b"https://files.example/a.pdf")).await.unwrap_err();
    assert_eq!(error.code(), "document-not-pdf-or-ofd");
    assert_eq!(count(), before, "nothing is stored of what is refused");
}
