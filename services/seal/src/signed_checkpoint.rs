use crate::checkpoint::Checkpoint;
use crate::cosignature::Cosignature;
use crate::hash::{Hash, digest};
use crate::note::{
    KeyHash, Kind, NOTE_BYTES_MAX, NoteFault, key_hash, last_signature, read_line, take, write_line,
};
use crate::public_key::{PublicKey, SignatureBytes};
use crate::signer::Signer;

/// Most co-signatures of a checkpoint: more witnesses than an institution will ever ask, and a bound for whoever verifies.
pub const COSIGNATURES_MAX: usize = 32;

/// A checkpoint, the ledger's signature, and the co-signatures of witnesses: a signed note (C2SP signed-note, tlog-checkpoint).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    text: String,
    key: KeyHash,
    signature: SignatureBytes,
    cosignatures: Vec<Cosignature>,
}

impl SignedCheckpoint {
    /// Signs a checkpoint.
    pub fn sign(checkpoint: &Checkpoint, signer: &Signer) -> Result<Self, NoteFault> {
        let text = checkpoint.text();
        // What is signed can be read again, whatever the caller put into it.
        let checkpoint = Checkpoint::parse(&text)?;
        let signature = signer.sign(text.as_bytes())?;
        let key = key_hash(&checkpoint.signed_as(), Kind::Ledger, signer.public_key());
        Ok(Self { checkpoint, text, key, signature, cosignatures: Vec::new() })
    }

    /// Reads a note. Whether the signatures are right is another question ([`Self::verify`], [`crate::KeyChain`]).
    pub fn parse(note: &str) -> Result<Self, NoteFault> {
        if note.len() > NOTE_BYTES_MAX {
            return Err(NoteFault::TooLong);
        }
        let end = note.find("\n\n").ok_or(NoteFault::NotSigned)?;
        let (text, lines) = note.split_at(end + 1);
        let checkpoint = Checkpoint::parse(text)?;
        let lines = lines.strip_prefix('\n').and_then(|lines| lines.strip_suffix('\n'));
        let mut lines = lines.ok_or(NoteFault::NotSigned)?.split('\n');
        let (name, bytes) = read_line(lines.next().ok_or(NoteFault::NotSigned)?)?;
        if name != checkpoint.signed_as() {
            return Err(NoteFault::SignatureLine("the first one is the ledger's"));
        }
        let mut bytes = bytes.as_slice();
        let key = take(&mut bytes)?;
        let signature = last_signature(bytes)?;
        let mut signed = Self { checkpoint, text: text.to_owned(), key, signature, cosignatures: Vec::new() };
        for line in lines {
            if !signed.add(Cosignature::parse(line)?) {
                return Err(NoteFault::SignatureLine("a name stands there twice, or there are too many"));
            }
        }
        Ok(signed)
    }

    /// What is signed.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The exact text that is signed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The digest of the text, which the next checkpoint names.
    #[must_use]
    pub fn digest(&self) -> Hash {
        digest(self.text.as_bytes())
    }

    /// The whole note, with the co-signatures that it has.
    #[must_use]
    pub fn note(&self) -> String {
        let own = write_line(&self.checkpoint.signed_as(), &[&self.key, &self.signature]);
        let others = self.cosignatures.iter().map(Cosignature::line);
        let lines: String = std::iter::once(own).chain(others).map(|line| line + "\n").collect();
        format!("{}\n{lines}", self.text)
    }

    /// The hash in the ledger's signature line. It tells one key from another without saying which it is, so that it can be found among many
    /// checkpoints where the key changed.
    #[must_use]
    pub fn key_hash(&self) -> [u8; 4] {
        self.key
    }

    /// Whether the ledger signed it with this key.
    pub fn verify(&self, key: &PublicKey) -> Result<(), NoteFault> {
        let name = self.checkpoint.signed_as();
        if key_hash(&name, Kind::Ledger, key) == self.key
            && key.has_signed(self.text.as_bytes(), &self.signature)
        {
            Ok(())
        } else {
            Err(NoteFault::NotSignedBy { name, key: key.id() })
        }
    }

    /// The co-signatures, in the order in which they came.
    #[must_use]
    pub fn cosignatures(&self) -> &[Cosignature] {
        &self.cosignatures
    }

    /// Adds a co-signature, verified or not. `false`: one of this name is there already, and stays; or there are as many as a note may have.
    pub fn add(&mut self, cosignature: Cosignature) -> bool {
        let taken = cosignature.name() == self.checkpoint.signed_as()
            || self.cosignatures.iter().any(|other| other.name() == cosignature.name());
        if taken || self.cosignatures.len() >= COSIGNATURES_MAX {
            return false;
        }
        self.cosignatures.push(cosignature);
        true
    }

    /// The same without co-signatures.
    #[must_use]
    pub fn bare(&self) -> Self {
        Self { cosignatures: Vec::new(), ..self.clone() }
    }
}
