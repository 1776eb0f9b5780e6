use std::fmt;

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Health {
    /// As it must be.
    Well,
    /// It works, and something will surprise.
    Warning,
    /// It does not work.
    Broken,
}

/// What one check found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How it is.
    pub health: Health,
    /// What was looked at.
    pub subject: String,
    /// What was found, and what to do about it.
    pub text: String,
}

impl Finding {
    /// It is as it must be.
    pub fn well(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { health: Health::Well, subject: subject.into(), text: text.into() }
    }

    /// It works, and something will surprise.
    pub fn warning(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { health: Health::Warning, subject: subject.into(), text: text.into() }
    }

    /// It does not work.
    pub fn broken(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self { health: Health::Broken, subject: subject.into(), text: text.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let health = match self.health {
            Health::Well => "ok",
            Health::Warning => "warning",
            Health::Broken => "BROKEN",
        };
        write!(formatter, "{health:<8} {:<24} {}", self.subject, self.text)
    }
}
