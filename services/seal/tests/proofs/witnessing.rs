//! The rule by which a witness co-signs, and what it never co-signs.

use baohan_seal::witnessing::{Consistent, Inconsistency, Reason, Request, ShardProof, consistent};
use baohan_seal::{Checkpoint, Cosignature, SignedCheckpoint, Signer, empty_root};
use proptest::prelude::Rng as _;
use proptest::test_runner::{RngAlgorithm, TestRng};

use crate::specimen::{Ledger, key, record};

/// A ledger of two shards, its checkpoint 1 that the witness remembers, and its checkpoint 2 with proofs.
struct Scene {
    ledger: Ledger,
    remembered: SignedCheckpoint,
    request: Request,
}

fn sign(checkpoint: &Checkpoint, by: &Signer) -> SignedCheckpoint {
    SignedCheckpoint::sign(checkpoint, by).unwrap()
}

fn scene() -> Scene {
    let before = Ledger::new(&[4, 0, 3], 2);
    let remembered = sign(&before.checkpoint(1, None), &key(1));
    let ledger = Ledger::new(&[9, 2, 3], 2);
    let request = request(&ledger, &ledger.checkpoint(2, Some(&remembered)), &key(1));
    Scene { ledger, remembered, request }
}

fn request(ledger: &Ledger, checkpoint: &Checkpoint, by: &Signer) -> Request {
    let proofs = vec![ShardProof::new(0, 4, &ledger.consistency(0, 4))];
    Request { note: sign(checkpoint, by).note(), introductions: Vec::new(), proofs }
}

fn asked(scene: &Scene, request: &Request) -> Result<Consistent, Inconsistency> {
    consistent(Some(&scene.remembered), request, key(1).public_key())
}

type Change = Box<dyn FnOnce(&mut Checkpoint)>;

/// The same request with another checkpoint, signed by the ledger.
fn with(scene: &Scene, change: impl FnOnce(&mut Checkpoint)) -> Request {
    let mut checkpoint = SignedCheckpoint::parse(&scene.request.note).unwrap().checkpoint().clone();
    change(&mut checkpoint);
    Request { note: sign(&checkpoint, &key(1)).note(), ..scene.request.clone() }
}

#[test]
fn what_only_adds_is_cosigned() {
    let scene = scene();
    let answer = asked(&scene, &scene.request).unwrap();
    assert_eq!(answer, Consistent::Grown(SignedCheckpoint::parse(&scene.request.note).unwrap()));
}

#[test]
fn the_first_checkpoint_of_a_known_key_is_cosigned_and_of_another_key_not() {
    let scene = scene();
    let first = consistent(None, &scene.request, key(1).public_key()).unwrap();
    assert!(matches!(first, Consistent::First(_)));
    let other = consistent(None, &scene.request, key(2).public_key()).unwrap_err();
    assert_eq!(other.reason(), Reason::NotSigned);
}

#[test]
fn the_remembered_checkpoint_is_cosigned_again_whatever_signatures_it_carries() {
    let scene = scene();
    let mut again = scene.remembered.clone();
    assert!(again.add(Cosignature::make("w", 1, again.text(), &key(9)).unwrap()));
    let request = Request { note: again.note(), introductions: Vec::new(), proofs: Vec::new() };
    assert_eq!(asked(&scene, &request).unwrap(), Consistent::Repeat(scene.remembered.clone()));
}

#[test]
fn a_rewritten_record_is_never_cosigned() {
    let mut scene = scene();
    scene.ledger.shards[0][1].payload = r#"{"type":"Applied","amount":"1.00"}"#.to_owned();
    let rewritten = scene.ledger.checkpoint(2, Some(&scene.remembered));
    let refused = asked(&scene, &request(&scene.ledger, &rewritten, &key(1))).unwrap_err();
    assert!(matches!(refused, Inconsistency::Rewritten { shard: 0, .. }), "{refused}");
    assert_eq!(refused.reason(), Reason::Inconsistent);
    // A shard of the same size is compared by its root.
    let other = with(&scene, |checkpoint| checkpoint.shards[2].root = empty_root());
    assert!(matches!(asked(&scene, &other), Err(Inconsistency::Rewritten { shard: 2, .. })));
}

