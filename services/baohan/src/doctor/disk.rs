use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::config::{Config, DatabaseUrl, folder_of};

use super::Finding;

/// Below this the store may refuse calls within the hour: a guarantee with its documents takes some 200 KiB.
const FREE_BYTES_MIN: u64 = 256 << 20;
/// Below this somebody should look.
const FREE_BYTES_COMFORTABLE: u64 = 4 << 30;
/// Bytes in a mebibyte.
const MEBIBYTE: u64 = 1 << 20;

/// Free space where store, projections and documents lie.
pub fn examine(config: &Config) -> Vec<Finding> {
    let databases = [&config.store.url, &config.projections.url].map(DatabaseUrl::expose);
    let places = databases.into_iter().chain([config.documents.url.as_str()]);
    let folders: BTreeSet<PathBuf> = places.filter_map(folder_of).map(|folder| existing(&folder)).collect();
    folders.iter().map(|folder| one(folder)).collect()
}

fn one(folder: &Path) -> Finding {
    let subject = format!("disk {}", folder.display());
    match rustix::fs::statvfs(folder) {
        Err(error) => Finding::broken(subject, error.to_string()),
        Ok(space) => judged(subject, space.f_bavail.saturating_mul(space.f_frsize)),
    }
}

fn judged(subject: String, free: u64) -> Finding {
    let text = format!("{} MiB free", free / MEBIBYTE);
    match free {
        free if free < FREE_BYTES_MIN => {
            Finding::broken(subject, format!("{text}: the ledger will refuse calls soon"))
        }
        free if free < FREE_BYTES_COMFORTABLE => Finding::warning(subject, text),
        _ => Finding::well(subject, text),
    }
}

/// The nearest folder above that is there: before the first start the others are not.
fn existing(folder: &Path) -> PathBuf {
    let here = Path::new(".");
    let above = folder.ancestors().find(|folder| folder.is_dir());
    above.filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(here).to_owned()
}

#[cfg(test)]
mod tests {
    use super::super::Health;
    use super::*;

    #[test]
    fn free_space_is_judged() {
        assert_eq!(judged(String::new(), 100 << 20).health, Health::Broken);
        assert_eq!(judged(String::new(), 1 << 30).health, Health::Warning);
        assert_eq!(judged(String::new(), 100 << 30).health, Health::Well);
    }

    #[test]
    fn a_folder_that_is_not_made_yet_is_measured_where_it_would_be() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(existing(&folder.path().join("data/deep")), folder.path());
        assert!(matches!(one(folder.path()).health, Health::Well | Health::Warning));
    }
}
