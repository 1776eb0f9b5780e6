use std::collections::HashSet;

use serde::{Deserialize, Serialize};

/// A document of the guarantee, as its records name it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Document {
    /// `sealed` or `plain`, as the record says.
    pub kind: String,
    /// The SM3 of its bytes, in hex.
    pub sm3: String,
    /// How many bytes it has.
    pub bytes: u64,
}

/// The documents that payloads name (`document`, with `form`, `digest` and `size_bytes`), in the order of the payloads, each once.
#[must_use]
pub fn documents_of<'p>(payloads: impl IntoIterator<Item = &'p str>) -> Vec<Document> {
    #[derive(Deserialize)]
    struct Payload {
        document: Named,
    }
    #[derive(Deserialize)]
    struct Named {
        form: String,
        digest: String,
        size_bytes: u64,
    }
    let (mut documents, mut seen) = (Vec::new(), HashSet::new());
    for payload in payloads {
        // Most payloads name none.
        let Ok(Payload { document }) = serde_json::from_str::<Payload>(payload) else { continue };
        let document = Document { kind: document.form, sm3: document.digest, bytes: document.size_bytes };
        if seen.insert(document.clone()) {
            documents.push(document);
        }
    }
    documents
}
