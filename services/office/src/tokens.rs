use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;

use crate::roles::Roles;

/// A bearer token as the configuration knows it: never the token, its digest only.
#[derive(Debug, Clone)]
pub struct Token {
    /// The actor in the audit trail.
    pub name: String,
    /// SHA-256 over the token's bytes.
    pub sha256: [u8; 32],
    /// What its bearer may do.
    pub roles: Roles,
}

/// Who calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The actor in the audit trail.
    pub name: Arc<str>,
    /// What he may do.
    pub roles: Roles,
}

/// Everybody who may call.
#[derive(Debug, Clone, Default)]
pub struct Tokens(Vec<(Token, Arc<str>)>);

impl Tokens {
    /// Takes what was configured.
    #[must_use]
    pub fn new(tokens: Vec<Token>) -> Self {
        Self(tokens.into_iter().map(|token| (token.clone(), Arc::from(token.name))).collect())
    }

    /// The bearer of a token. Every digest is compared, each in constant time, so that the time tells nothing.
    #[must_use]
    pub fn bearer(&self, presented: &str) -> Option<Caller> {
        let digest: [u8; 32] = Sha256::digest(presented.as_bytes()).into();
        let mut found = None;
        for (token, name) in &self.0 {
            if bool::from(token.sha256.ct_eq(&digest)) {
                found = Some(Caller { name: Arc::clone(name), roles: token.roles });
            }
        }
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::roles::Role;

    #[test]
    fn a_token_is_known_by_its_digest_alone() {
        let sha256 = Sha256::digest(b"correct horse battery staple").into();
        let roles = [Role::Auditor].into_iter().collect();
        let tokens = Tokens::new(vec![Token { name: "lisi".into(), sha256, roles }]);
        let caller = tokens.bearer("correct horse battery staple").unwrap();
        assert_eq!((&*caller.name, caller.roles), ("lisi", roles));
        for wrong in ["", "correct horse battery stapl", "Correct horse battery staple", &hex::encode(sha256)]
        {
            assert_eq!(tokens.bearer(wrong), None);
        }
    }
}
