//! Which fields of an application a platform seals, and what they are called on the wire.

use baohan_domain::SealedField;
use serde::{Deserialize, Deserializer, de::Error as _};

/// The fields that can be sealed, with their wire names, in the order in which they are opened and named in messages.
const WIRE_NAMES: [(SealedField, &str); 7] = [
    (SealedField::SectionNo, "biaoduanno"),
    (SealedField::SectionName, "biaoduanname"),
    (SealedField::BeneficiaryName, "zbr"),
    (SealedField::BeneficiaryCode, "zbrorgnum"),
    (SealedField::ApplicantName, "biddername"),
    (SealedField::ApplicantCode, "biddercode"),
    (SealedField::Amount, "bzjamount"),
];

/// A set of fields of baohanapply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealedFields(Vec<SealedField>);

impl SealedFields {
    /// No field: a platform that sends plain values.
    pub const NONE: Self = Self(Vec::new());

    /// A set of its fields; the order and repeats do not matter.
    pub fn new(fields: impl IntoIterator<Item = SealedField>) -> Self {
        let mut fields: Vec<_> = fields.into_iter().collect();
        fields.sort();
        fields.dedup();
        Self(fields)
    }

    /// Whether the field is sealed.
    #[must_use]
    pub fn contains(&self, field: SealedField) -> bool {
        self.0.contains(&field)
    }

    /// Whether nothing is sealed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fields, in their own order.
    pub fn iter(&self) -> impl Iterator<Item = SealedField> + '_ {
        self.0.iter().copied()
    }
}

impl Default for SealedFields {
    /// The specification's four.
    fn default() -> Self {
        Self::new([
            SealedField::SectionNo,
            SealedField::SectionName,
            SealedField::BeneficiaryName,
            SealedField::BeneficiaryCode,
        ])
    }
}

impl<'de> Deserialize<'de> for SealedFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let names = Vec::<String>::deserialize(deserializer)?;
        let mut fields = Vec::with_capacity(names.len());
        for name in &names {
            let known = from_wire_name(name).ok_or_else(|| {
                let all: Vec<_> = WIRE_NAMES.iter().map(|(_, name)| *name).collect();
                D::Error::custom(format!("`{name}` cannot be sealed; one of {}", all.join(", ")))
            })?;
            fields.push(known);
        }
        Ok(Self::new(fields))
    }
}

/// The field's name on the wire, for messages to platforms.
#[must_use]
pub fn wire_name(field: SealedField) -> &'static str {
    WIRE_NAMES.iter().find(|(known, _)| *known == field).map_or("", |(_, name)| name)
}

/// The field of that name on the wire.
pub(crate) fn from_wire_name(name: &str) -> Option<SealedField> {
    WIRE_NAMES.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
}

/// All fields that can be sealed.
pub(crate) fn sealable() -> impl Iterator<Item = (SealedField, &'static str)> {
    WIRE_NAMES.into_iter()
}
