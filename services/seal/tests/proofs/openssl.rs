//! SM2 against the standard's example and against OpenSSL: what one signs, the other verifies.

use std::path::Path;
use std::process::Command;

use baohan_seal::{NoSigningKey, PublicKey, SignatureBytes, SignedCheckpoint, SigningKey};
use base64::Engine as _;
use sm2::SecretKey;
use sm2::dsa::Signature;
use sm2::pkcs8::LineEnding;

use crate::specimen::Ledger;

/// GB/T 32918.5, annex A.2.
const PRIVATE: &str = "3945208f7b2144b13f36e38ac6d39f95889393692860b51a42fb81ef4df7c5b8";
const PUBLIC: &str = "0409f9df311e5421a150dd7d161e4bc5c672179fad1833fc076bb08ff356f35020\
                      ccea490ce26775a52dc6ea718cc1aa600aed05fbf35e084a6632f6072da9ad13";
const SIGNATURE: &str = "f5a03b0648d2c4630eeac513e1bb81a15944da3827d5b74143ac7eaceee720b3\
                         b1b6aa29df212fd8763182bc0d421ca1bb9038fd1f7f42d4840b69c485bbc1aa";

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl").args(arguments.split(' ')).current_dir(folder).output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments}: {said}");
}

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).unwrap();
}

fn read(folder: &Path, name: &str) -> Vec<u8> {
    std::fs::read(folder.join(name)).unwrap()
}

const SIGNING: &str = "-rawin -digest sm3 -pkeyopt distid:1234567812345678 -in message";

#[test]
fn the_example_of_the_standard_verifies_and_its_key_is_the_one_of_its_private_half() {
    let key = PublicKey::from_hex(PUBLIC).unwrap();
    let signature: SignatureBytes = hex::decode(SIGNATURE).unwrap().try_into().unwrap();
    assert!(key.has_signed(b"message digest", &signature));
    assert!(!key.has_signed(b"message digesu", &signature));
    assert_eq!(SigningKey::from_hex(PRIVATE).unwrap().public_key(), &key);
}

#[test]
fn a_signature_of_ours_verifies_with_openssl() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let key = SigningKey::from_hex(PRIVATE).unwrap();
    write(at, "key.pem", key.to_pem().unwrap().as_bytes());
    write(at, "message", "示例\n");
    let signature = Signature::from_slice(&key.sign("示例\n".as_bytes()).unwrap()).unwrap();
    write(at, "signature", signature.to_der().as_bytes());
    openssl(at, &format!("pkeyutl -verify -inkey key.pem {SIGNING} -sigfile signature"));
}

#[test]
fn a_key_and_a_signature_of_openssl_are_read_and_verified() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    openssl(at, "genpkey -algorithm SM2 -out key.pem");
    openssl(at, "pkey -in key.pem -pubout -out public.pem");
    let text = |name| String::from_utf8(read(at, name)).unwrap();
    let public = PublicKey::from_pem(&text("public.pem")).unwrap();
    assert_eq!(SigningKey::from_pem(&text("key.pem")).unwrap().public_key(), &public);
    write(at, "message", "a checkpoint");
    openssl(at, &format!("pkeyutl -sign -inkey key.pem {SIGNING} -out signature"));
    let signature = Signature::from_der(&read(at, "signature")).unwrap().to_bytes().into();
    assert!(public.has_signed(b"a checkpoint", &signature));
    assert!(!public.has_signed(b"another one", &signature));
}

