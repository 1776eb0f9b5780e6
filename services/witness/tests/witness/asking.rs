use baohan_seal::SignedCheckpoint;
use baohan_seal::witnessing::{Reason, Request};
use uuid::Uuid;

use crate::ledger::{LEDGER, Ledger, key};
use crate::stage::{KEY, NAME, Stage};

/// A ledger of three checkpoints that the witness has co-signed.
async fn seen() -> (Stage, Ledger, Vec<SignedCheckpoint>) {
    let mut ledger = Ledger::new(LEDGER, 1);
    let stage = Stage::of(&[&ledger]).await;
    let mut checkpoints = Vec::new();
    for (remembered, (shard, count)) in [(0, 5), (1, 3), (0, 4)].into_iter().enumerate() {
        let signed = ledger.grow(shard, count).checkpoint();
        stage.cosigns(&ledger, &signed, remembered).await;
        checkpoints.push(signed);
    }
    (stage, ledger, checkpoints)
}

#[tokio::test]
async fn a_ledger_that_only_grows_is_co_signed_step_by_step() {
    let (stage, mut ledger, _) = seen().await;
    let signed = ledger.grow(0, 100).grow(1, 1).checkpoint();
    let cosignature = stage.cosigns(&ledger, &signed, 3).await;
    let remembered = stage.remembered(LEDGER).await.unwrap();
    assert_eq!(remembered.text(), signed.text());
    assert_eq!(remembered.cosignatures(), [cosignature]);
}

#[tokio::test]
async fn checkpoints_between_may_be_left_out() {
    let (stage, mut ledger, _) = seen().await;
    ledger.grow(0, 1).checkpoint();
    ledger.grow(1, 9).checkpoint();
    let signed = ledger.grow(0, 2).checkpoint();
    stage.cosigns(&ledger, &signed, 3).await;
}

#[tokio::test]
async fn the_same_checkpoint_again_has_the_same_co_signature() {
    let (stage, ledger, checkpoints) = seen().await;
    let first = stage.cosigns(&ledger, &checkpoints[2], 2).await;
    assert_eq!(stage.cosigns(&ledger, &checkpoints[2], 0).await, first);
    let lines = std::fs::read_to_string(stage.file(LEDGER)).unwrap().lines().count();
    assert_eq!(lines, 3, "what is remembered is not written again");
}

#[tokio::test]
async fn a_second_checkpoint_of_a_number_is_refused_with_the_first_as_evidence() {
    let (stage, ledger, checkpoints) = seen().await;
    let mut fork = ledger.back_to(2);
    let other = fork.grow(1, 7).checkpoint();
    let refusal = stage.refuses(&fork.request(&other, 2), Reason::Inconsistent).await;
    let evidence = SignedCheckpoint::parse(&refusal.remembered.unwrap()).unwrap();
    assert_eq!(evidence.text(), checkpoints[2].text());
    evidence.verify(&ledger.first_key()).unwrap();
    assert_eq!(evidence.cosignatures()[0].name(), NAME);
    assert_eq!(stage.remembered(LEDGER).await.unwrap().text(), checkpoints[2].text());
}

#[tokio::test]
async fn a_history_that_was_rewritten_and_signed_anew_is_refused_however_far_it_has_gone_on() {
    let (stage, ledger, _) = seen().await;
    let mut forged = ledger.back_to(2);
    forged.shards[0][0] = [7; 32];
    for number in 3..8 {
        let signed = forged.grow(0, 3).checkpoint();
        // Farther on the forger could not show proofs, and is asked for them.
        let reason = if number <= 4 { Reason::Inconsistent } else { Reason::Stale };
        stage.refuses(&forged.request(&signed, 2), reason).await;
    }
    // With proofs that begin at what the witness remembers the forger has nothing to show.
    let signed = forged.grow(0, 3).checkpoint();
    let mut request = forged.request(&signed, 3);
    request.proofs.iter_mut().for_each(|proof| proof.old_size = if proof.shard == 0 { 9 } else { 3 });
    let (_, refusal) = stage.ask(&request).await.unwrap_err();
    assert_eq!(refusal.reason, Reason::Inconsistent, "{refusal:?}");
}

#[tokio::test]
async fn a_tail_that_was_cut_off_is_refused() {
    let (stage, ledger, _) = seen().await;
    let mut cut = ledger.back_to(3);
    cut.shards[0].truncate(8);
    let signed = cut.checkpoint();
    let refusal = stage.refuses(&cut.request(&signed, 3), Reason::Inconsistent).await;
    assert!(refusal.detail.contains("had 9 records and has 8"), "{}", refusal.detail);
}

#[tokio::test]
async fn an_older_checkpoint_is_not_signed_a_second_time() {
    let (stage, ledger, checkpoints) = seen().await;
    for older in &checkpoints[..2] {
        stage.refuses(&ledger.request(older, 0), Reason::Stale).await;
    }
}

#[tokio::test]
async fn a_ledger_that_nobody_pinned_and_a_key_that_is_not_its_own_are_refused() {
    let (stage, ledger, _) = seen().await;
    let mut stranger = Ledger::new(Uuid::from_u128(2), 1);
    let signed = stranger.grow(0, 1).checkpoint();
    let (status, refusal) = stage.ask(&stranger.request(&signed, 0)).await.unwrap_err();
    assert_eq!((status, refusal.reason), (404, Reason::UnknownLedger));

    let mut thief = Ledger::new(LEDGER, 99);
    let signed = thief.grow(0, 1).checkpoint();
    stage.refuses(&thief.request(&signed, 0), Reason::NotSigned).await;
    assert_eq!(stage.remembered(LEDGER).await.unwrap().checkpoint().number, 3);
    drop(ledger);
}

