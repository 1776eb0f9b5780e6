//! Nothing panics on any body, and no body that is not signed changes anything.

use std::sync::OnceLock;

use baohan_gateway::{Options, Share};
use proptest::prelude::*;
use tokio::runtime::Runtime;

use crate::world::{Message, World, platform};

const INTERFACES: [&str; 7] = [
    "baohanapply",
    "baohanrestore",
    "invoiceapply",
    "quitapply",
    "canclenotice",
    "claimsnotice",
    "checkbaohanlist",
];

type Place = OnceLock<(Runtime, World)>;

/// The world of one property, through all its cases.
fn settled(place: &'static Place) -> &'static (Runtime, World) {
    place.get_or_init(|| {
        let runtime = Runtime::new().unwrap();
        let world = runtime.block_on(async {
            let options = Options { strangers: Share::OF_A_PLATFORM, ..Options::default() };
            let world = World::with(platform(), options).await;
            world.restored("SQ1", "BH1").await;
            world
        });
        (runtime, world)
    })
}

fn valid(world: &World, interface: &str) -> String {
    let message = match interface {
        "baohanapply" => Message::apply("SQ1"),
        "baohanrestore" => Message::restore("SQ1", "BH1", "2026-03-20 09:00:00"),
        "invoiceapply" => Message::invoice("SQ1", "BH1"),
        "quitapply" => Message::quit("SQ1", "BH1"),
        "canclenotice" => Message::cancel("SQ1", "BH1"),
        "claimsnotice" => Message::claim("SQ1", "BH1", "1.00"),
        _ => Message::reconcile("2026-03-20", "2026-03-20"),
    };
    message.signed(&world.platform)
}

/// Sends a body and holds the answer to the protocol.
fn answered((runtime, world): &(Runtime, World), interface: &str, body: Vec<u8>) -> String {
    let answer = runtime.block_on(world.send(interface, body));
    assert!([200, 415, 429].contains(&answer.status), "{}: {}", answer.status, answer.text);
    assert!(answer.code() == "0" || answer.code() == "1", "{}", answer.text);
    assert!(!answer.message().is_empty());
    answer.code().to_owned()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_answered(interface in 0..7_usize, body in proptest::collection::vec(any::<u8>(), 0..600)) {
        static PLACE: Place = OnceLock::new();
        prop_assert_eq!(answered(settled(&PLACE), INTERFACES[interface], body), "0");
    }

    #[test]
    fn any_fields_are_answered(
        interface in 0..7_usize,
        field in 0..40_usize,
        value in "\\PC{0,80}|-?[0-9]{1,40}(\\.[0-9]{1,40})?([eE][+-]?[0-9]{1,9})?|\\[.{0,20}\\]",
    ) {
        // Signed rightly, so that every check behind the signature is reached too.
        static PLACE: Place = OnceLock::new();
        let settled = settled(&PLACE);
        let world = &settled.1;
        let mut fields: serde_json::Map<_, _> = serde_json::from_str(&valid(world, INTERFACES[interface])).unwrap();
        let name = fields.keys().nth(field % fields.len()).unwrap().clone();
        fields.insert(name, value.into());
        let json = serde_json::Value::Object(fields).to_string();
        let platform = &world.platform;
        let body = baohan_wire::sign_json(&json, &platform.dialect, &platform.secret).unwrap().body;
        answered(settled, INTERFACES[interface], body.into_bytes());
    }

    #[test]
    fn one_changed_byte_changes_nothing(interface in 0..7_usize, at in any::<prop::sample::Index>(), bit in 0..8_u8) {
        static PLACE: Place = OnceLock::new();
        let settled = settled(&PLACE);
        let (runtime, world) = settled;
        let interface = INTERFACES[interface];
        let valid = valid(world, interface);
        let mut body = valid.clone().into_bytes();
        let before = runtime.block_on(world.events("SQ1"));
        let at = at.index(body.len());
        body[at] ^= 1 << bit;
        let is_same_json = serde_json::from_slice::<serde_json::Value>(&body).ok()
            == serde_json::from_str(&valid).ok();
        // A hex digit of the signature may change its case; anything else is refused.
        let is_same_sign = body.eq_ignore_ascii_case(valid.as_bytes());
        if !is_same_json && !is_same_sign {
            prop_assert_eq!(answered(settled, interface, body), "0");
            prop_assert_eq!(runtime.block_on(world.events("SQ1")), before);
        }
    }
}
