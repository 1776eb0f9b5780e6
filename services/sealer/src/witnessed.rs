use std::sync::Arc;
use std::time::Duration;

use baohan_log::{KeptCheckpoint, Log};
use baohan_projections::Projections;
use baohan_seal::witnessing::{Answer, Reason, Refusal, Request, ShardProof};
use baohan_seal::{Cosignature, NOTE_BYTES_MAX, Policy, SignedCheckpoint};
use reqwest::{Client, Response, StatusCode};
use serde::de::DeserializeOwned;
use tokio::sync::Mutex;

use crate::board::Board;
use crate::failure::{Failure, chain};
use crate::introductions::Introductions;
use crate::outlets::WitnessAt;

/// How long a connection may take to come about.
const CONNECT_WITHIN: Duration = Duration::from_secs(5);
/// How long an answer may take: a signature and a write to the disk.
const ANSWER_WITHIN: Duration = Duration::from_secs(20);
/// The longest answer: a refusal holds a note, in which a character takes six in JSON at worst.
const ANSWER_BYTES_MAX: usize = 8 * NOTE_BYTES_MAX;
/// How many checkpoints are read from the store at a time.
const READ_AT_ONCE: usize = 100;
/// A witness that remembers nothing gets everything from the first checkpoint on, unless there are more than this: then it begins with the newest,
/// since what it signs of it holds for all before it.
const BEGINS_WITH_THE_FIRST_MAX: u64 = 10_000;

/// A witness that is asked for co-signatures: each checkpoint in its order, with the proofs that it only adds to the one before.
pub(crate) struct Witnessed {
    at: WitnessAt,
    log: Log,
    projections: Projections,
    introductions: Arc<Introductions>,
    policy: Policy,
    session: Mutex<Option<Session>>,
}

struct Session {
    client: Client,
    /// What the witness remembers.
    remembered: Option<SignedCheckpoint>,
    /// The number after which it is asked.
    after: u64,
}

impl Witnessed {
    pub(crate) fn new(
        at: WitnessAt,
        log: Log,
        projections: Projections,
        introductions: Arc<Introductions>,
        policy: Policy,
    ) -> Self {
        Self { at, log, projections, introductions, policy, session: Mutex::new(None) }
    }

    /// Asks for a co-signature of every checkpoint that the witness has not seen.
    pub(crate) async fn catch_up(&self, name: &str, board: &Board) -> Result<(), Failure> {
        let mut kept_session = self.session.lock().await;
        let mut session = match kept_session.take() {
            Some(session) => session,
            None => self.open().await?,
        };
        let mut was_stale = false;
        loop {
            board.taken(name, session.after);
            let kept = self.log.kept_checkpoints(session.after, READ_AT_ONCE).await?;
            if kept.is_empty() {
                break;
            }
            for next in kept {
                match self.ask(&session, &next, board).await {
                    Ok(signed) => {
                        session.after = next.number;
                        session.remembered = Some(signed);
                        was_stale = false;
                        board.taken(name, next.number);
                    }
                    // Another sealer was here meanwhile: what the witness remembers now is looked at, once.
                    Err(Failure::WitnessRefuses { reason: Reason::Stale, .. }) if !was_stale => {
                        was_stale = true;
                        session = self.open().await?;
                        break;
                    }
                    Err(failure) => return Err(failure),
                }
            }
        }
        *kept_session = Some(session);
        Ok(())
    }

    /// Where the witness stands, if it remembers what the store keeps.
    async fn open(&self) -> Result<Session, Failure> {
        // A second installation says that there is one, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .timeout(ANSWER_WITHIN)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("baohan/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|error| away(&error))?;
        let url = format!("{}/api/v1/witness/checkpoints/{}", self.at.url, self.log.ledger());
        let response = client.get(url).send().await.map_err(|error| away(&error.without_url()))?;
        match response.status() {
            StatusCode::NO_CONTENT => {
                let newest = self.log.newest_checkpoint().await?.map_or(0, |newest| newest.number);
                let after = begins_after(newest);
                self.has_forgotten(after, newest).await?;
                Ok(Session { client, remembered: None, after })
            }
            StatusCode::OK => {
                let note = text(response).await?;
                let remembered = self.fits(&note).await?;
                let number = remembered.checkpoint().number;
                self.has_forgotten(number, number + 1).await?;
                let kept = self.log.cosignatures(number).await?;
                // What it signed last may not have arrived here: then it is asked for it again.
                let has_arrived = kept.iter().any(|kept| kept.witness == self.at.name);
                let after = if has_arrived { number } else { number - 1 };
                Ok(Session { client, remembered: Some(remembered.bare()), after })
            }
            status => Err(refused(status, response).await),
        }
    }

    /// What a witness remembers is what the store keeps under that number.
    async fn fits(&self, note: &str) -> Result<SignedCheckpoint, Failure> {
        let remembered = SignedCheckpoint::parse(note)
            .map_err(|fault| Failure::WitnessAway(format!("what it remembers cannot be read: {fault}")))?;
        let checkpoint = remembered.checkpoint();
        if checkpoint.ledger != self.log.ledger() {
            return Err(Failure::OtherLedger(checkpoint.ledger));
        }
        let number = checkpoint.number;
        let differs = |detail| Failure::Inconsistent { detail, remembered: Some(note.to_owned()) };
        let kept = self.log.kept_checkpoint(number).await?;
        let kept =
            kept.ok_or_else(|| differs(format!("it remembers checkpoint {number}, which the store lacks")))?;
        if read(&kept)?.text() == remembered.text() {
            Ok(remembered)
        } else {
            Err(differs(format!("it remembers another checkpoint {number} than the store keeps")))
        }
    }

