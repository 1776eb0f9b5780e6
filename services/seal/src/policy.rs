use serde::{Deserialize, Serialize};

use crate::public_key::PublicKey;
use crate::signed_checkpoint::SignedCheckpoint;

/// A witness as others know it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WitnessKey {
    /// Its name in signature lines.
    pub name: String,
    /// Its public key.
    pub public_key: PublicKey,
}

/// When a checkpoint counts: so many of these witnesses have co-signed it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Policy {
    /// How many.
    pub at_least: usize,
    /// Of whom.
    pub of: Vec<WitnessKey>,
}

/// The checkpoint does not count.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{} of {at_least} witnesses have co-signed; not: {}", have.len(), lacking.join(", "))]
pub struct PolicyFault {
    /// How many are needed.
    pub at_least: usize,
    /// Who has co-signed.
    pub have: Vec<String>,
    /// Who has not, or not with the key that is known.
    pub lacking: Vec<String>,
}

impl Policy {
    /// The names of those who have co-signed, in the policy's order. A key counts once, whatever names it has.
    pub fn counts(&self, signed: &SignedCheckpoint) -> Result<Vec<String>, PolicyFault> {
        let (mut have, mut lacking, mut keys) = (Vec::new(), Vec::new(), Vec::new());
        for witness in &self.of {
            let by_it = signed.cosignatures().iter().find(|cosignature| cosignature.name() == witness.name);
            let signs = by_it.is_some_and(|it| it.verify(signed.text(), &witness.public_key).is_ok());
            if !signs {
                lacking.push(witness.name.clone());
            } else if !keys.contains(&&witness.public_key) {
                keys.push(&witness.public_key);
                have.push(witness.name.clone());
            }
        }
        if have.len() >= self.at_least {
            Ok(have)
        } else {
            Err(PolicyFault { at_least: self.at_least, have, lacking })
        }
    }
}
