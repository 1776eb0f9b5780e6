use std::borrow::Cow;

use serde_json::value::RawValue;

use super::Members;
use super::value::text_of;

/// How deep arrays and objects may stand within each other. The specification knows two levels; each level is read
/// once more than the one around it, so this bounds the work.
pub(crate) const DEPTH_MAX: usize = 16;

/// A JSON value with all that stands in it, as it was written.
#[derive(Debug, Clone)]
pub(crate) enum Tree<'a> {
    /// null, true, false.
    Word(&'a str),
    Number(&'a str),
    Text(Text<'a>),
    List(Vec<Tree<'a>>),
    Map(Vec<(Text<'a>, Tree<'a>)>),
}

/// A text within a tree.
#[derive(Debug, Clone)]
pub(crate) struct Text<'a> {
    /// With its quotes and escapes.
    pub raw: &'a str,
    /// Without.
    pub text: Cow<'a, str>,
}

/// Why a value is not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum TreeError {
    RepeatedKey(String),
    TooDeep,
    BadText,
}

impl<'a> Tree<'a> {
    /// Reads a JSON value that is known to be well-formed.
    pub fn read(raw: &'a str) -> Result<Self, TreeError> {
        read(raw, DEPTH_MAX)
    }

    pub fn is_empty(&self) -> bool {
        match self {
            Self::List(items) => items.is_empty(),
            Self::Map(members) => members.is_empty(),
            Self::Word(_) | Self::Number(_) | Self::Text(_) => false,
        }
    }

    /// The text, if it is one.
    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(&text.text) } else { None }
    }

    /// The member of an object.
    pub fn get(&self, name: &str) -> Option<&Tree<'a>> {
        let Self::Map(members) = self else { return None };
        members.iter().find(|(key, _)| key.text == name).map(|(_, value)| value)
    }

    /// A text, or a number as it was written; none for blank.
    pub fn as_scalar(&self) -> Option<&str> {
        let text = match self {
            Self::Text(text) => text.text.as_ref(),
            Self::Number(number) => number,
            Self::Word(_) | Self::List(_) | Self::Map(_) => return None,
        };
        (!text.trim().is_empty()).then_some(text)
    }
}

fn read(raw: &str, depth_left: usize) -> Result<Tree<'_>, TreeError> {
    let deeper = || depth_left.checked_sub(1).ok_or(TreeError::TooDeep);
    Ok(match raw.as_bytes().first() {
        Some(b'"') => Tree::Text(text(raw)?),
        Some(b'[') => {
            let depth_left = deeper()?;
            let items: Vec<&RawValue> = serde_json::from_str(raw).map_err(|_| TreeError::BadText)?;
            Tree::List(items.into_iter().map(|item| read(item.get(), depth_left)).collect::<Result<_, _>>()?)
        }
        Some(b'{') => Tree::Map(map(raw, deeper()?)?),
        Some(b'n' | b't' | b'f') => Tree::Word(raw),
        _ => Tree::Number(raw),
    })
}

fn map(raw: &str, depth_left: usize) -> Result<Vec<(Text<'_>, Tree<'_>)>, TreeError> {
    let members: Members<'_> = serde_json::from_str(raw).map_err(|_| TreeError::BadText)?;
    let mut read_members = Vec::with_capacity(members.0.len());
    for (name, value) in members.0 {
        read_members.push((text(name)?, read(value, depth_left)?));
    }
    let mut names: Vec<&str> = read_members.iter().map(|(name, _)| name.text.as_ref()).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => Err(TreeError::RepeatedKey(pair[0].to_owned())),
        None => Ok(read_members),
    }
}

fn text(raw: &str) -> Result<Text<'_>, TreeError> {
    text_of(raw).map(|text| Text { raw, text }).ok_or(TreeError::BadText)
}
