use baohan_seal::{Cosignature, SignedCheckpoint};
use baohan_sealer::{Outlets, Phase, Sealer};
use baohan_servers::{Manner, Proxy, database};

use crate::stage::{KEY, Serving, Stage, asking, outlet, public, trouble};

async fn seal(stage: &mut Stage, sealer: &Sealer, number: u128) -> SignedCheckpoint {
    stage.lived(number..number + 1).await;
    sealer.step().await.unwrap().unwrap()
}

/// Who has co-signed a checkpoint, by what the store keeps; each signature is verified.
async fn cosigned(stage: &Stage, number: u64, keys: &[(&str, u8)]) -> Vec<String> {
    let kept = stage.log.kept_checkpoint(number).await.unwrap().unwrap();
    let signed = SignedCheckpoint::parse(&kept.note).unwrap();
    let mut names = Vec::new();
    for kept in stage.log.cosignatures(number).await.unwrap() {
        let (_, key) = keys.iter().find(|(name, _)| *name == kept.witness).unwrap();
        Cosignature::parse(&kept.line).unwrap().verify(signed.text(), &public(*key)).unwrap();
        names.push(kept.witness);
    }
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_comes_back_with_the_witnesses_signatures_and_counts() {
    let mut stage = Stage::new().await;
    let (one, two) = (Serving::of(&stage, "one", 11).await, Serving::of(&stage, "two", 12).await);
    let sealer = stage.sealer(asking(&[&one, &two], 2));
    for number in 1..6 {
        let signed = seal(&mut stage, &sealer, number).await;
        assert_eq!(sealer.policy().counts(&signed).unwrap(), ["one", "two"]);
        let number = signed.checkpoint().number;
        assert_eq!(cosigned(&stage, number, &[("one", 11), ("two", 12)]).await, ["one", "two"]);
        assert_eq!(sealer.standing().counted, Some(number));
        assert_eq!(sealer.newest().await.unwrap(), Some(signed));
    }
    one.end().await;
    two.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_was_away_gets_everything_later_and_two_of_three_are_enough_meanwhile() {
    let mut stage = Stage::new().await;
    let one = Serving::of(&stage, "one", 11).await;
    let two = Serving::of(&stage, "two", 12).await;
    let three = Serving::of(&stage, "three", 13).await;
    let sealer = stage.sealer(asking(&[&one, &two, &three], 2));
    seal(&mut stage, &sealer, 1).await;
    let address = three.at.url.trim_start_matches("http://").to_owned();
    three.end().await;
    for number in 2..6 {
        let signed = seal(&mut stage, &sealer, number).await;
        assert_eq!(sealer.policy().counts(&signed).unwrap(), ["one", "two"]);
        assert_eq!(trouble(&sealer, "witness/three"), Some("witness-unavailable"));
    }
    two.end().await;
    let lacking = seal(&mut stage, &sealer, 6).await;
    let fault = sealer.policy().counts(&lacking).unwrap_err();
    assert_eq!(
        (fault.have, fault.lacking),
        (vec!["one".to_owned()], vec!["two".to_owned(), "three".to_owned()])
    );
    assert_eq!(sealer.standing().counted, Some(5), "the sixth is kept and does not count yet");

    let folder = stage.path().join("three");
    let three = Serving::start("three", 13, &folder, (stage.log.ledger(), KEY), &address).await;
    sealer.step().await.unwrap();
    let keys = [("one", 11), ("two", 12), ("three", 13)];
    for number in 1..=5 {
        assert_eq!(cosigned(&stage, number, &keys).await, ["one", "three", "two"], "checkpoint {number}");
    }
    assert_eq!(cosigned(&stage, 6, &keys).await, ["one", "three"]);
    assert_eq!(sealer.standing().counted, Some(6));
    assert_eq!(three.remembered(&stage), Some(6));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_is_named_later_begins_with_the_first() {
    let mut stage = Stage::new().await;
    let alone = stage.sealer(Outlets::default());
    for number in 1..5 {
        seal(&mut stage, &alone, number).await;
    }
    let one = Serving::of(&stage, "one", 11).await;
    let sealer = stage.sealer(asking(&[&one], 1));
    sealer.step().await.unwrap();
    for number in 1..=4 {
        assert_eq!(cosigned(&stage, number, &[("one", 11)]).await, ["one"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn renewed_keys_lead_a_witness_on_whether_or_not_it_was_there() {
    let mut stage = Stage::new().await;
    let (one, two) = (Serving::of(&stage, "one", 11).await, Serving::of(&stage, "two", 12).await);
    seal_with(&mut stage, KEY, None, asking(&[&one, &two], 2), 1).await;
    let out = asking(&[&one, &two], 2);
    let address = two.at.url.trim_start_matches("http://").to_owned();
    two.end().await;
    // Two renewals, of which the second witness sees nothing.
    seal_with(&mut stage, 2, Some(KEY), out.clone(), 2).await;
    seal_with(&mut stage, 3, Some(2), out.clone(), 3).await;
    let two = Serving::start("two", 12, &stage.path().join("two"), (stage.log.ledger(), KEY), &address).await;
    let sealer = stage.sealer_of(3, None, out);
    sealer.step().await.unwrap();
    let newest = stage.chain().await.len() as u64;
    for number in 1..=newest {
        assert_eq!(cosigned(&stage, number, &[("one", 11), ("two", 12)]).await, ["one", "two"], "{number}");
    }
    assert_eq!((one.remembered(&stage), two.remembered(&stage)), (Some(newest), Some(newest)));
    // A witness that comes new after all of it is led from the first key to the third.
    let three = Serving::of(&stage, "three", 13).await;
    let sealer = stage.sealer_of(3, None, asking(&[&three], 1));
    sealer.step().await.unwrap();
    assert_eq!((trouble(&sealer, "witness/three"), three.remembered(&stage)), (None, Some(newest)));
}

async fn seal_with(stage: &mut Stage, signer: u8, previous: Option<u8>, out: Outlets, number: u128) {
    let sealer = stage.sealer_of(signer, previous, out);
    // The introduction, where there is one, and then something to seal.
    sealer.step().await.unwrap();
    seal(stage, &sealer, number).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_was_lost_on_the_way_is_found_at_the_witness() {
    let mut stage = Stage::new().await;
    let mut one = Serving::of(&stage, "one", 11).await;
    let proxy = Proxy::to(one.at.url.trim_start_matches("http://")).await;
    one.at.url = format!("http://{}", proxy.address());
    let sealer = stage.sealer(asking(&[&one], 1));
    seal(&mut stage, &sealer, 1).await;
    proxy.set(Manner::Reset);
    seal(&mut stage, &sealer, 2).await;
    assert_eq!(trouble(&sealer, "witness/one"), Some("witness-unavailable"));
    proxy.set(Manner::Pass);
    // Somebody else has asked meanwhile: a sealer that died before it could keep the answer.
    let direct = stage.sealer(Outlets::default());
    drop(direct);
    sealer.step().await.unwrap();
    assert_eq!(cosigned(&stage, 2, &[("one", 11)]).await, ["one"]);
    assert_eq!(trouble(&sealer, "witness/one"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn two_sealers_at_once_ask_a_witness_for_one_chain() {
    let store = database().await;
    let mut stage = Stage::on(&store.url).await;
    let other = Stage::on(&store.url).await;
    let one = Serving::of(&stage, "one", 11).await;
    let sealers = [stage.sealer(asking(&[&one], 1)), other.sealer(asking(&[&one], 1))];
    for number in 1..12 {
        stage.lived(number..number + 1).await;
        let (a, b) = tokio::join!(sealers[0].step(), sealers[1].step());
        assert!(a.is_ok() && b.is_ok());
    }
    for sealer in &sealers {
        sealer.step().await.unwrap();
        assert_eq!(trouble(sealer, "witness/one"), None);
    }
    let newest = stage.chain().await.len() as u64;
    for number in 1..=newest {
        assert_eq!(cosigned(&stage, number, &[("one", 11)]).await, ["one"]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_remembers_another_history_is_told_loudly_and_sealing_goes_on() {
    let mut stage = Stage::new().await;
    let one = Serving::of(&stage, "one", 11).await;
    let sealer = stage.sealer(asking(&[&one], 1));
    seal(&mut stage, &sealer, 1).await;
    let kept = stage.log.kept_checkpoint(1).await.unwrap().unwrap();
    // Whoever has the key shows the witness another second checkpoint than the store will have.
    let first = SignedCheckpoint::parse(&kept.note).unwrap();
    let mut forged = first.checkpoint().clone();
    (forged.number, forged.previous) = (2, Some(first.digest()));
    let forged = SignedCheckpoint::sign(&forged, &crate::stage::key(KEY)).unwrap();
    let request = baohan_seal::witnessing::Request {
        note: forged.note(),
        introductions: Vec::new(),
        proofs: Vec::new(),
    };
    one.witness.cosign(&request).unwrap();

    assert_eq!(seal(&mut stage, &sealer, 2).await.checkpoint().number, 2);
    let standing = outlet(&sealer, "witness/one");
    assert_eq!(standing.phase, Phase::Stopped);
    assert_eq!(standing.trouble.unwrap().code, "witness-inconsistent");
    assert_eq!(standing.taken, Some(1));
    // A new start does not make it go away.
    let again = stage.sealer(asking(&[&one], 1));
    seal(&mut stage, &again, 3).await;
    let standing = outlet(&again, "witness/one");
    assert_eq!(standing.trouble.as_ref().map(|trouble| trouble.code), Some("witness-inconsistent"));
    let told = standing.trouble.unwrap().message;
    assert!(told.contains("another checkpoint 2 than the store keeps"), "{told}");
    assert_eq!(again.standing().counted, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_of_another_key_than_the_configured_one_is_not_kept() {
    let mut stage = Stage::new().await;
    let mut one = Serving::of(&stage, "one", 11).await;
    one.at.public_key = public(99);
    let sealer = stage.sealer(asking(&[&one], 1));
    seal(&mut stage, &sealer, 1).await;
    assert_eq!(trouble(&sealer, "witness/one"), Some("witness-cosignature-wrong"));
    one.at.public_key = public(11);
    one.at.name = "other".to_owned();
    let sealer = stage.sealer(asking(&[&one], 1));
    sealer.step().await.unwrap();
    assert_eq!(trouble(&sealer, "witness/other"), Some("witness-cosignature-wrong"));
    assert!(stage.log.cosignatures(1).await.unwrap().is_empty());
    assert_eq!(sealer.standing().counted, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_does_not_watch_this_ledger_or_knows_another_key_says_so() {
    let mut stage = Stage::new().await;
    let stranger = (uuid::Uuid::from_u128(5), KEY);
    let one = Serving::start("one", 11, &stage.path().join("one"), stranger, "127.0.0.1:0").await;
    let other_key = (stage.log.ledger(), 77);
    let two = Serving::start("two", 12, &stage.path().join("two"), other_key, "127.0.0.1:0").await;
    let sealer = stage.sealer(asking(&[&one, &two], 1));
    seal(&mut stage, &sealer, 1).await;
    for name in ["witness/one", "witness/two"] {
        assert_eq!(trouble(&sealer, name), Some("witness-refuses"), "{name}");
        assert_eq!(outlet(&sealer, name).phase, Phase::Stopped);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_witness_that_has_forgotten_goes_on_and_the_first_signature_stays() {
    let mut stage = Stage::new().await;
    let one = Serving::of(&stage, "one", 11).await;
    let sealer = stage.sealer(asking(&[&one], 1));
    for number in 1..4 {
        seal(&mut stage, &sealer, number).await;
    }
    let first = stage.log.cosignatures(2).await.unwrap();
    let address = one.at.url.trim_start_matches("http://").to_owned();
    one.end().await;
    std::fs::remove_dir_all(stage.path().join("one")).unwrap();
    let one = Serving::start("one", 11, &stage.path().join("one"), (stage.log.ledger(), KEY), &address).await;
    let sealer = stage.sealer(asking(&[&one], 1));
    seal(&mut stage, &sealer, 4).await;
    assert_eq!((trouble(&sealer, "witness/one"), one.remembered(&stage)), (None, Some(4)));
    assert_eq!(stage.log.cosignatures(2).await.unwrap(), first);
}
