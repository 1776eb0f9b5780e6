//! A platform's profile: who it is, where it listens, its secrets, and how it speaks.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::dialect::{BodyForm, Dialect};
use crate::interface::Interface;
use crate::secret::Secret;

/// How far a call's time may lie from ours, in seconds, where nothing else is set.
pub const TIMESTAMP_WINDOW_SECONDS_DEFAULT: u32 = 600;

/// A trading centre's financial-service platform: one appkey.
#[derive(Debug, Clone)]
pub struct Platform {
    /// Its name on the wire.
    pub appkey: String,
    /// The secret of both directions.
    pub secret: Secret,
    /// Earlier secrets that calls may still be signed with; never used for our own.
    pub previous_secrets: Vec<PreviousSecret>,
    /// Its name for people.
    pub name: String,
    /// Where its services are; the interface's name is added.
    pub base_url: String,
    /// Whole addresses of single interfaces.
    pub urls: BTreeMap<Interface, String>,
    /// Calls get code 0 with this text.
    pub paused: Option<String>,
    /// The centres that share the appkey.
    pub centres: Vec<Centre>,
    /// Our services for it are at `/{path_prefix}/{interface}`; empty for none, no slash at either end.
    pub path_prefix: String,
    /// Whether its calls are taken at all.
    pub enabled: bool,
    /// How far a call's time may lie from ours, in seconds; 0 switches the check off.
    pub timestamp_window_seconds: u32,
    /// How it speaks.
    pub dialect: Dialect,
}

/// A secret that was replaced.
#[derive(Debug, Clone)]
pub struct PreviousSecret {
    /// The text.
    pub value: Secret,
    /// The last day in China on which it is accepted.
    pub not_after: NaiveDate,
}

/// One of the centres behind an appkey.
#[derive(Debug, Clone)]
pub struct Centre {
    /// What the wire's `platformcode` says.
    pub platform_code: String,
    /// Its name for people; else the platform's.
    pub name: Option<String>,
    /// Whole addresses of single interfaces; else the platform's.
    pub urls: BTreeMap<Interface, String>,
    /// Its own secret; else the platform's. Where it has one, the platform's does not sign for it.
    pub secret: Option<Secret>,
}

/// A platform as one of its centres sees it.
#[derive(Debug, Clone, Copy)]
pub struct CentreView<'a> {
    platform: &'a Platform,
    centre: Option<&'a Centre>,
}

impl Platform {
    /// A platform that speaks the specification, with nothing but its key.
    pub fn new(appkey: impl Into<String>, secret: Secret) -> Self {
        let appkey = appkey.into();
        Self {
            name: appkey.clone(),
            appkey,
            secret,
            previous_secrets: Vec::new(),
            base_url: String::new(),
            urls: BTreeMap::new(),
            paused: None,
            centres: Vec::new(),
            path_prefix: String::new(),
            enabled: true,
            timestamp_window_seconds: TIMESTAMP_WINDOW_SECONDS_DEFAULT,
            dialect: Dialect::default(),
        }
    }

    /// The platform as the centre of that code sees it; a code that is not configured sees the platform itself.
    #[must_use]
    pub fn for_centre(&self, platform_code: Option<&str>) -> CentreView<'_> {
        let centre =
            platform_code.and_then(|code| self.centres.iter().find(|centre| centre.platform_code == code));
        CentreView { platform: self, centre }
    }

    /// The content type of our messages to it.
    #[must_use]
    pub fn content_type(&self) -> &'static str {
        match self.dialect.body {
            BodyForm::Json => "application/json; charset=utf-8",
            BodyForm::Form => "application/x-www-form-urlencoded",
        }
    }
}

impl<'a> CentreView<'a> {
    /// The name for people.
    #[must_use]
    pub fn name(&self) -> &'a str {
        self.centre.and_then(|centre| centre.name.as_deref()).unwrap_or(&self.platform.name)
    }

    /// The secret that signs today.
    #[must_use]
    pub fn secret(&self) -> &'a Secret {
        self.own_secret().unwrap_or(&self.platform.secret)
    }

    /// Where a message of that interface goes.
    #[must_use]
    pub fn url(&self, interface: Interface) -> String {
        let own = self.centre.and_then(|centre| centre.urls.get(&interface));
        own.or_else(|| self.platform.urls.get(&interface)).cloned().unwrap_or_else(|| {
            format!("{}/{}", self.platform.base_url.trim_end_matches('/'), interface.name())
        })
    }

    /// The secrets that a call may be signed with on that day in China.
    pub(crate) fn accepted_secrets(&self, today: NaiveDate) -> impl Iterator<Item = &'a Secret> {
        let previous: &'a [PreviousSecret] =
            if self.own_secret().is_some() { &[] } else { &self.platform.previous_secrets };
        let still =
            previous.iter().filter(move |secret| today <= secret.not_after).map(|secret| &secret.value);
        std::iter::once(self.secret()).chain(still)
    }

    fn own_secret(&self) -> Option<&'a Secret> {
        self.centre.and_then(|centre| centre.secret.as_ref())
    }
}