    /// Tells of a witness that has signed what it does not remember.
    async fn has_forgotten(&self, after: u64, upto: u64) -> Result<(), Failure> {
        for number in [after + 1, upto] {
            let signed = self.log.cosignatures(number).await?;
            if signed.iter().any(|kept| kept.witness == self.at.name) {
                let forgot = Failure::Forgot(number);
                tracing::error!(
                    witness = self.at.name,
                    number,
                    code = forgot.code(),
                    "{}: {forgot}",
                    self.at.name
                );
                break;
            }
        }
        Ok(())
    }

    /// Asks for the co-signature of one checkpoint, and keeps it.
    async fn ask(
        &self,
        session: &Session,
        next: &KeptCheckpoint,
        board: &Board,
    ) -> Result<SignedCheckpoint, Failure> {
        let signed = read(next)?;
        let request = Request {
            note: next.note.clone(),
            introductions: self.introductions.before(next.number).await?,
            proofs: self.proofs(session.remembered.as_ref(), &signed).await?,
        };
        let body = serde_json::to_vec(&request)
            .map_err(|error| Failure::WitnessAway(format!("the request cannot be written: {error}")))?;
        let url = format!("{}/api/v1/witness/checkpoints", self.at.url);
        let asking =
            session.client.post(url).header(reqwest::header::CONTENT_TYPE, "application/json").body(body);
        let response = asking.send().await.map_err(|error| away(&error.without_url()))?;
        let status = response.status();
        if status != StatusCode::OK {
            return Err(refused(status, response).await);
        }
        let Answer { cosignature } = json(response).await?;
        let cosignature = Cosignature::parse(&cosignature)
            .map_err(|fault| Failure::WrongCosignature { number: next.number, fault: fault.to_string() })?;
        self.keep(&signed, &cosignature, board).await?;
        Ok(signed)
    }

    /// Keeps a co-signature that is one, and notes whether the checkpoint counts by it.
    async fn keep(
        &self,
        signed: &SignedCheckpoint,
        cosignature: &Cosignature,
        board: &Board,
    ) -> Result<(), Failure> {
        let number = signed.checkpoint().number;
        let wrong = |fault: String| Failure::WrongCosignature { number, fault };
        if cosignature.name() != self.at.name {
            return Err(wrong(format!("it is signed as {}", cosignature.name())));
        }
        cosignature.verify(signed.text(), &self.at.public_key).map_err(|fault| wrong(fault.to_string()))?;
        self.log.keep_cosignature(number, &self.at.name, &cosignature.line()).await?;
        let mut whole = signed.bare();
        for kept in self.log.cosignatures(number).await? {
            if let Ok(cosignature) = Cosignature::parse(&kept.line) {
                whole.add(cosignature);
            }
        }
        if self.policy.counts(&whole).is_ok() {
            board.counts(number);
        }
        Ok(())
    }

    async fn proofs(
        &self,
        remembered: Option<&SignedCheckpoint>,
        signed: &SignedCheckpoint,
    ) -> Result<Vec<ShardProof>, Failure> {
        let Some(remembered) = remembered else { return Ok(Vec::new()) };
        let (old, new) = (&remembered.checkpoint().shards, &signed.checkpoint().shards);
        let mut proofs = Vec::new();
        for ((shard, was), is) in (0_u16..).zip(old).zip(new) {
            if was.size == 0 || was.size == is.size {
                continue;
            }
            let path = self.projections.consistency_path(shard, was.size, is.size).await?;
            let path = path.ok_or(Failure::Behind(signed.checkpoint().number))?;
            proofs.push(ShardProof::new(shard, was.size, &path));
        }
        Ok(proofs)
    }
}

/// Behind which checkpoint a witness begins that remembers nothing.
fn begins_after(newest: u64) -> u64 {
    if newest > BEGINS_WITH_THE_FIRST_MAX { newest - 1 } else { 0 }
}

fn read(kept: &KeptCheckpoint) -> Result<SignedCheckpoint, Failure> {
    let number = kept.number;
    SignedCheckpoint::parse(&kept.note)
        .map_err(|fault| Failure::Unreadable { number, fault: fault.to_string() })
}

fn away(error: &reqwest::Error) -> Failure {
    Failure::WitnessAway(chain(error))
}

/// What a witness says that does not co-sign.
async fn refused(status: StatusCode, response: Response) -> Failure {
    match json::<Refusal>(response).await {
        Ok(Refusal { reason: Reason::Inconsistent, detail, remembered }) => {
            Failure::Inconsistent { detail, remembered }
        }
        Ok(Refusal { reason: Reason::Unavailable, detail, .. }) => Failure::WitnessAway(detail),
        Ok(Refusal { reason, detail, .. }) => Failure::WitnessRefuses { reason, detail },
        Err(_) => Failure::WitnessAway(format!("HTTP status {}", status.as_u16())),
    }
}

async fn json<T: DeserializeOwned>(response: Response) -> Result<T, Failure> {
    let text = text(response).await?;
    serde_json::from_str(&text)
        .map_err(|error| Failure::WitnessAway(format!("its answer cannot be read: {error}")))
}

/// The answer's body, within its bound.
async fn text(mut response: Response) -> Result<String, Failure> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| away(&error.without_url()))? {
        body.extend_from_slice(&chunk);
        if body.len() > ANSWER_BYTES_MAX {
            return Err(Failure::WitnessAway(format!("its answer is longer than {ANSWER_BYTES_MAX} bytes")));
        }
    }
    String::from_utf8(body).map_err(|_| Failure::WitnessAway("its answer is no text".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_witness_begins_with_the_first_unless_there_are_too_many() {
        assert_eq!((begins_after(0), begins_after(1), begins_after(10_000)), (0, 0, 0));
        assert_eq!(begins_after(10_001), 10_000);
    }
}
