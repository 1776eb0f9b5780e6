use std::fmt::Write as _;
use std::str::Lines;

use chrono::{DateTime, SubsecRound as _, Utc};
use uuid::Uuid;

use crate::hash::{Hash, digest, hash_from_hex};
use crate::note::{NOTE_BYTES_MAX, NoteFault};
use crate::public_key::PublicKey;
use crate::shard_root::ShardRoot;

/// The first line; another form gets another one.
const FORM: &str = "baohan.checkpoint/1";
/// How a time is written: microseconds, as the store keeps them.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.6fZ";
/// What stands for the digest before the first checkpoint.
const NONE: &str = "-";

/// What the whole ledger holds at some moment: the size and root of each shard's tree, and the digest of the checkpoint before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which ledger.
    pub ledger: Uuid,
    /// 1, 2, 3 … without a gap.
    pub number: u64,
    /// When it was made; in microseconds, finer parts are not written.
    pub time: DateTime<Utc>,
    /// The shards, 0 first.
    pub shards: Vec<ShardRoot>,
    /// The digest of the previous checkpoint's text; the first has none.
    pub previous: Option<Hash>,
    /// The key that signs the checkpoints after this one, where it is another.
    pub introduces: Option<PublicKey>,
}

impl Checkpoint {
    /// The text that is signed.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{FORM}\nledger {}\nnumber {}\n", self.ledger, self.number);
        // Writing into a string cannot fail.
        let _ = writeln!(text, "time {}", self.time.trunc_subsecs(6).format(TIME));
        for (shard, at) in self.shards.iter().enumerate() {
            let _ = writeln!(text, "shard {shard} {} {}", at.size, hex::encode(at.root));
        }
        let _ = writeln!(text, "previous {}", self.previous.map_or_else(|| NONE.to_owned(), hex::encode));
        if let Some(key) = &self.introduces {
            let _ = writeln!(text, "introduces {key}");
        }
        text
    }

    /// Reads a text. It must be written exactly as [`Self::text`] writes it: a checkpoint has one text.
    pub fn parse(text: &str) -> Result<Self, NoteFault> {
        if text.len() > NOTE_BYTES_MAX {
            return Err(NoteFault::TooLong);
        }
        let mut lines = text.lines();
        if lines.next() != Some(FORM) {
            return Err(NoteFault::Line(FORM));
        }
        let ledger = value(&mut lines, "ledger")?.parse().map_err(|_| NoteFault::Line("ledger"))?;
        let number = value(&mut lines, "number")?.parse().map_err(|_| NoteFault::Line("number"))?;
        let time = DateTime::parse_from_rfc3339(value(&mut lines, "time")?)
            .map_err(|_| NoteFault::Line("time"))?
            .to_utc();
        let mut shards = Vec::new();
        let mut line = lines.next();
        while let Some(shard) = line.and_then(|line| line.strip_prefix("shard ")) {
            shards.push(shard_root(shard).ok_or(NoteFault::Line("shard"))?);
            line = lines.next();
        }
        let previous = match line.and_then(|line| line.strip_prefix("previous ")) {
            Some(NONE) => None,
            Some(digits) => Some(hash_from_hex(digits).ok_or(NoteFault::Line("previous"))?),
            None => return Err(NoteFault::Line("previous")),
        };
        let introduces = match lines.next().map(|line| line.strip_prefix("introduces ").ok_or(line)) {
            None => None,
            Some(Ok(digits)) => Some(PublicKey::from_hex(digits).map_err(|_| NoteFault::Line("introduces"))?),
            Some(Err(_)) => return Err(NoteFault::Line("introduces")),
        };
        let checkpoint = Self { ledger, number, time, shards, previous, introduces };
        checkpoint.make_sense()?;
        if checkpoint.text() == text {
            Ok(checkpoint)
        } else {
            Err(NoteFault::Sense("it is written in another way than a checkpoint is"))
        }
    }

    /// The digest of its text, which the next one names.
    #[must_use]
    pub fn digest(&self) -> Hash {
        digest(self.text().as_bytes())
    }

    /// The name under which the ledger signs.
    #[must_use]
    pub fn signed_as(&self) -> String {
        format!("baohan/{}", self.ledger)
    }

    fn make_sense(&self) -> Result<(), NoteFault> {
        if self.number == 0 {
            return Err(NoteFault::Sense("the first checkpoint is number 1"));
        }
        if (self.number == 1) != self.previous.is_none() {
            return Err(NoteFault::Sense("all but the first have one before them"));
        }
        if self.shards.is_empty() {
            return Err(NoteFault::Sense("a ledger has a shard"));
        }
        Ok(())
    }
}

fn value<'t>(lines: &mut Lines<'t>, name: &'static str) -> Result<&'t str, NoteFault> {
    lines
        .next()
        .and_then(|line| line.strip_prefix(name))
        .and_then(|line| line.strip_prefix(' '))
        .ok_or(NoteFault::Line(name))
}

/// Size and root; that its number is its place is seen when the whole is written again.
fn shard_root(line: &str) -> Option<ShardRoot> {
    let (_, rest) = line.split_once(' ')?;
    let (size, root) = rest.split_once(' ')?;
    Some(ShardRoot { size: size.parse().ok()?, root: hash_from_hex(root)? })
}
