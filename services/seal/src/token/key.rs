use std::fmt;
use std::sync::{Mutex, PoisonError};

use cryptoki::mechanism::vendor_defined::VendorDefinedMechanism;
use cryptoki::mechanism::{Mechanism, MechanismType};
use cryptoki::object::{Attribute, AttributeType, ObjectClass, ObjectHandle};
use cryptoki::session::Session;
use sm2::dsa::Signature;
use zeroize::Zeroizing;

use crate::public_key::{PublicKey, SignatureBytes};
use crate::signing_key::SigningKey;

use super::fault::TokenFault;
use super::module::session;
use super::settings::{SignedInput, TokenSettings, TokenWay};

/// What stands before a point that is written as an octet string of DER, as the standard has it; some tokens give the bare point.
const OCTET_STRING: [u8; 2] = [0x04, 65];

/// What a mechanism signs first, so that a wrong one is found at the start. It is no checkpoint and no co-signature.
const PROBE: &[u8] = b"baohan.probe/1\n";

/// A signing key that a token guards.
pub struct TokenKey {
    public: PublicKey,
    holder: Holder,
}

enum Holder {
    /// Read from the token; signs here.
    Process(Box<SigningKey>),
    /// Stays in the token.
    Token(Box<Held>),
}

struct Held {
    settings: TokenSettings,
    mechanism: MechanismType,
    input: SignedInput,
    /// A session is for one thread at a time. `None`: it has failed, and the next signature opens another.
    open: Mutex<Option<(Session, ObjectHandle)>>,
}

impl TokenKey {
    /// Logs in and finds the key. One that stays in the token signs something, so that a wrong mechanism is found now.
    pub fn open(settings: &TokenSettings) -> Result<Self, TokenFault> {
        let session = session(settings)?;
        match settings.way {
            TokenWay::Read => {
                let key = read(&session, &settings.key)?;
                Ok(Self { public: key.public_key().clone(), holder: Holder::Process(Box::new(key)) })
            }
            TokenWay::Mechanism { number, input } => {
                let mechanism =
                    MechanismType::new_vendor_defined(number).map_err(|_| TokenFault::Mechanism(number))?;
                let public = public_half(&session, &settings.key)?;
                let handle = private_half(&session, &settings.key)?;
                let open = Mutex::new(Some((session, handle)));
                let held = Held { settings: settings.clone(), mechanism, input, open };
                held.sign(PROBE, &public)?;
                Ok(Self { public, holder: Holder::Token(Box::new(held)) })
            }
        }
    }

    /// The public half of the key.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// Signs bytes. What the token makes is verified before it is given out: a token that signs wrongly is found here, and not by whoever
    /// verifies it years later.
    pub(crate) fn sign(&self, bytes: &[u8]) -> Result<SignatureBytes, crate::SignFault> {
        match &self.holder {
            Holder::Process(key) => key.sign(bytes),
            Holder::Token(held) => Ok(held.sign(bytes, &self.public)?),
        }
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match &self.holder {
            Holder::Process(_) => "read from the token",
            Holder::Token(_) => "in the token",
        };
        write!(formatter, "TokenKey({}, {way})", self.public.id())
    }
}

impl Held {
    fn sign(&self, bytes: &[u8], public: &PublicKey) -> Result<SignatureBytes, TokenFault> {
        let input = match self.input {
            SignedInput::Digest => public.signed_digest(bytes).to_vec(),
            SignedInput::Message => bytes.to_vec(),
        };
        let mechanism = Mechanism::VendorDefined(VendorDefinedMechanism::new::<()>(self.mechanism, None));
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let tried = open.as_ref().and_then(|(session, key)| session.sign(&mechanism, *key, &input).ok());
        let made = if let Some(made) = tried {
            made
        } else {
            // A session ends with a restart of the token or of the way to it: a new one decides.
            *open = None;
            let session = session(&self.settings)?;
            let key = private_half(&session, &self.settings.key)?;
            let made = session.sign(&mechanism, key, &input)?;
            *open = Some((session, key));
            made
        };
        drop(open);
        let signature = signature(&made).ok_or(TokenFault::WrongSignature)?;
        if public.has_signed(bytes, &signature) { Ok(signature) } else { Err(TokenFault::WrongSignature) }
    }
}

/// r ‖ s, which is what most tokens give, or their DER form.
fn signature(made: &[u8]) -> Option<SignatureBytes> {
    made.try_into().ok().or_else(|| Some(Signature::from_der(made).ok()?.to_bytes().into()))
}

/// Reads a key that the token keeps as a private data object: a PEM, or its 32 bytes.
fn read(session: &Session, label: &str) -> Result<SigningKey, TokenFault> {
    let object = the_one(session, ObjectClass::DATA, "data object", label)?;
    let mut value = None;
    for attribute in session.get_attributes(object, &[AttributeType::Private, AttributeType::Value])? {
        match attribute {
            Attribute::Private(false) => return Err(TokenFault::Public(label.to_owned())),
            Attribute::Value(bytes) => value = Some(Zeroizing::new(bytes)),
            _ => {}
        }
    }
    let value = value.ok_or_else(|| TokenFault::NotReadable(label.to_owned()))?;
    let pem = std::str::from_utf8(&value).ok().and_then(|pem| SigningKey::from_pem(pem).ok());
    pem.or_else(|| SigningKey::from_bytes(&value).ok()).ok_or_else(|| TokenFault::NoKey(label.to_owned()))
}

fn private_half(session: &Session, label: &str) -> Result<ObjectHandle, TokenFault> {
    the_one(session, ObjectClass::PRIVATE_KEY, "private key", label)
}

fn public_half(session: &Session, label: &str) -> Result<PublicKey, TokenFault> {
    let object = the_one(session, ObjectClass::PUBLIC_KEY, "public key", label)?;
    let point =
        session.get_attributes(object, &[AttributeType::EcPoint])?.into_iter().find_map(|one| match one {
            Attribute::EcPoint(point) => Some(point),
            _ => None,
        });
    let point = point.unwrap_or_default();
    let bare = point.strip_prefix(&OCTET_STRING).filter(|bare| bare.len() == usize::from(OCTET_STRING[1]));
    PublicKey::from_point(bare.unwrap_or(&point)).map_err(|_| TokenFault::NoKey(label.to_owned()))
}

/// The one object of its class and label.
fn the_one(
    session: &Session,
    class: ObjectClass,
    what: &'static str,
    label: &str,
) -> Result<ObjectHandle, TokenFault> {
    let found = session.find_objects(&[
        Attribute::Token(true),
        Attribute::Class(class),
        Attribute::Label(label.as_bytes().to_vec()),
    ])?;
    match found.as_slice() {
        [] => Err(TokenFault::NoObject { what, label: label.to_owned() }),
        [one] => Ok(*one),
        _ => Err(TokenFault::Several(label.to_owned())),
    }
}
