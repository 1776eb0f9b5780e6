use std::sync::Arc;

use object_store::ObjectStore;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;

use super::StoreError;

type Opened = (Arc<dyn ObjectStore>, Path);

pub(super) fn open(
    url: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Opened, StoreError> {
    match url.split_once(':') {
        Some(("file", folder)) => open_folder(url, folder.strip_prefix("//").unwrap_or(folder)),
        Some(("s3", rest)) => open_bucket(url, rest, variables),
        _ => Err(wrong(url, "file:FOLDER or s3://BUCKET/PREFIX is expected")),
    }
}

fn open_folder(url: &str, folder: &str) -> Result<Opened, StoreError> {
    if folder.is_empty() {
        return Err(wrong(url, "the folder is missing"));
    }
    let failed = |source| StoreError::Folder { folder: folder.to_owned(), source };
    std::fs::create_dir_all(folder).map_err(failed)?;
    let folder = std::fs::canonicalize(folder).map_err(failed)?;
    let objects = LocalFileSystem::new_with_prefix(folder).map_err(|error| wrong(url, &error.to_string()))?;
    // Off by default: a guarantee that is answered for must outlive a power cut.
    Ok((Arc::new(objects.with_fsync(true)), Path::default()))
}

fn open_bucket(
    url: &str,
    rest: &str,
    variables: impl IntoIterator<Item = (String, String)>,
) -> Result<Opened, StoreError> {
    let Some((bucket, prefix)) =
        rest.strip_prefix("//").map(|rest| rest.split_once('/').unwrap_or((rest, "")))
    else {
        return Err(wrong(url, "s3://BUCKET/PREFIX is expected"));
    };
    if bucket.is_empty() {
        return Err(wrong(url, "the bucket is missing"));
    }
    let prefix = Path::parse(prefix.trim_matches('/')).map_err(|error| wrong(url, &error.to_string()))?;
    // The client takes the process's TLS; an error says that somebody has chosen one already.
    let _already_chosen = rustls::crypto::ring::default_provider().install_default();
    let mut builder = AmazonS3Builder::new();
    for (name, value) in variables {
        let name = name.to_ascii_lowercase();
        if let Some(key) = name.starts_with("aws_").then(|| name.parse::<AmazonS3ConfigKey>().ok()).flatten()
        {
            builder = builder.with_config(key, value);
        }
    }
    let objects = builder.with_bucket_name(bucket).build().map_err(|error| wrong(url, &error.to_string()))?;
    Ok((Arc::new(objects), prefix))
}

fn wrong(url: &str, reason: &str) -> StoreError {
    StoreError::Address { url: url.to_owned(), reason: reason.to_owned() }
}