#[tokio::test]
async fn a_key_is_followed_through_its_introduction_and_no_other_way() {
    let (stage, mut ledger, _) = seen().await;
    // Nobody asked for the introducing checkpoint itself: the note that introduces goes along with the next.
    ledger.grow(0, 1).renew(2).grow(0, 1);
    let signed = ledger.checkpoint();
    let mut untold = ledger.request(&signed, 3);
    untold.introductions.clear();
    stage.refuses(&untold, Reason::NotSigned).await;
    stage.cosigns(&ledger, &signed, 3).await;
    // Seen by the witness itself.
    ledger.grow(1, 1).renew(3);
    let signed = ledger.grow(1, 1).checkpoint();
    stage.cosigns(&ledger, &signed, 5).await;
    let stage = stage.again(&[&ledger]).await;
    let signed = ledger.grow(1, 2).checkpoint();
    stage.cosigns(&ledger, &signed, 7).await;
}

#[tokio::test]
async fn a_key_that_was_given_up_leads_nowhere_any_more() {
    let (stage, mut ledger, _) = seen().await;
    ledger.grow(0, 1).renew(2);
    let signed = ledger.grow(0, 1).checkpoint();
    stage.cosigns(&ledger, &signed, 3).await;
    // Whoever has the old key goes on behind checkpoint 3 as if it had never been given up.
    let mut thief = ledger.back_to(3);
    for _ in 0..3 {
        let signed = thief.grow(0, 5).checkpoint();
        let (_, refusal) = stage.ask(&thief.request(&signed, 3)).await.unwrap_err();
        assert!(
            matches!(refusal.reason, Reason::Inconsistent | Reason::Stale | Reason::NotSigned),
            "{refusal:?}"
        );
    }
    assert_eq!(stage.remembered(LEDGER).await.unwrap().text(), signed.text());
}

#[tokio::test]
async fn proofs_that_are_missing_bent_or_of_another_size_are_refused_and_the_right_ones_taken() {
    let (stage, mut ledger, _) = seen().await;
    let signed = ledger.grow(0, 20).grow(1, 20).checkpoint();
    let right = ledger.request(&signed, 3);
    let with = |change: &dyn Fn(&mut Request)| {
        let mut request = right.clone();
        change(&mut request);
        request
    };
    stage.refuses(&with(&|request| request.proofs.clear()), Reason::Stale).await;
    stage.refuses(&with(&|request| request.proofs[0].old_size = 8), Reason::Stale).await;
    let path = with(&|request| request.proofs[0].path[0] = "00".repeat(32));
    stage.refuses(&path, Reason::Inconsistent).await;
    let short = with(&|request| drop(request.proofs[1].path.pop()));
    stage.refuses(&short, Reason::Inconsistent).await;
    let no_hash = with(&|request| request.proofs[0].path[0] = "zz".to_owned());
    stage.refuses(&no_hash, Reason::Malformed).await;
    stage.ask(&right).await.unwrap();
}

#[tokio::test]
async fn what_is_no_request_is_answered_as_such() {
    let (stage, ledger, checkpoints) = seen().await;
    for body in ["", "{", "[]", "{\"note\": 1}", "{\"note\": \"x\", \"more\": 1}"] {
        let (status, text) = stage.post(body.to_owned()).await;
        assert_eq!(status, 400, "{body}: {text}");
        assert!(text.contains("malformed"), "{text}");
    }
    let request = Request { note: "no note".to_owned(), introductions: Vec::new(), proofs: Vec::new() };
    stage.refuses(&request, Reason::Malformed).await;
    let (status, _) = stage.post(vec![b' '; 5 << 20]).await;
    assert_eq!(status, 413);
    let (status, _) = stage.get("/api/v1/witness/checkpoints/no-uuid").await;
    assert_eq!(status, 400);
    let (status, _) = stage.get(&format!("/api/v1/witness/checkpoints/{}", Uuid::from_u128(5))).await;
    assert_eq!(status, 404);
    assert_eq!(stage.remembered(LEDGER).await.unwrap().text(), checkpoints[2].text());
    drop(ledger);
}

#[tokio::test]
async fn it_says_who_it_is_and_what_it_watches() {
    let ledger = Ledger::new(LEDGER, 1);
    let stage = Stage::of(&[&ledger]).await;
    assert_eq!(stage.remembered(LEDGER).await, None);
    let (status, text) = stage.get("/api/v1/witness").await;
    let said: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!((status, said["name"].as_str()), (200, Some(NAME)));
    assert_eq!(said["public_key"].as_str().unwrap(), key(KEY).public_key().to_hex());
    assert_eq!(said["ledgers"][0].as_str().unwrap(), LEDGER.to_string());
    assert_eq!(stage.get("/healthz").await.0, 200);
    assert_eq!(stage.get("/readyz").await.0, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_histories_shown_at_once_one_is_signed() {
    for _ in 0..8 {
        let mut one = Ledger::new(LEDGER, 1);
        let stage = Stage::of(&[&one]).await;
        let mut two = Ledger::new(LEDGER, 1);
        let (a, b) = (one.grow(0, 1).checkpoint(), two.grow(0, 2).checkpoint());
        let (a, b) = (one.request(&a, 0), two.request(&b, 0));
        let (a, b) = tokio::join!(stage.ask(&a), stage.ask(&b));
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    }
}
