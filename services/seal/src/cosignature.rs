use crate::note::{
    KeyHash, Kind, NoteFault, check_name, key_hash, last_signature, read_line, take, write_line,
};
use crate::public_key::{PublicKey, SignatureBytes};
use crate::signer::Signer;

/// A witness's signature under a checkpoint: at that time it had seen nothing that contradicts it (C2SP tlog-cosignature).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cosignature {
    name: String,
    key: KeyHash,
    seconds: u64,
    signature: SignatureBytes,
}

impl Cosignature {
    /// Signs a checkpoint's text at a time, in seconds since 1970.
    pub fn make(name: &str, seconds: u64, text: &str, signer: &Signer) -> Result<Self, NoteFault> {
        check_name(name)?;
        let signature = signer.sign(message(seconds, text).as_bytes())?;
        let key = key_hash(name, Kind::Witness, signer.public_key());
        Ok(Self { name: name.to_owned(), key, seconds, signature })
    }

    /// Reads a signature line, without its line end.
    pub fn parse(line: &str) -> Result<Self, NoteFault> {
        let (name, bytes) = read_line(line)?;
        let mut bytes = bytes.as_slice();
        let key = take(&mut bytes)?;
        let seconds = u64::from_be_bytes(take(&mut bytes)?);
        Ok(Self { name: name.to_owned(), key, seconds, signature: last_signature(bytes)? })
    }

    /// The signature line, without its line end.
    #[must_use]
    pub fn line(&self) -> String {
        write_line(&self.name, &[&self.key, &self.seconds.to_be_bytes(), &self.signature])
    }

    /// The witness.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// When it signed, in seconds since 1970, as it says.
    #[must_use]
    pub fn seconds(&self) -> u64 {
        self.seconds
    }

    /// Whether it signs this text with this key.
    pub fn verify(&self, text: &str, key: &PublicKey) -> Result<(), NoteFault> {
        let signed = key_hash(&self.name, Kind::Witness, key) == self.key
            && key.has_signed(message(self.seconds, text).as_bytes(), &self.signature);
        if signed { Ok(()) } else { Err(NoteFault::NotSignedBy { name: self.name.clone(), key: key.id() }) }
    }
}

fn message(seconds: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {seconds}\n{text}")
}
