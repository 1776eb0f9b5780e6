use crate::config::Keys;
use crate::master_key;

use super::Finding;

/// Whether the key is there and only its owner reads it; `store_is_empty` says whether one would be made.
pub fn examine(keys: &Keys, store_is_empty: bool) -> Finding {
    const SUBJECT: &str = "master key";
    let Keys::File(file) = keys else {
        return Finding::well(SUBJECT, "comes from the environment");
    };
    if store_is_empty && !file.exists() {
        return Finding::well(SUBJECT, format!("{} is made on the first start", file.display()));
    }
    match master_key::obtain(keys, false) {
        Ok(_) => Finding::well(SUBJECT, format!("{} is there, for its owner alone", file.display())),
        Err(error) => Finding::broken(SUBJECT, format!("{:#}", anyhow::Error::from(error))),
    }
}