#[test]
fn two_checkpoints_of_one_number_are_a_fork() {
    let scene = scene();
    let mut fork = scene.remembered.checkpoint().clone();
    fork.shards[0].size += 1;
    let request = Request { note: sign(&fork, &key(1)).note(), ..scene.request.clone() };
    let refused = asked(&scene, &request).unwrap_err();
    assert!(matches!(refused, Inconsistency::Fork(1)), "{refused}");
    assert_eq!(refused.reason(), Reason::Inconsistent);
}

#[test]
fn a_checkpoint_that_follows_on_another_or_goes_back_is_inconsistent() {
    let scene = scene();
    let remembered = scene.remembered.checkpoint().clone();
    let changes: [(&str, Change); 4] = [
        ("previous", Box::new(|it| it.previous = Some([1; 32]))),
        ("time", Box::new(move |it| it.time = remembered.time - chrono::TimeDelta::microseconds(1))),
        ("shards", Box::new(|it| it.shards.truncate(1))),
        ("shrunk", Box::new(|it| it.shards[0].size = 3)),
    ];
    for (name, change) in changes {
        let refused = asked(&scene, &with(&scene, change)).unwrap_err();
        assert_eq!(refused.reason(), Reason::Inconsistent, "{name}: {refused}");
    }
}

#[test]
fn whoever_proves_from_elsewhere_is_told_so() {
    let scene = scene();
    for proofs in [Vec::new(), vec![ShardProof::new(0, 3, &scene.ledger.consistency(0, 3))]] {
        let refused = asked(&scene, &Request { proofs, ..scene.request.clone() }).unwrap_err();
        assert!(matches!(refused, Inconsistency::Stale(1)), "{refused}");
    }
    let newer = SignedCheckpoint::parse(&scene.request.note).unwrap();
    let older = Request { note: scene.remembered.note(), ..scene.request.clone() };
    let refused = consistent(Some(&newer), &older, key(1).public_key()).unwrap_err();
    assert_eq!(refused.reason(), Reason::Stale);
}

#[test]
fn proofs_that_nobody_asked_for_are_refused() {
    let scene = scene();
    let mut request = scene.request.clone();
    request.proofs.push(request.proofs[0].clone());
    assert!(matches!(asked(&scene, &request), Err(Inconsistency::Proof(0))));
    request.proofs[1].shard = 7;
    assert!(matches!(asked(&scene, &request), Err(Inconsistency::Proof(7))));
    request.proofs.truncate(1);
    request.proofs[0].path[0] = "no hash".to_owned();
    assert_eq!(asked(&scene, &request).unwrap_err().reason(), Reason::Malformed);
}

#[test]
fn numbers_may_be_left_out_since_the_proofs_hold_them_together() {
    let scene = scene();
    let later = with(&scene, |it| (it.number, it.previous) = (6, Some([3; 32])));
    assert!(matches!(asked(&scene, &later), Ok(Consistent::Grown(_))));
}

#[test]
fn a_new_key_is_taken_from_its_introduction_and_the_old_one_signs_no_more() {
    let (old, new) = (key(1), key(2));
    let mut scene = scene();
    let mut introducing = scene.remembered.checkpoint().clone();
    introducing.introduces = Some(new.public_key().clone());
    scene.remembered = sign(&introducing, &old);
    let next = scene.ledger.checkpoint(2, Some(&scene.remembered));
    let mut asking = request(&scene.ledger, &next, &new);
    asking.introductions = vec![scene.remembered.note()];
    assert!(matches!(asked(&scene, &asking), Ok(Consistent::Grown(_))));
    let by_old = Request { introductions: Vec::new(), ..request(&scene.ledger, &next, &old) };
    let refused = asked(&scene, &by_old).unwrap_err();
    assert!(matches!(refused, Inconsistency::Keys(1)), "{refused}");
}

