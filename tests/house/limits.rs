//! Every limit has a name: a large number stands in a `const`, where its reason stands beside it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::tree::all_sources;

/// From here on a number is no small change any more.
const LARGE_MIN: u128 = 1_000;
/// The unit of KiB and MiB says itself what it is.
const UNIT: u128 = 1_024;
/// A made-up document: its numbers are what it shows, and limit nothing.
const SPECIMEN: &str = "services/documents/src/particulars/specimen.rs";

#[test]
fn large_numbers_have_names() {
    let mut nameless = Vec::new();
    for source in all_sources().iter().filter(|source| !source.is_test() && source.path != SPECIMEN) {
        let tokens: TokenStream =
            source.code().parse().unwrap_or_else(|error| panic!("{}: {error}", source.path));
        let mut found = Vec::new();
        look(tokens, &mut found);
        nameless.extend(found.into_iter().map(|number| format!("{}: {number}", source.path)));
    }
    assert!(nameless.is_empty(), "numbers that want a `const` and a reason: {nameless:#?}");
}

/// Collects large numbers outside of constants, attributes, and the bounds that a type is named by (`Text<1000>`).
fn look(tokens: TokenStream, found: &mut Vec<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let mut place = 0;
    while let Some(token) = tokens.get(place) {
        match token {
            TokenTree::Ident(word) if is_constant(&word.to_string(), place, &tokens) => {
                place += tokens[place..].iter().take_while(|token| !is_sign(token, ';')).count();
            }
            TokenTree::Ident(word) if word == "with_capacity" => place += 1,
            TokenTree::Punct(sign) if sign.as_char() == '#' => {
                place += attribute_length(&tokens[place + 1..]);
            }
            TokenTree::Group(group) => look(group.stream(), found),
            TokenTree::Literal(literal) => {
                let is_bound = place > 0 && is_sign(&tokens[place - 1], '<');
                if is_large(&literal.to_string()) && !is_bound {
                    found.push(literal.to_string());
                }
            }
            _ => {}
        }
        place += 1;
    }
}

/// `const NAME` or `static NAME`; not `const fn`, and not the parameter of a type.
fn is_constant(word: &str, place: usize, tokens: &[TokenTree]) -> bool {
    let is_parameter = place > 0 && (is_sign(&tokens[place - 1], '<') || is_sign(&tokens[place - 1], ','));
    let is_named =
        matches!(tokens.get(place + 1), Some(TokenTree::Ident(next)) if next != "fn" && next != "unsafe");
    matches!(word, "const" | "static") && is_named && !is_parameter
}

/// How many tokens behind `#` belong to an attribute.
fn attribute_length(behind: &[TokenTree]) -> usize {
    let is_group = |token: Option<&TokenTree>| matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket);
    match behind.first() {
        Some(sign) if is_sign(sign, '!') && is_group(behind.get(1)) => 2,
        first if is_group(first) => 1,
        _ => 0,
    }
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(found) if found.as_char() == sign)
}

fn is_large(literal: &str) -> bool {
    let digits: String = literal.chars().filter(|c| *c != '_').take_while(char::is_ascii_digit).collect();
    digits.parse::<u128>().is_ok_and(|number| number >= LARGE_MIN && number != UNIT)
}

#[test]
fn the_search_tells_names_from_nameless() {
    let nameless = |code: &str| {
        let mut found = Vec::new();
        look(code.parse().expect("Rust"), &mut found);
        found
    };
    assert_eq!(nameless("fn a() { wait(5_000); b(Duration::from_millis(2500)) }"), ["5_000", "2500"]);
    assert_eq!(nameless("const fn a() -> u32 { 4096 }"), ["4096"]);
    assert_eq!(nameless("fn a<const N: usize>(x: [u8; N]) { let y = 3000; }"), ["3000"]);
    for code in [
        "const MAX: usize = 64 * 5_000;",
        "pub static TABLE: [u32; 2] = [1_000, 2_000];",
        "impl A { const MAX: u16 = 9_999; }",
        "#[schema(max_length = 2000)] struct A { text: Text<2000> }",
        "fn a() -> &'static str { \"5000\" }",
        "fn a(bytes: usize) -> usize { bytes / 1024 + 999 }",
    ] {
        assert!(nameless(code).is_empty(), "{code}");
    }
}
