//! The documents that records name are those that lie in their store.

use std::collections::HashSet;
use std::str::FromStr as _;

use baohan_documents::{Digest, Documents, StoreError};
use futures::{StreamExt as _, TryStreamExt as _, stream};

use super::fact::DocumentNamed;
use crate::error::Error;
use crate::finding::{Finding, Kind};
use crate::source::Sources;

/// How many documents are read at once.
const UNDERWAY: usize = 8;

/// Reads each of them once, and says how many there are and which do not fit.
pub(super) async fn check(
    sources: &Sources,
    named: Vec<(u16, DocumentNamed)>,
) -> Result<(u64, Vec<Finding>), Error> {
    let Some(documents) = &sources.documents else { return Ok((0, Vec::new())) };
    let mut seen = HashSet::new();
    let named: Vec<_> =
        named.into_iter().filter(|(_, named)| seen.insert(named.document.sm3.clone())).collect();
    let count = named.len() as u64;
    let checked = stream::iter(named).map(|(shard, named)| one(documents, shard, named)).buffered(UNDERWAY);
    let findings: Vec<Option<Finding>> = checked.try_collect().await?;
    Ok((count, findings.into_iter().flatten().collect()))
}

async fn one(documents: &Documents, shard: u16, named: DocumentNamed) -> Result<Option<Finding>, Error> {
    let finding = |kind, what: String| {
        let DocumentNamed { document, position, event, guarantee } = &named;
        let said = format!(
            "shard {shard}, position {position}: the {} document {} of guarantee {guarantee} {what}",
            document.kind, document.sm3
        );
        Ok(Some(Finding::new(kind, said).at(shard, *position).about(Some(*event), Some(*guarantee))))
    };
    let Ok(digest) = Digest::from_str(&named.document.sm3) else {
        return finding(Kind::DocumentMissing, "has no digest".to_owned());
    };
    match documents.store().get(digest).await {
        Ok(bytes) if bytes.len() as u64 == named.document.bytes => Ok(None),
        Ok(bytes) => {
            let said = format!("has {} bytes, and its record says {}", bytes.len(), named.document.bytes);
            finding(Kind::DocumentAltered, said)
        }
        Err(StoreError::Missing { .. }) => {
            finding(Kind::DocumentMissing, "is not in the store of documents".to_owned())
        }
        Err(StoreError::Altered { actual, .. }) => {
            finding(Kind::DocumentAltered, format!("has the digest {actual}"))
        }
        Err(StoreError::TooLarge { size_bytes }) => {
            finding(Kind::DocumentAltered, format!("has {size_bytes} bytes"))
        }
        Err(error) => Err(error.into()),
    }
}
