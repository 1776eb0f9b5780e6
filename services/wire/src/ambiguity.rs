//! The joined text is ambiguous: a value may hold `&name=`, and then another message has the same signature.

use std::cmp::Ordering;

use crate::dialect::KeyOrder;
use crate::interface::Interface;
use crate::signature::Parts;

/// Fields that every message may carry.
const COMMON: [&str; 3] = ["appkey", "platformcode", "timestamp"];

/// The first field whose value would swallow a neighbour: it holds `&name=` of a field that stands, in the order of
/// the keys, between it and the next one. Elsewhere such a text is harmless, since no message that is sorted
/// reads so: an address may well hold `&t=9`. A name with `&` or `=` in it is no better.
pub(crate) fn swallower<'p>(parts: &'p Parts<'_>, interface: Interface, order: KeyOrder) -> Option<&'p str> {
    parts.iter().enumerate().find_map(|(place, (name, value))| {
        let next = parts.get(place + 1).map(|(next, _)| *next);
        let swallows = name.contains(['&', '='])
            || (value.contains('&') && holds_one(name, value, next, interface, order));
        swallows.then_some(*name)
    })
}

fn holds_one(name: &str, value: &str, next: Option<&str>, interface: Interface, order: KeyOrder) -> bool {
    let stands_between = |known: &str| {
        compare(name, known, order) == Ordering::Less
            && next.is_none_or(|next| compare(known, next, order) != Ordering::Greater)
    };
    let is_held = |known: &str| {
        value
            .match_indices(known)
            .any(|(at, _)| value[..at].ends_with('&') && value[at + known.len()..].starts_with('='))
    };
    COMMON.iter().chain(interface.fields()).any(|known| stands_between(known) && is_held(known))
}

fn compare(left: &str, right: &str, order: KeyOrder) -> Ordering {
    match order {
        KeyOrder::Ascii => left.cmp(right),
        KeyOrder::CaseInsensitive => {
            left.to_lowercase().cmp(&right.to_lowercase()).then_with(|| left.cmp(right))
        }
    }
}
