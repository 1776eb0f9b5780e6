//! Arrays and objects in the signed text.

use std::borrow::Cow;

use super::text::number_text;
use super::{Rules, Spacing};
use crate::dialect::{NestedText, NumberText};
use crate::lexical::{Nested, Tree};

/// An array or an object by the rule for nested values. Numbers within follow the rule for numbers, since a sender
/// prints what its parser made of them; the slice of the body alone is left as it is.
pub(super) fn text<'v>(nested: &'v Nested<'_>, rules: Rules<'_>) -> Cow<'v, str> {
    match rules.nested {
        NestedText::AsReceived if rules.spacing == Spacing::Slice => Cow::Borrowed(nested.raw),
        NestedText::AsReceived => Cow::Owned(json(nested, rules, [", ", ": "])),
        NestedText::CompactJson => Cow::Owned(json(nested, rules, [",", ":"])),
        NestedText::Java => {
            let mut text = String::with_capacity(nested.raw.len());
            java(&mut text, &nested.tree, rules.numbers);
            Cow::Owned(text)
        }
    }
}

fn json(nested: &Nested<'_>, rules: Rules<'_>, separators: [&str; 2]) -> String {
    let mut text = String::with_capacity(nested.raw.len());
    push_json(&mut text, &nested.tree, rules.numbers, separators);
    text
}

/// JSON with these separators behind a value and behind a key; texts keep the escapes with which they came.
fn push_json(text: &mut String, tree: &Tree<'_>, numbers: NumberText, separators: [&str; 2]) {
    let [behind_value, behind_key] = separators;
    match tree {
        Tree::Word(word) => text.push_str(word),
        Tree::Number(number) => text.push_str(&number_text(number, numbers)),
        Tree::Text(value) => text.push_str(value.raw),
        Tree::List(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                separate(text, place, behind_value);
                push_json(text, item, numbers, separators);
            }
            text.push(']');
        }
        Tree::Map(members) => {
            text.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                separate(text, place, behind_value);
                text.push_str(name.raw);
                text.push_str(behind_key);
                push_json(text, value, numbers, separators);
            }
            text.push('}');
        }
    }
}

/// `AbstractCollection.toString` and `AbstractMap.toString`, in the order received.
fn java(text: &mut String, tree: &Tree<'_>, numbers: NumberText) {
    match tree {
        Tree::Word(word) => text.push_str(word),
        Tree::Number(number) => text.push_str(&number_text(number, numbers)),
        Tree::Text(value) => text.push_str(&value.text),
        Tree::List(items) => {
            text.push('[');
            for (place, item) in items.iter().enumerate() {
                separate(text, place, ", ");
                java(text, item, numbers);
            }
            text.push(']');
        }
        Tree::Map(members) => {
            text.push('{');
            for (place, (name, value)) in members.iter().enumerate() {
                separate(text, place, ", ");
                text.push_str(&name.text);
                text.push('=');
                java(text, value, numbers);
            }
            text.push('}');
        }
    }
}

fn separate(text: &mut String, place: usize, separator: &str) {
    if place > 0 {
        text.push_str(separator);
    }
}
