//! The form of a checkpoint: the value of a record on the topic of checkpoints. It is no JSON but a signed note, a text, so the form is a pattern.

use serde_json::json;

use crate::form::Form;

/// The version of the form, which the note's first line bears too.
const VERSION: &str = "1.0";

/// The longest note: a line for each of the most shards that a ledger can have, and more.
const NOTE_CHARACTERS_MAX: u32 = 65_536;
/// A signed note: the text of a checkpoint, an empty line, the ledger's signature.
const PATTERN: &str = concat!(
    "^baohan\\.checkpoint/1\n",
    "ledger [0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\n",
    "number [1-9][0-9]*\n",
    "time [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{6}Z\n",
    "(shard [0-9]+ [0-9]+ [0-9a-f]{64}\n)+",
    "previous (-|[0-9a-f]{64})\n",
    "(introduces 04[0-9a-f]{128}\n)?",
    "\n",
    "\u{2014} baohan/[0-9a-f-]{36} [A-Za-z0-9+/=]+\n$",
);

/// The form of a signed checkpoint as it is published.
#[must_use]
pub fn checkpoint() -> Form {
    let schema = json!({
        "title": format!("Checkpoint {VERSION}"),
        "description": "A checkpoint over the whole ledger as a signed note: size and root of each shard's Merkle tree (RFC 6962 with SM3), the digest of \
                        the checkpoint before, and the ledger's signature (SM2) over the text before the empty line. docs/evidence.md says how it is verified.",
        "type": "string",
        "maxLength": NOTE_CHARACTERS_MAX,
        "pattern": PATTERN,
    });
    Form::new("checkpoint", VERSION, schema)
}
