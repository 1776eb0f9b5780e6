use std::fmt;

/// What a caller may do. Which route asks for which role stands in [`crate::access`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Decides about applications.
    Underwriter,
    /// Handles quits, invoices and notices, and sees what is sealed until the opening.
    Operator,
    /// Reads everything but personal data.
    Auditor,
    /// Pays claims and issues invoices.
    Finance,
    /// Reads personal data; each reading is recorded.
    Privacy,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::Underwriter, Self::Operator, Self::Auditor, Self::Finance, Self::Privacy];

    /// The name in the configuration.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Underwriter => "underwriter",
            Self::Operator => "operator",
            Self::Auditor => "auditor",
            Self::Finance => "finance",
            Self::Privacy => "privacy",
        }
    }

    /// The role of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    fn bit(self) -> u8 {
        1 << self as u8
    }
}

impl fmt::Display for Role {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}

/// A set of roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Roles(u8);

impl Roles {
    /// Nobody.
    pub const NONE: Self = Self(0);

    /// Whether the role is among them.
    #[must_use]
    pub fn has(self, role: Role) -> bool {
        self.0 & role.bit() != 0
    }

    /// Whether any of these roles is among them.
    #[must_use]
    pub fn has_any(self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.has(*role))
    }
}

impl FromIterator<Role> for Roles {
    fn from_iter<T: IntoIterator<Item = Role>>(roles: T) -> Self {
        Self(roles.into_iter().fold(0, |set, role| set | role.bit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_found_by_its_name_and_a_set_knows_its_own() {
        for role in Role::ALL {
            assert_eq!(Role::from_name(role.name()), Some(role));
            let alone: Roles = [role].into_iter().collect();
            for other in Role::ALL {
                assert_eq!(alone.has(other), role == other);
            }
        }
        assert_eq!(Role::from_name("root"), None);
        assert!(!Roles::NONE.has_any(&Role::ALL));
    }
}
