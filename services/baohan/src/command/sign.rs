use std::process::ExitCode;

use baohan_ledger::{Clock as _, SystemClock};
use baohan_wire::{
    Diagnosis, Dialect, Directory, Fault, Interface, Platform, SecretPlace, receive, receive_notice,
    sign_json,
};
use clap::Args;
use clap::builder::PossibleValuesParser;

use super::EXIT_FAILED;
use super::message::Message;
use super::profile::Profile;
use crate::terminal::say;

/// Signs a message, or says why a signature is wrong. Shows the string that is hashed, the secret as ***.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  baohan sign --config baohan.toml --platform jyzx-demo body.json
  echo '{\"appkey\":\"k\",\"amount\":800000.00}' | SECRET=… baohan sign --secret-env SECRET
  SECRET=… baohan sign --secret-env SECRET --dialect numbers=java-decimal --dialect secret=hmac body.json
  baohan sign --config baohan.toml --check --interface claimsnotice received.json
  baohan sign --config baohan.toml --body body.json > signed.json     the message with its signature, nothing else")]
pub struct Sign {
    #[command(flatten)]
    profile: Profile,
    /// Prints the signed message alone.
    #[arg(long, conflicts_with = "check")]
    body: bool,
    /// The message has a signature: says whether it holds, and if not, how it seems to have been made.
    #[arg(long, requires = "interface")]
    check: bool,
    /// The interface that the message was sent to.
    #[arg(long, value_name = "NAME", value_parser = PossibleValuesParser::new(Interface::ALL.map(Interface::name)))]
    interface: Option<String>,
    #[command(flatten)]
    message: Message,
}

impl Sign {
    pub fn run(self) -> anyhow::Result<ExitCode> {
        match &self.interface {
            Some(interface) if self.check => self.examine(interface),
            _ => self.sign(),
        }
    }

    fn sign(&self) -> anyhow::Result<ExitCode> {
        let text = self.message.read_text()?;
        let platform = self.profile.platform(&appkey_of(&text))?;
        let signed = sign_json(&text, &platform.dialect, secret_for(&platform, &text))?;
        if self.body {
            say!("{}", signed.body);
        } else {
            say!("string to hash: {}", with_hidden_secret(&signed.hashed_text, &platform.dialect));
            say!("sign: {}", signed.sign);
        }
        Ok(ExitCode::SUCCESS)
    }

    fn examine(&self, interface: &str) -> anyhow::Result<ExitCode> {
        let bytes = self.message.read()?;
        let text = String::from_utf8_lossy(&bytes);
        // Whether the time is in the window was a question when it came, and is none now.
        let platform = Platform {
            timestamp_window_seconds: 0,
            enabled: true,
            paused: None,
            path_prefix: String::new(),
            ..self.profile.platform(&appkey_of(&text))?
        };
        let directory = Directory::new([platform.clone()])?;
        let served_by_us = Interface::from_name(interface).is_some_and(Interface::served_by_institution);
        let now = SystemClock.now();
        let (is_signed, fault) = if served_by_us {
            let receipt = receive(&directory, "", interface, &bytes, now);
            (receipt.is_signed, receipt.result.err())
        } else {
            let receipt = receive_notice(&directory, "", interface, &bytes, now);
            (receipt.is_signed, receipt.result.err())
        };
        say!("{}", told(is_signed, fault.as_ref(), &platform, &text));
        Ok(if is_signed { ExitCode::SUCCESS } else { ExitCode::from(EXIT_FAILED) })
    }
}

/// What came of a check, for people.
fn told(is_signed: bool, fault: Option<&Fault>, platform: &Platform, text: &str) -> String {
    if is_signed {
        let beside = fault.map(|fault| format!("; refused all the same ({}): {}", fault.code, fault.message));
        return format!("the signature holds{}", beside.unwrap_or_default());
    }
    let mut lines =
        vec![fault.map_or_else(String::new, |fault| format!("refused ({}): {}", fault.code, fault.message))];
    let diagnosis = fault.and_then(|fault| fault.diagnosis.as_deref());
    if let Some(Diagnosis { hashed_text, findings }) = diagnosis {
        lines.push(format!("string to hash: {}", with_hidden_secret(hashed_text, &platform.dialect)));
        if let Ok(signed) = sign_json(text, &platform.dialect, secret_for(platform, text)) {
            lines.push(format!("sign would be: {}", signed.sign));
        }
        for finding in findings {
            lines.push(format!("fits with {}: {}", finding.variant, finding.explanation));
        }
        if findings.is_empty() {
            lines.push("no way of signing that is known here fits: is it another secret?".to_owned());
        }
    }
    lines.join("\n")
}

