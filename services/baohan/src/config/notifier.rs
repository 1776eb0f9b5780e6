//! `[notifier]`: how platforms are reached.

use reqwest::Url;

use super::section::Section;
use super::values::checked_url;

/// How calls to platforms go out.
#[derive(Debug, Clone)]
pub struct Notifier {
    /// The proxy that carries them; absent: what `HTTPS_PROXY`, `HTTP_PROXY` and `NO_PROXY` say.
    pub proxy: Option<String>,
}

impl Notifier {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>) -> Self {
        let proxy = section.optional_text("proxy").filter(|proxy| !proxy.is_empty());
        if let Some(proxy) = &proxy {
            let checked = checked_url(proxy).and_then(|()| {
                let parsed = Url::parse(proxy).map_err(|error| error.to_string())?;
                if parsed.password().is_some() {
                    return Err("takes no password: such a proxy belongs into HTTPS_PROXY".to_owned());
                }
                Ok(())
            });
            if let Err(message) = checked {
                section.wrong("proxy", &message, None);
            }
        }
        Self { proxy }
    }
}
