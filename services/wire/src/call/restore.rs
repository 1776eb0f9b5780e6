use std::collections::BTreeMap;

use baohan_domain::{ApplicationNo, GuaranteeNo, Terms};
use chrono::{DateTime, Utc};

use super::application::{describe_terms, read_terms};
use super::content::Content;
use super::{Extras, Personal};
use crate::dialect::{RestoreForm, wire_name};
use crate::fault::Fault;
use crate::form::{Form, KEY_LENGTH_MAX};
use crate::seal::SealKey;
use crate::secret::Secret;
use crate::times::format_time;

/// The opening of a section (specification 3.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restore {
    /// The platform's number.
    pub application_no: ApplicationNo,
    /// Our number.
    pub guarantee_no: GuaranteeNo,
    /// The opening's time (`kaibiaotime`).
    pub opening_at: DateTime<Utc>,
    /// What opens the sealed fields.
    pub opening: Opening,
    /// Unknown fields that are no personal data.
    pub extra: BTreeMap<String, String>,
    /// Unknown fields that may be personal data.
    pub personal: Personal,
}

/// What a restore brings to open the sealed fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// A key of the right form, as it came; whether it opens is told when it is used.
    Key {
        /// The key's text.
        key: Secret,
        /// The text beside it that may be an initialisation vector.
        iv: Option<String>,
    },
    /// The key that is fixed for the platform (dialect key `sealed_key`).
    PlatformKey {
        /// The key's text.
        key: Secret,
        /// The text that may be an initialisation vector.
        iv: Option<String>,
    },
    /// The plain values of what was sealed.
    Plain(Terms),
    /// Nothing: the platform seals nothing.
    Nothing,
}

impl Opening {
    /// The key's text and the vector's, where a key opens.
    #[must_use]
    pub fn key(&self) -> Option<(&str, Option<&str>)> {
        match self {
            Self::Key { key, iv } | Self::PlatformKey { key, iv } => Some((key.expose(), iv.as_deref())),
            Self::Plain(_) | Self::Nothing => None,
        }
    }
}

pub(super) fn read(form: &mut Form<'_, '_>) -> Result<Restore, Fault> {
    let application_no = form.application_no()?;
    let guarantee_no = form.guarantee_no()?;
    let opening_at = form.required_time("kaibiaotime")?;
    let opening = read_opening(form)?;
    let given_meaning: Vec<_> = match opening {
        Opening::Plain(_) => form.dialect.sealed.iter().map(wire_name).collect(),
        Opening::Key { .. } | Opening::PlatformKey { .. } | Opening::Nothing => Vec::new(),
    };
    let Extras { extra, personal } = Extras::read(form, &given_meaning)?;
    Ok(Restore { application_no, guarantee_no, opening_at, opening, extra, personal })
}

fn read_opening(form: &mut Form<'_, '_>) -> Result<Opening, Fault> {
    let key = form.text("key", KEY_LENGTH_MAX)?.map(Secret::new);
    let iv = form.text("iv", KEY_LENGTH_MAX)?.map(str::to_owned);
    let takes_key = form.dialect.restore != RestoreForm::Plain;
    let takes_plain = form.dialect.restore != RestoreForm::Key;
    let seals_nothing = form.dialect.sealed.is_empty();
    if let Some(key) = key.filter(|_| takes_key) {
        // A guarantee from before the platform stopped sealing still wants its key.
        if SealKey::parse(key.expose()).is_none() {
            if seals_nothing {
                return Ok(Opening::Nothing);
            }
            return Err(Fault::form("key", "应为 32 位十六进制、16 字节的 base64 或 16 个字符"));
        }
        return Ok(Opening::Key { key, iv });
    }
    if seals_nothing {
        return Ok(Opening::Nothing);
    }
    let brings_plain = form
        .dialect
        .sealed
        .iter()
        .any(|field| form.fields.get(wire_name(field)).is_some_and(|value| !value.is_blank()));
    if takes_plain && brings_plain {
        return read_terms(form, |form, field| form.dialect.sealed.contains(field)).map(Opening::Plain);
    }
    if let Some(key) = &form.dialect.sealed_key {
        return Ok(Opening::PlatformKey { key: key.clone(), iv });
    }
    // What is missing is the key, or the first of the fields.
    let first_field = form.dialect.sealed.iter().next().map_or("key", wire_name);
    Err(Fault::missing(if takes_key { "key" } else { first_field }))
}

impl Restore {
    pub(super) fn describe(&self, content: &mut Content) {
        content.put("application_no", self.application_no.as_str());
        content.put("guarantee_no", self.guarantee_no.as_str());
        content.put("opening_at", &format_time(self.opening_at));
        match &self.opening {
            // The same key in hex, base64 or characters is the same; the vector is a hint and not content.
            Opening::Key { key, .. } | Opening::PlatformKey { key, .. } => {
                let canonical = SealKey::parse(key.expose()).map(|key| key.to_hex());
                content.put("key", canonical.as_deref().unwrap_or(key.expose()));
            }
            Opening::Plain(terms) => describe_terms(content, terms),
            Opening::Nothing => {}
        }
    }
}
