//! What is done beside a token. Each is run by the test in `main.rs` that names it, in a process of its own.

use baohan_seal::{
    Checkpoint, NoteFault, PublicKey, ShardRoot, SignedCheckpoint, SignedInput, Signer, SigningKey,
    TokenFault, TokenKey, TokenSettings, TokenWay,
};
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::object::{Attribute, KeyType, ObjectClass};
use cryptoki::session::UserType;
use cryptoki::types::AuthPin;

use crate::place::{MODULE, PIN, TOKEN};

const DIGEST: TokenWay = TokenWay::Mechanism { number: 0x8000_0A01, input: SignedInput::Digest };
const MESSAGE: TokenWay = TokenWay::Mechanism { number: 0x8000_0A02, input: SignedInput::Message };
/// The curve as an object identifier of DER: 1.2.156.10197.1.301.
const SM2_CURVE: [u8; 10] = [0x06, 0x08, 0x2a, 0x81, 0x1c, 0xcf, 0x55, 0x01, 0x82, 0x2d];

fn settings(key: &str, way: TokenWay) -> TokenSettings {
    let module = std::env::var(MODULE).unwrap().into();
    TokenSettings { module, token: TOKEN.into(), key: key.into(), pin: PIN.to_owned().into(), way }
}

/// Puts objects into the token, as an operator would, and gives the library back for others to set up.
fn put(objects: &[Vec<Attribute>]) {
    let library = Pkcs11::new(std::env::var(MODULE).unwrap()).unwrap();
    library.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)).unwrap();
    let slot = library.get_slots_with_initialized_token().unwrap()[0];
    let session = library.open_rw_session(slot).unwrap();
    session.login(UserType::User, Some(&AuthPin::from(PIN))).unwrap();
    for object in objects {
        session.create_object(object).unwrap();
    }
    drop(session);
    library.finalize().unwrap();
}

fn data(label: &str, value: &[u8], private: bool) -> Vec<Attribute> {
    vec![
        Attribute::Class(ObjectClass::DATA),
        Attribute::Token(true),
        Attribute::Private(private),
        Attribute::Label(label.into()),
        Attribute::Value(value.to_vec()),
    ]
}

fn pair(label: &str, number: u8) -> [Vec<Attribute>; 2] {
    let point = key(number).public_key().point().to_vec();
    let common = |class, private| {
        vec![
            Attribute::Class(class),
            Attribute::KeyType(KeyType::EC),
            Attribute::Token(true),
            Attribute::Private(private),
            Attribute::Label(label.into()),
            Attribute::EcParams(SM2_CURVE.to_vec()),
        ]
    };
    let mut public = common(ObjectClass::PUBLIC_KEY, false);
    public.push(Attribute::EcPoint([vec![0x04, 65], point].concat()));
    let mut private = common(ObjectClass::PRIVATE_KEY, true);
    private.extend([
        Attribute::Sign(true),
        Attribute::Sensitive(false),
        Attribute::Extractable(true),
        Attribute::Value(vec![number; 32]),
    ]);
    [public, private]
}

/// The public half of one key beside the private half of another.
fn mixed(label: &str, public: u8, private: u8) -> [Vec<Attribute>; 2] {
    let [public, _] = pair(label, public);
    let [_, private] = pair(label, private);
    [public, private]
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_bytes(&[number; 32]).unwrap()
}

fn signs(settings: &TokenSettings, public: &PublicKey) {
    let signer = Signer::from(TokenKey::open(settings).unwrap());
    assert_eq!(signer.public_key(), public);
    for text in ["a checkpoint", "another one", "示例"] {
        let signature = signer.sign(text.as_bytes()).unwrap();
        assert!(public.has_signed(text.as_bytes(), &signature), "{text}");
    }
}

#[test]
#[ignore = "run by the test that makes its token"]
fn a_key_is_read() {
    let pem = key(7).to_pem().unwrap();
    put(&[
        data("as-pem", pem.as_bytes(), true),
        data("as-bytes", &[7; 32], true),
        data("no-key", b"?", true),
    ]);
    signs(&settings("as-pem", TokenWay::Read), key(7).public_key());
    signs(&settings("as-bytes", TokenWay::Read), key(7).public_key());
    let fault = TokenKey::open(&settings("no-key", TokenWay::Read)).unwrap_err();
    assert!(matches!(fault, TokenFault::NoKey(_)), "{fault}");
    let shown = format!(
        "{:?}",
        (settings("as-pem", TokenWay::Read), TokenKey::open(&settings("as-pem", TokenWay::Read)))
    );
    assert!(!shown.contains(PIN) && !shown.contains("0707"), "{shown}");
}