/// The way that docs/evidence.md gives to whoever has nothing but OpenSSL.
#[test]
fn a_checkpoint_is_verified_with_openssl_alone() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    let key = SigningKey::from_hex(PRIVATE).unwrap();
    let prefix = "3059301306072a8648ce3d020106082a811ccf5501822d034200";
    write(at, "key.der", hex::decode(format!("{prefix}{}", key.public_key())).unwrap());
    let checkpoint = Ledger::new(&[3], 2).checkpoint(1, None);
    let signed = SignedCheckpoint::sign(&checkpoint, &key.into()).unwrap();
    let line = signed.note().lines().last().unwrap().rsplit(' ').next().unwrap().to_owned();
    let bytes = base64::engine::general_purpose::STANDARD.decode(line).unwrap();
    let (r, s) = (hex::encode(&bytes[4..36]), hex::encode(&bytes[36..68]));
    write(at, "signature.conf", format!("asn1=SEQUENCE:s\n[s]\nr=INTEGER:0x{r}\ns=INTEGER:0x{s}\n"));
    openssl(at, "asn1parse -genconf signature.conf -noout -out signature");
    write(at, "message", signed.text());
    openssl(at, &format!("pkeyutl -verify -pubin -keyform DER -inkey key.der {SIGNING} -sigfile signature"));
}

#[test]
fn a_key_in_the_older_form_of_pem_is_read() {
    let older = SecretKey::from_slice(&hex::decode(PRIVATE).unwrap()).unwrap();
    let older = older.to_sec1_pem(LineEnding::LF).unwrap();
    assert!(older.starts_with("-----BEGIN EC PRIVATE KEY-----"));
    assert_eq!(SigningKey::from_pem(&older).unwrap().public_key().to_hex(), PUBLIC);
}

#[test]
fn a_key_of_another_curve_is_no_key() {
    let folder = tempfile::tempdir().unwrap();
    let at = folder.path();
    openssl(at, "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem");
    openssl(at, "pkey -in key.pem -pubout -out public.pem");
    let text = |name| String::from_utf8(read(at, name)).unwrap();
    assert_eq!(SigningKey::from_pem(&text("key.pem")).unwrap_err(), NoSigningKey::Form);
    assert!(PublicKey::from_pem(&text("public.pem")).is_err());
}

#[test]
fn numbers_outside_of_the_group_are_no_keys_and_no_signatures() {
    let last = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54122".to_owned();
    for wrong in [last, "00".repeat(32), "ff".repeat(32), "01".repeat(31), "01".repeat(33), "zz".repeat(32)] {
        assert_eq!(SigningKey::from_hex(&wrong).unwrap_err(), NoSigningKey::Form, "{wrong}");
    }
    let upper = PUBLIC.to_uppercase();
    let beside = format!("{}{}", &PUBLIC[..128], "14");
    let compressed = format!("03{}", &PUBLIC[2..66]);
    for wrong in ["", "04", upper.as_str(), beside.as_str(), compressed.as_str()] {
        assert!(PublicKey::from_hex(wrong).is_err(), "{wrong}");
    }
    let key = PublicKey::from_hex(PUBLIC).unwrap();
    for wrong in [[0; 64], [0xff; 64]] {
        assert!(!key.has_signed(b"message digest", &wrong));
    }
}

#[test]
fn a_new_key_comes_from_the_given_source_and_is_kept_as_pem() {
    let mut draws = 0;
    let key = SigningKey::generate(|bytes| {
        draws += 1;
        // The first draw lies outside of the group.
        bytes.fill(if draws == 1 { 0xff } else { 0x21 });
        Ok::<_, ()>(())
    });
    let key = key.unwrap();
    assert_eq!((draws, key.public_key()), (2, SigningKey::from_bytes(&[0x21; 32]).unwrap().public_key()));
    let again = SigningKey::from_pem(&key.to_pem().unwrap()).unwrap();
    assert_eq!(again.public_key(), key.public_key());
    assert_eq!(again.sign(b"text").unwrap(), key.sign(b"text").unwrap());
    assert!(!format!("{key:?}").contains("2121"));
    assert_eq!(SigningKey::generate(|_| Err(())).unwrap_err(), NoSigningKey::NoRandomness);
    assert_eq!(SigningKey::generate(|_| Ok::<_, ()>(())).unwrap_err(), NoSigningKey::NoRandomness);
}