/// The string as it is hashed, with `***` where the secret stands.
fn with_hidden_secret(hashed: &str, dialect: &Dialect) -> String {
    match dialect.secret {
        SecretPlace::Appsecret => format!("{hashed}&appsecret=***"),
        SecretPlace::Ampersand => format!("{hashed}&***"),
        SecretPlace::Append => format!("{hashed}***"),
        SecretPlace::Hmac => format!("{hashed}  (HMAC, keyed with ***)"),
    }
}

/// The secret of the centre that the message names, if it has one of its own.
fn secret_for<'p>(platform: &'p Platform, text: &str) -> &'p baohan_wire::Secret {
    let message: Option<serde_json::Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
    let code = message.as_ref().and_then(|message| message["platformcode"].as_str());
    platform.for_centre(code).secret()
}

/// The appkey in a message, so that a profile from the command line fits it.
fn appkey_of(text: &str) -> String {
    let message: Option<serde_json::Value> = serde_json::from_str(text.trim_start_matches('\u{feff}')).ok();
    let appkey =
        message.as_ref().and_then(|message| message["appkey"].as_str()).filter(|key| !key.trim().is_empty());
    appkey.unwrap_or("appkey").to_owned()
}

#[cfg(test)]
mod tests {
    use baohan_wire::Secret;

    use super::*;

    /// The claim of the interface specification's vectors, with its right signature.
    const CLAIM: &str = r#"{"appkey":"jyzx-demo","timestamp":"2026-04-02 09:30:00","applyno":"SQ202603020001","baohanno":"BH20260302000001","payeraccount":"6222000000000000001","payeramount":"800000","filelist":"[{\"fileurl\":\"https://files.example/a.pdf\"},{\"fileurl\":\"https://files.example/b.pdf\"}]","applyusername":"张三","applyuserphone":"13800000000","Reason":"中标人放弃中标","sign":"b77c832a640f0b1f0807e4cb9e207a20a61ea5a95c160e59ec6a0fa473fe9939"}"#;

    fn platform() -> Platform {
        Platform { timestamp_window_seconds: 0, ..Platform::new("jyzx-demo", Secret::new("demo-secret-01")) }
    }

    fn examined(text: &str) -> (bool, String) {
        let platform = platform();
        let directory = Directory::new([platform.clone()]).unwrap();
        let receipt = receive(&directory, "", "claimsnotice", text.as_bytes(), SystemClock.now());
        (receipt.is_signed, told(receipt.is_signed, receipt.result.err().as_ref(), &platform, text))
    }

    #[test]
    fn the_vector_is_signed_as_the_specification_says() {
        let platform = platform();
        let signed = sign_json(CLAIM, &platform.dialect, secret_for(&platform, CLAIM)).unwrap();
        assert_eq!(signed.sign, "b77c832a640f0b1f0807e4cb9e207a20a61ea5a95c160e59ec6a0fa473fe9939");
        let shown = with_hidden_secret(&signed.hashed_text, &platform.dialect);
        assert!(shown.starts_with("Reason=") && shown.ends_with("&appsecret=***"), "{shown}");
    }

    #[test]
    fn a_signature_that_holds_is_said_to() {
        assert_eq!(examined(CLAIM), (true, "the signature holds".to_owned()));
    }

    #[test]
    fn a_wrong_one_names_the_dialect_key_that_would_fit() {
        let other = Dialect { secret: SecretPlace::Ampersand, ..Dialect::default() };
        let signed = sign_json(CLAIM, &other, &platform().secret).unwrap();
        let (is_signed, text) = examined(&signed.body);
        assert!(!is_signed && text.contains("secret = \"ampersand\""), "{text}");
        assert!(!text.contains("demo-secret"), "{text}");
    }
}