#[test]
fn a_key_that_was_given_up_cannot_lead_the_witness_elsewhere() {
    let (old, new, thief) = (key(1), key(2), key(66));
    let ledger = Ledger::new(&[4], 2);
    let mut introducing = ledger.checkpoint(1, None);
    introducing.introduces = Some(new.public_key().clone());
    let introducing = sign(&introducing, &old);
    let remembered = sign(&ledger.checkpoint(2, Some(&introducing)), &new);
    // The thief has the old key: it introduces his own at number 1.
    let mut other = introducing.checkpoint().clone();
    other.introduces = Some(thief.public_key().clone());
    let next = sign(&ledger.checkpoint(3, Some(&remembered)), &thief);
    let request =
        Request { note: next.note(), introductions: vec![sign(&other, &old).note()], proofs: Vec::new() };
    let refused = consistent(Some(&remembered), &request, old.public_key()).unwrap_err();
    assert!(matches!(refused, Inconsistency::Keys(2)), "{refused}");
}

#[test]
fn another_ledger_is_unknown() {
    let scene = scene();
    let other = with(&scene, |it| it.ledger = uuid::Uuid::from_u128(5));
    assert_eq!(asked(&scene, &other).unwrap_err().reason(), Reason::UnknownLedger);
}

#[test]
fn the_protocol_refuses_what_it_does_not_know() {
    let scene = scene();
    let text = serde_json::to_string(&scene.request).unwrap();
    assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), scene.request);
    assert!(serde_json::from_str::<Request>(&text.replacen('{', r#"{"more":1,"#, 1)).is_err());
    assert_eq!(serde_json::to_string(&Reason::UnknownLedger).unwrap(), r#""unknown_ledger""#);
}

#[test]
fn a_store_that_was_set_back_and_grew_otherwise_is_found_at_the_next_checkpoint() {
    let scene = scene();
    let remembered = SignedCheckpoint::parse(&scene.request.note).unwrap();
    let mut set_back = Ledger::new(&[4, 0, 3], 2);
    for position in 5..=12 {
        set_back.shards[0].push(record(0, position, 40 + position, 1));
    }
    set_back.shards[1] = scene.ledger.shards[1].clone();
    let next = set_back.checkpoint(3, Some(&remembered));
    let proofs = vec![ShardProof::new(0, 9, &set_back.consistency(0, 9))];
    let request = Request { note: sign(&next, &key(1)).note(), introductions: Vec::new(), proofs };
    let refused = consistent(Some(&remembered), &request, key(1).public_key()).unwrap_err();
    assert!(matches!(refused, Inconsistency::Rewritten { shard: 0, .. }), "{refused}");
}

/// Whatever is done to a request on its way, the witness signs the ledger's own checkpoint or nothing.
#[test]
fn a_bent_request_is_never_cosigned_for_another_text() {
    let scene = scene();
    let asked_for = SignedCheckpoint::parse(&scene.request.note).unwrap();
    let whole = serde_json::to_vec(&scene.request).unwrap();
    let mut rng = TestRng::deterministic_rng(RngAlgorithm::ChaCha);
    let (mut read, mut refused) = (0, 0);
    for _ in 0..5_000 {
        let mut bent = whole.clone();
        let place = usize::try_from(rng.next_u64()).unwrap() % bent.len();
        bent[place] = b"0123456789abcdef"[usize::try_from(rng.next_u64() % 16).unwrap()];
        let Ok(request) = serde_json::from_slice::<Request>(&bent) else { continue };
        read += 1;
        match asked(&scene, &request) {
            Ok(Consistent::Grown(signed)) => assert_eq!(signed.text(), asked_for.text()),
            Ok(other) => panic!("{other:?}"),
            Err(_) => refused += 1,
        }
    }
    assert!(read > 1_000 && refused > 1_000, "{read} read, {refused} refused: nothing was tested");
}
