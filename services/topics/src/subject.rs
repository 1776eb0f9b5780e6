use baohan_domain::Guarantee;

/// By which numbers the world outside knows a guarantee, as far as they are known when an event is published.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Subject {
    /// The platform's key.
    pub platform: Option<String>,
    /// The platform's number of the application.
    pub application_no: Option<String>,
    /// Our number; from the issue on.
    pub guarantee_no: Option<String>,
}

impl Subject {
    /// What is known of a guarantee that stands so.
    #[must_use]
    pub fn of(guarantee: &Guarantee) -> Self {
        let application = guarantee.application();
        Self {
            platform: application.map(|application| application.platform.clone()),
            application_no: application.map(|application| application.application_no.to_string()),
            guarantee_no: guarantee.issued().map(|issued| issued.guarantee_no.to_string()),
        }
    }

    /// Whether it is what is known of a guarantee that stands so: [`Subject::of`], without making one.
    #[must_use]
    pub fn is_of(&self, guarantee: &Guarantee) -> bool {
        let application = guarantee.application();
        self.platform.as_deref() == application.map(|application| application.platform.as_str())
            && self.application_no.as_deref()
                == application.map(|application| application.application_no.as_str())
            && self.guarantee_no.as_deref() == guarantee.issued().map(|issued| issued.guarantee_no.as_str())
    }
}
