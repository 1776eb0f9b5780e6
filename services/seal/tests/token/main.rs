//! Keys in a PKCS #11 token: `SoftHSM` as Debian has it, and the same with a vendor's mechanism for SM2 (`sm2_over_softhsm.c`).
//!
//! `SoftHSM` learns from the environment where its tokens lie, and a process sets a PKCS #11 library up once. So each case that speaks to the
//! token runs in a process of its own: this program again, with a token that was made for it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the whole program is a test, its helpers too")]

mod cases;
mod place;

use place::Place;

#[test]
fn a_key_that_the_token_keeps_is_read_after_the_login_and_signs() {
    Place::new().run("a_key_is_read");
}

#[test]
fn a_key_that_anybody_could_read_is_refused() {
    Place::new().run("a_public_object");
}

#[test]
fn a_wrong_pin_token_or_label_is_named() {
    Place::new().run("what_is_not_there");
}

#[test]
fn a_vendor_mechanism_signs_digests_and_the_key_stays_in_the_token() {
    Place::with_sm2().run("a_digest_is_signed");
}

#[test]
fn a_vendor_mechanism_signs_messages_and_gives_der() {
    Place::with_sm2().run("a_message_is_signed");
}

#[test]
fn a_mechanism_that_makes_something_else_is_found_when_the_key_is_opened() {
    Place::with_sm2().run("the_wrong_input");
}

#[test]
fn two_keys_of_one_token_sign_side_by_side() {
    Place::with_sm2().run("two_keys");
}

#[test]
fn a_checkpoint_is_signed_by_a_token() {
    Place::with_sm2().run("a_checkpoint");
}
