//! `[office]`: what people, core systems and readers call, and who they are.

use std::net::{Ipv4Addr, SocketAddr};

use baohan_office::Role;
use sha2::{Digest as _, Sha256};

use super::gateway::Gateway;
use super::section::{Section, nearest, quoted};
use super::values;

/// Beside the gateway's.
const PORT_DEFAULT: u16 = 8081;
/// A bearer token shorter than this can be guessed.
const TOKEN_LENGTH_MIN: usize = 16;

/// The house's side of HTTP.
#[derive(Debug, Clone)]
pub struct Office {
    /// Where it listens.
    pub listen: SocketAddr,
    /// Who may call.
    pub tokens: Vec<Token>,
}

/// One caller.
#[derive(Debug, Clone)]
pub struct Token {
    /// The actor in the audit trail.
    pub name: String,
    /// SHA-256 of the bearer token.
    pub sha256: [u8; 32],
    /// What the caller may do.
    pub roles: Vec<Role>,
}

impl Office {
    /// Reads the section.
    pub fn read(section: &mut Section<'_>, gateway: &Gateway) -> Self {
        let listen =
            values::address(section, "listen", SocketAddr::from((Ipv4Addr::LOCALHOST, PORT_DEFAULT)));
        // Port 0 is any free one, as often as it is asked for.
        if listen.port() != 0 && listen == gateway.listen {
            section.wrong("listen", "the gateway listens there", None);
        }
        let mut names: Vec<String> = Vec::new();
        let tokens = section.sections("tokens", |section| {
            let token = Token::read(section)?;
            if names.contains(&token.name) {
                let message = format!("\"{}\" is the name of another token too", token.name);
                section.wrong("name", &message, None);
            }
            names.push(token.name.clone());
            Some(token)
        });
        if tokens.is_empty() {
            section.report().warn("[office] has no tokens: nobody can read or decide anything");
        }
        Self { listen, tokens: tokens.into_iter().flatten().collect() }
    }
}

impl Token {
    fn read(section: &mut Section<'_>) -> Option<Self> {
        let name = section.required_text("name");
        let sha256 = digest(section);
        let roles = roles(section);
        Some(Self { name, sha256: sha256?, roles })
    }
}

fn roles(section: &mut Section<'_>) -> Vec<Role> {
    let mut roles = Vec::new();
    for (index, name) in section.texts("roles", &[]).iter().enumerate() {
        if let Some(role) = Role::from_name(name) {
            roles.push(role);
            continue;
        }
        let names = Role::ALL.map(Role::name);
        let near = nearest(name, names.into_iter()).map(|near| format!("did you mean \"{near}\"?"));
        section.wrong(
            &format!("roles.{index}"),
            &format!("\"{name}\" is no role: {}", names.join(", ")),
            near,
        );
    }
    roles
}

/// The digest under `token_sha256`, or that of the token in the variable under `token_env`.
fn digest(section: &mut Section<'_>) -> Option<[u8; 32]> {
    let written = section.node("token_sha256").is_some();
    let named = section.node("token_env").is_some();
    match (written, named) {
        (true, true) => {
            section.wrong_key("token_env", "one of token_sha256 and token_env is to be set", None);
        }
        (false, false) => {
            section.wrong_key("token_sha256", "is required and missing: set token_sha256 or token_env", None);
        }
        (true, false) => {
            let text = section.node("token_sha256").and_then(|node| section.as_text("token_sha256", node))?;
            section.understood("token_sha256", Some(quoted("***")));
            let mut sha256 = [0; 32];
            if hex::decode_to_slice(text, &mut sha256).is_ok() {
                return Some(sha256);
            }
            let help = "printf %s TOKEN | sha256sum".to_owned();
            section.wrong("token_sha256", "is no SHA-256: 64 hex digits", Some(help));
        }
        (false, true) => {
            let variable = section.optional_text("token_env")?;
            match section.report().environment.get(&variable) {
                None => {
                    section.wrong("token_env", &format!("environment variable {variable} is not set"), None);
                }
                Some(token) if token.len() < TOKEN_LENGTH_MIN => {
                    let message =
                        format!("the token in {variable} is shorter than {TOKEN_LENGTH_MIN} characters");
                    section.wrong("token_env", &message, None);
                }
                Some(token) => return Some(Sha256::digest(token).into()),
            }
        }
    }
    None
}
