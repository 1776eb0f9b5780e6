//! `[[platforms]]`: the trading centres' platforms, as the wire knows them.

use std::collections::BTreeMap;

use baohan_wire::{Centre, Directory, Interface, Platform, PreviousSecret, Secret};

use super::section::{Section, nearest};
use super::{dialect, secret, values};

/// A day; a platform whose clock is further off than that has none.
const TIMESTAMP_WINDOW_SECONDS_MAX: u32 = 86_400;
/// The longest text for people in an answer.
const PAUSED_LENGTH_MAX: usize = 200;
/// First parts of paths that the gateway serves for itself.
const RESERVED_PREFIXES: [&str; 4] = ["documents", "healthz", "readyz", "metrics"];

/// Reads all platforms, and holds them against each other.
pub fn read(root: &mut Section<'_>) -> Vec<Platform> {
    let mut seen: Vec<Platform> = Vec::new();
    root.sections("platforms", |section| {
        let Some(platform) = one(section) else { return };
        if seen.iter().any(|other| other.appkey == platform.appkey) {
            section.wrong(
                "appkey",
                &format!("\"{}\" is the appkey of another platform too", platform.appkey),
                None,
            );
        } else if let Err(error) = Directory::new([platform.clone()]) {
            section.wrong_key("appkey", &error.to_string(), None);
        }
        let prefix = &platform.path_prefix;
        if !prefix.is_empty() && seen.iter().any(|other| other.path_prefix == *prefix) {
            let text = format!(
                "two platforms share the path prefix \"{prefix}\": they are told apart by appkey alone"
            );
            section.report().warn(text);
        }
        seen.push(platform);
    });
    if seen.is_empty() {
        root.report().warn("no [[platforms]]: nobody can apply for a guarantee");
    }
    seen
}

fn one(section: &mut Section<'_>) -> Option<Platform> {
    let appkey = section.required_text("appkey");
    let secret = secret::required(section, "appsecret");
    let previous_secrets = section.sections("previous_secrets", previous);
    let name = section.text("name", &appkey);
    let base_url = values::url(section, "base_url", "http://127.0.0.1:8090");
    let urls = urls(section);
    let paused = section.optional_text("paused").filter(|text| !text.trim().is_empty());
    if paused.as_ref().is_some_and(|text| text.chars().count() > PAUSED_LENGTH_MAX) {
        section.wrong("paused", &format!("is longer than {PAUSED_LENGTH_MAX} characters"), None);
    }
    let centres = section.sections("centres", centre);
    let path_prefix = section.parsed("path_prefix", String::new(), prefix);
    let enabled = section.flag("enabled", true);
    let timestamp_window_seconds =
        section.count("timestamp_window_seconds", 600, 0..=TIMESTAMP_WINDOW_SECONDS_MAX);
    let dialect = section.section("dialect", dialect::read);
    Some(Platform {
        previous_secrets: previous_secrets.into_iter().flatten().collect(),
        name,
        base_url,
        urls,
        paused,
        centres,
        path_prefix,
        enabled,
        timestamp_window_seconds,
        dialect,
        ..Platform::new(appkey, secret?)
    })
}

fn previous(section: &mut Section<'_>) -> Option<PreviousSecret> {
    let value = secret::required(section, "value");
    if section.node("not_after").is_none() {
        section.missing("not_after");
        return None;
    }
    let text = section.optional_text("not_after")?;
    let not_after = values::date(&text).map_err(|message| section.wrong("not_after", &message, None)).ok()?;
    Some(PreviousSecret { value: value?, not_after })
}

fn centre(section: &mut Section<'_>) -> Centre {
    let platform_code = section.required_text("platformcode");
    let name = section.optional_text("name").filter(|name| !name.trim().is_empty());
    let urls = urls(section);
    let secret: Option<Secret> = secret::optional(section, "appsecret");
    Centre { platform_code, name, urls, secret }
}

/// Whole addresses of single interfaces: those that the platform serves.
fn urls(section: &mut Section<'_>) -> BTreeMap<Interface, String> {
    let served: Vec<Interface> =
        Interface::ALL.iter().copied().filter(|interface| !interface.served_by_institution()).collect();
    let mut urls = BTreeMap::new();
    for (name, url) in section.free_texts("urls") {
        let path = format!("urls.{name}");
        match served.iter().find(|interface| interface.name() == name) {
            None => {
                let names: Vec<&str> = served.iter().map(|interface| interface.name()).collect();
                let near =
                    nearest(&name, names.iter().copied()).map(|near| format!("did you mean `{near}`?"));
                section.wrong(
                    &path,
                    &format!("is no interface of the platform's: {}", names.join(", ")),
                    near,
                );
            }
            Some(interface) => match values::checked_url(&url) {
                Ok(()) => drop(urls.insert(*interface, url)),
                Err(message) => section.wrong(&path, &message, None),
            },
        }
    }
    urls
}

/// Parts of a path between single slashes, as they stand in a URL.
fn prefix(text: &str) -> Result<String, String> {
    let trimmed = text.trim_matches('/');
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|c| c.is_ascii_alphanumeric() || "-_.~".contains(c))
    };
    if trimmed.is_empty() {
        return Ok(String::new());
    }
    if !trimmed.split('/').all(plain) || trimmed.split('/').any(|part| part.trim_matches('.').is_empty()) {
        return Err(format!("\"{text}\" is no path: letters, digits, - _ . ~ between single slashes"));
    }
    if trimmed.split('/').next().is_some_and(|first| RESERVED_PREFIXES.contains(&first)) {
        return Err(format!(
            "\"{text}\" begins with a path of the gateway's own: {}",
            RESERVED_PREFIXES.join(", ")
        ));
    }
    Ok(trimmed.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_prefix_is_a_plain_path() {
        assert_eq!(prefix("/open/api/").unwrap(), "open/api");
        assert_eq!(prefix("").unwrap(), "");
        assert!(prefix("a//b").is_err() && prefix("a/../b").is_err() && prefix("a b").is_err());
        assert!(prefix("documents").is_err());
    }
}
