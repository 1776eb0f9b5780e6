//! The ledger's key and a witness's, and checkpoints made by hand.

use baohan_proof::Trust;
use baohan_seal::{
    Checkpoint, Cosignature, Hash, Policy, ShardRoot, SignedCheckpoint, Signer, SigningKey, WitnessKey,
};

use crate::house::House;

/// The witness's name.
pub const WITNESS: &str = "notary.example";

fn key(byte: &str) -> Signer {
    Signer::Software(SigningKey::from_hex(&byte.repeat(32)).unwrap())
}

/// The ledger's key.
pub fn signer() -> Signer {
    key("11")
}

fn witness() -> Signer {
    key("22")
}

/// What the house believes: its own key, and one witness whose co-signature makes a checkpoint count.
pub fn trust() -> Trust {
    let witness = WitnessKey { name: WITNESS.to_owned(), public_key: witness().public_key().clone() };
    Trust {
        keys: vec![signer().public_key().clone()],
        policy: Policy { at_least: 1, of: vec![witness] },
        brought: Vec::new(),
    }
}

impl House {
    /// Signs a checkpoint over everything that stands in the ledger, and answers its number.
    pub async fn signed(&self) -> u64 {
        self.projections.caught_up(std::time::Duration::from_secs(30)).await.unwrap();
        let roots = self.projections.sealed_roots().await.unwrap();
        self.signed_over(roots).await
    }

    /// Waits until somebody has asked whoever seals for a checkpoint over so many events.
    pub async fn demanded(&self, events: u64) {
        let demanded = async {
            while self.ledger.log().checkpoint("sealer/demand", 0).await.unwrap() < events {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(30), demanded).await.expect("nobody asks");
    }

    /// Signs a checkpoint over a tree that is not the ledger's, of the same size.
    pub async fn signed_wrongly(&self) -> u64 {
        let mut roots = self.projections.sealed_roots().await.unwrap();
        roots[0].root = Hash::default();
        self.signed_over(roots).await
    }

    async fn signed_over(&self, shards: Vec<ShardRoot>) -> u64 {
        let log = self.ledger.log();
        let before = log.newest_checkpoint().await.unwrap();
        let number = before.as_ref().map_or(0, |kept| kept.number) + 1;
        let previous = before.map(|kept| SignedCheckpoint::parse(&kept.note).unwrap().digest());
        let (ledger, time) = (log.ledger(), self.ledger.now());
        let checkpoint = Checkpoint { ledger, number, time, shards, previous, introduces: None };
        let signed = SignedCheckpoint::sign(&checkpoint, &signer()).unwrap();
        assert!(log.keep_checkpoint(number, &signed.note()).await.unwrap());
        number
    }

    /// The witness co-signs a checkpoint.
    pub async fn cosigned(&self, number: u64) {
        let log = self.ledger.log();
        let kept = log.kept_checkpoint(number).await.unwrap().unwrap();
        let signed = SignedCheckpoint::parse(&kept.note).unwrap();
        let seconds = u64::try_from(self.ledger.now().timestamp()).unwrap();
        let cosignature = Cosignature::make(WITNESS, seconds, signed.text(), &witness()).unwrap();
        log.keep_cosignature(number, WITNESS, &cosignature.line()).await.unwrap();
    }
}
