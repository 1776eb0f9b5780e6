use baohan_domain::GuaranteeId;
use baohan_log::{JournalEntry, JournalId, KeyState};
use bytes::Bytes;
use uuid::Uuid;

use crate::desk::Ledger;
use crate::error::Error;
use crate::keyring::{Keyring, OpenError};
use crate::master_key::MasterKey;

/// For what the institution's journal key is derived.
const PURPOSE: &str = "baohan journal bodies v1";
/// The first byte of a body under its guarantee's key, and of one that belongs to no guarantee.
const OF_A_GUARANTEE: u8 = 1;
const OF_NOBODY: u8 = 2;

impl Ledger {
    /// Keeps a call that brought no event, and answers once it is durable. A body goes under the key of its guarantee,
    /// where there is one, so that it is erased with it.
    ///
    /// # Errors
    /// The store's trouble.
    pub async fn record(&self, entry: JournalEntry) -> Result<JournalId, Error> {
        let keyring = match entry.aggregate_id {
            Some(id) if entry.body.is_some() => self.kept_keyring(id).await?,
            _ => None,
        };
        let sealed = sealed(entry, keyring.as_ref(), self.master_key());
        Ok(self.log().record(sealed).await?)
    }

    /// The message of a journal entry as it came. Whoever calls this records the reading.
    ///
    /// # Errors
    /// The store's trouble; an erased body and one that was altered.
    pub async fn journal_body(&self, entry: &JournalEntry) -> Result<Option<Vec<u8>>, Error> {
        let key = match (&entry.body, entry.aggregate_id) {
            (Some(body), Some(id)) if body.first() == Some(&OF_A_GUARANTEE) => self.log().load(id).await?.key,
            _ => KeyState::None,
        };
        self.opened_body(entry, &key)
    }

    /// The same for one who has the key of the entry's guarantee at hand, as it is kept.
    ///
    /// # Errors
    /// An erased body and one that was altered; a key that does not open.
    pub fn opened_body(&self, entry: &JournalEntry, key: &KeyState) -> Result<Option<Vec<u8>>, Error> {
        let Some(body) = &entry.body else { return Ok(None) };
        let unfit = Error::Envelope(OpenError::DoesNotOpen);
        let (&kind, sealed) = body.split_first().ok_or(unfit)?;
        let keyring = match (kind, entry.aggregate_id) {
            (OF_A_GUARANTEE, Some(id)) => self.keyring_of(id, key)?.unwrap_or_else(Keyring::erased),
            _ => institutions(self.master_key()),
        };
        keyring.open_bytes(&label(entry.id), sealed).map(Some).map_err(Error::Envelope)
    }

    /// The key of a guarantee, if it has or had one.
    async fn kept_keyring(&self, id: Uuid) -> Result<Option<Keyring>, Error> {
        self.keyring_of(id, &self.log().load(id).await?.key)
    }

    fn keyring_of(&self, id: Uuid, key: &KeyState) -> Result<Option<Keyring>, Error> {
        match key {
            KeyState::None => Ok(None),
            KeyState::Wrapped(wrapped) => Ok(Some(self.master_key().unwrap_keyring(id, wrapped)?)),
            KeyState::Destroyed { .. } => Ok(Some(Keyring::erased())),
        }
    }
}

/// The entry of a call that brought events of `id`.
pub(crate) fn sealed_with(
    entry: JournalEntry,
    id: GuaranteeId,
    keyring: &Keyring,
    master_key: &MasterKey,
) -> JournalEntry {
    sealed(JournalEntry { aggregate_id: Some(id.uuid()), ..entry }, Some(keyring), master_key)
}

/// Seals the body: it holds personal data and, in a restore, the key. Under a destroyed key nothing is kept of it.
fn sealed(mut entry: JournalEntry, keyring: Option<&Keyring>, master_key: &MasterKey) -> JournalEntry {
    let label = label(entry.id);
    entry.body = entry
        .body
        .and_then(|body| match keyring {
            Some(keyring) => keyring.seal_bytes(OF_A_GUARANTEE, &label, &body).ok(),
            None => institutions(master_key).seal_bytes(OF_NOBODY, &label, &body).ok(),
        })
        .map(Bytes::from);
    entry
}

/// The key for bodies that belong to no guarantee (a wrong signature, an unknown number).
fn institutions(master_key: &MasterKey) -> Keyring {
    Keyring::new(&*master_key.derive(PURPOSE))
}

fn label(id: JournalId) -> String {
    format!("journal:{id}")
}