#[test]
#[ignore = "run by the test that makes its token"]
fn a_public_object() {
    put(&[data("seal", &[7; 32], false)]);
    let fault = TokenKey::open(&settings("seal", TokenWay::Read)).unwrap_err();
    assert!(matches!(fault, TokenFault::Public(_)), "{fault}");
}

#[test]
#[ignore = "run by the test that makes its token"]
fn what_is_not_there() {
    put(&[data("twice", &[7; 32], true), data("twice", &[8; 32], true)]);
    let good = settings("twice", TokenWay::Read);
    let open = |settings: TokenSettings| TokenKey::open(&settings).unwrap_err();
    let fault = open(TokenSettings { pin: "000000".to_owned().into(), ..good.clone() });
    assert!(matches!(fault, TokenFault::Pin(_)), "{fault}");
    let fault = open(TokenSettings { token: "other".into(), ..good.clone() });
    assert!(matches!(fault, TokenFault::NoToken(_)), "{fault}");
    let fault = open(TokenSettings { key: "other".into(), ..good.clone() });
    assert!(matches!(fault, TokenFault::NoObject { .. }), "{fault}");
    let fault = open(TokenSettings { module: "/nowhere.so".into(), ..good.clone() });
    assert!(matches!(fault, TokenFault::Module { .. }), "{fault}");
    assert!(matches!(open(good), TokenFault::Several(_)));
    let fault = open(settings("twice", TokenWay::Mechanism { number: 1, input: SignedInput::Digest }));
    assert!(matches!(fault, TokenFault::Mechanism(1)), "{fault}");
    assert!(matches!(open(settings("twice", DIGEST)), TokenFault::NoObject { what: "public key", .. }));
}

#[test]
#[ignore = "run by the test that makes its token"]
fn a_digest_is_signed() {
    put(&pair("seal", 21));
    signs(&settings("seal", DIGEST), key(21).public_key());
}

#[test]
#[ignore = "run by the test that makes its token"]
fn a_message_is_signed() {
    put(&pair("seal", 21));
    signs(&settings("seal", MESSAGE), key(21).public_key());
}

#[test]
#[ignore = "run by the test that makes its token"]
fn the_wrong_input() {
    put(&[pair("seal", 21), mixed("mixed", 22, 23)].concat());
    let way = TokenWay::Mechanism { number: 0x8000_0A02, input: SignedInput::Digest };
    let fault = TokenKey::open(&settings("seal", way)).unwrap_err();
    assert!(matches!(fault, TokenFault::WrongSignature), "{fault}");
    // A mechanism that the token does not have.
    let way = TokenWay::Mechanism { number: 0x8000_0FFF, input: SignedInput::Digest };
    let fault = TokenKey::open(&settings("seal", way)).unwrap_err();
    assert!(matches!(fault, TokenFault::Token(_)), "{fault}");
    // The public half of another key.
    let fault = TokenKey::open(&settings("mixed", DIGEST)).unwrap_err();
    assert!(matches!(fault, TokenFault::WrongSignature), "{fault}");
}

#[test]
#[ignore = "run by the test that makes its token"]
fn two_keys() {
    put(&[pair("old", 21), pair("new", 22)].concat());
    let open = |label| Signer::from(TokenKey::open(&settings(label, DIGEST)).unwrap());
    let (old, new) = (open("old"), open("new"));
    std::thread::scope(|threads| {
        for signer in [&old, &new] {
            threads.spawn(move || {
                let signature = signer.sign(b"text").unwrap();
                assert!(signer.public_key().has_signed(b"text", &signature));
            });
        }
    });
    // One that is gone does not log the other out.
    drop(old);
    let signature = new.sign(b"text").unwrap();
    assert!(key(22).public_key().has_signed(b"text", &signature));
}

#[test]
#[ignore = "run by the test that makes its token"]
fn a_checkpoint() {
    put(&pair("seal", 21));
    let signer = Signer::from(TokenKey::open(&settings("seal", MESSAGE)).unwrap());
    let checkpoint = Checkpoint {
        ledger: uuid::Uuid::from_u128(5),
        number: 1,
        time: "2026-03-01T08:00:00Z".parse().unwrap(),
        shards: vec![ShardRoot::empty()],
        previous: None,
        introduces: None,
    };
    let note = SignedCheckpoint::sign(&checkpoint, &signer).unwrap();
    note.verify(key(21).public_key()).unwrap();
    assert!(matches!(note.verify(key(22).public_key()), Err(NoteFault::NotSignedBy { .. })));
}
