//! The published forms of the values whose text has rules of its own, as JSON Schema: what they count, and their bounds.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use crate::money::{Money, RATE_PLACES_MAX, Rate};
use crate::numbers::{ApplicationNo, GuaranteeNo, InvoiceCode, InvoiceNo, NUMBER_LENGTH_MAX};
use crate::terms::SealedField;

/// The digits of yuan before the point: what [`crate::money::FEN_DIGITS_MAX`] leaves beside the two places.
const YUAN_DIGITS_MAX: u32 = crate::money::FEN_DIGITS_MAX - 2;

impl JsonSchema for Money {
    fn schema_name() -> Cow<'static, str> {
        "Money".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        let more_digits = YUAN_DIGITS_MAX - 1;
        json_schema!({
            "type": "string",
            "pattern": format!(r"^(0|[1-9][0-9]{{0,{more_digits}}})\.[0-9]{{2}}$"),
            "description": "An amount in yuan (CNY), an exact decimal with two places, from 0.00 to 9999999999999999.99. To be read \
                            as a decimal, never as a binary floating-point number.",
            "examples": ["800000.00"],
        })
    }
}

impl JsonSchema for Rate {
    fn schema_name() -> Cow<'static, str> {
        "Rate".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "pattern": format!(r"^(0\.[0-9]{{0,{}}}[1-9]|1)$", RATE_PLACES_MAX - 1),
            "description": "The premium's rate as an exact fraction, above 0 and at most 1: 0.008 is 0.8 percent.",
            "examples": ["0.008"],
        })
    }
}

macro_rules! number {
    ($name:ident: $form:tt) => {
        impl JsonSchema for $name {
            fn schema_name() -> Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!($form)
            }
        }
    };
}

number!(ApplicationNo: {
    "type": "string",
    "minLength": 1,
    "maxLength": NUMBER_LENGTH_MAX,
    "description": "The platform's number of an application, opaque; unique within its platform and centre.",
});
number!(GuaranteeNo: {
    "type": "string",
    "minLength": 1,
    "maxLength": NUMBER_LENGTH_MAX,
    "description": "The institution's number of a guarantee, unique in the whole ledger.",
});
number!(InvoiceNo: {
    "type": "string",
    "pattern": "^([0-9]{8}|[0-9]{20})$",
    "description": "An invoice's number: 20 digits (fully digital), or 8 with a code beside it.",
});
number!(InvoiceCode: {
    "type": "string",
    "pattern": "^([0-9]{10}|[0-9]{12})$",
    "description": "The code beside an 8-digit invoice number: 10 or 12 digits.",
});

impl JsonSchema for SealedField {
    fn schema_name() -> Cow<'static, str> {
        "SealedField".into()
    }

    /// A plain list, since it is what a map's keys are taken from.
    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "string",
            "enum": [
                Self::SectionNo,
                Self::SectionName,
                Self::BeneficiaryName,
                Self::BeneficiaryCode,
                Self::ApplicantName,
                Self::ApplicantCode,
                Self::Amount,
            ],
        })
    }
}
