//! Secrets: written in the file, or named there as an environment variable or a file of their own.

use std::path::Path;

use baohan_wire::Secret;

use super::document::{Node, Origin};
use super::section::{Section, quoted};

/// The longest secret: more than this is a pasted file.
const SECRET_BYTES_MAX: u64 = 4 << 10;
/// How a shown secret reads.
const HIDDEN: &str = "***";

/// The secret under exactly one of `key`, `key_env` and `key_file`, if there is one at all. One that comes from the
/// environment (`BAOHAN__…`) goes before what the file says.
pub fn optional(section: &mut Section<'_>, key: &str) -> Option<Secret> {
    let keys = [key.to_owned(), format!("{key}_env"), format!("{key}_file")];
    let present: Vec<(usize, &Node)> =
        keys.iter().enumerate().filter_map(|(index, key)| Some((index, section.node(key)?))).collect();
    let overridden: Vec<(usize, &Node)> = present
        .iter()
        .filter(|(_, node)| matches!(node.origin, Origin::Environment { .. }))
        .copied()
        .collect();
    let chosen = if overridden.is_empty() { &present } else { &overridden };
    match chosen.as_slice() {
        [] => None,
        [(index, node)] => read(section, *index, &keys[*index], node),
        [_, (second, _), ..] => {
            let message = format!("exactly one of {} is to be set", keys.join(", "));
            section.wrong_key(&keys[*second], &message, None);
            None
        }
    }
}

/// As [`optional`], but one must be there.
pub fn required(section: &mut Section<'_>, key: &str) -> Option<Secret> {
    let keys = [key.to_owned(), format!("{key}_env"), format!("{key}_file")];
    if keys.iter().all(|key| section.node(key).is_none()) {
        section.wrong_key(key, &format!("is required and missing: set one of {}", keys.join(", ")), None);
        return None;
    }
    optional(section, key)
}

fn read(section: &Section<'_>, index: usize, key: &str, node: &Node) -> Option<Secret> {
    let text = section.as_text(key, node)?;
    let found = match index {
        0 => Ok(text.clone()),
        1 => of_variable(section, &text),
        _ => of_file(Path::new(&text)),
    };
    section.understood(key, Some(quoted(if index == 0 { HIDDEN } else { &text })));
    match found {
        Ok(secret) if secret.trim().is_empty() => {
            section.wrong_key(key, "is blank", None);
            None
        }
        Ok(secret) => Some(Secret::new(secret)),
        Err(message) => {
            section.wrong_key(key, &message, None);
            None
        }
    }
}

fn of_variable(section: &Section<'_>, name: &str) -> Result<String, String> {
    let value = section.report().environment.get(name);
    value.map(str::to_owned).ok_or_else(|| format!("environment variable {name} is not set"))
}

/// Editors and secret mounts end files with a line break, which belongs to no secret.
fn of_file(file: &Path) -> Result<String, String> {
    let told = |error: std::io::Error| format!("{} cannot be read: {error}", file.display());
    if std::fs::metadata(file).map_err(told)?.len() > SECRET_BYTES_MAX {
        return Err(format!("{} is no secret: over {SECRET_BYTES_MAX} bytes", file.display()));
    }
    let text = std::fs::read_to_string(file).map_err(told)?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
