//! What a platform does otherwise than the specification: the keys of `[platforms.dialect]`.

mod sealed;

use std::collections::BTreeSet;

use serde::Deserialize;

pub use sealed::{SealedFields, wire_name};
pub(crate) use sealed::{from_wire_name, sealable};

use crate::secret::Secret;

/// How long before the opening a restore is taken at the most, where nothing else is set.
pub const EARLY_RESTORE_HOURS_MAX_DEFAULT: u32 = 24;

macro_rules! choice {
    ($(#[$doc:meta])* $name:ident { $($(#[$value_doc:meta])* $value:ident = $text:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
        pub enum $name {
            $($(#[$value_doc])* #[serde(rename = $text)] $value),+
        }

        impl $name {
            /// Every value, the default first.
            pub const ALL: &'static [Self] = &[$(Self::$value),+];

            /// The value as the configuration spells it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$value => $text),+ }
            }
        }

        impl Default for $name {
            fn default() -> Self {
                Self::ALL[0]
            }
        }
    };
}

choice! {
    /// `key_order`: the order of the keys in the signed text.
    KeyOrder {
        /// Byte order: `Reason` before `appkey`.
        Ascii = "ascii",
        /// As if all letters were small; keys that differ in case alone stay in byte order.
        CaseInsensitive = "case-insensitive",
    }
}
choice! {
    /// `absent`: which fields without a value are left out of the signed text.
    Absent {
        /// null, empty and blank-only, `[]` and `{}` too.
        Skip = "skip",
        /// None: null and "" give `k=`.
        KeepEmpty = "keep-empty",
        /// null and ""; blanks are signed.
        KeepBlank = "keep-blank",
    }
}
choice! {
    /// `secret`: where the secret stands.
    SecretPlace {
        /// `&appsecret=SECRET` behind the text.
        Appsecret = "appsecret",
        /// `&SECRET` behind the text.
        Ampersand = "ampersand",
        /// `SECRET` directly behind the text.
        Append = "append",
        /// The key of an HMAC over the text.
        Hmac = "hmac",
    }
}
choice! {
    /// `digest`: the hash and how it is written.
    DigestForm {
        /// SM3 in lower-case hex.
        Sm3Hex = "sm3-hex",
        /// SM3 in upper-case hex.
        Sm3HexUpper = "sm3-hex-upper",
        /// SM3 in base64.
        Sm3Base64 = "sm3-base64",
        /// MD5 in lower-case hex.
        Md5Hex = "md5-hex",
    }
}
choice! {
    /// `numbers`: how a JSON number stands in the signed text.
    NumberText {
        /// As it was written.
        AsWritten = "as-written",
        /// As Java's `Double.toString` prints it.
        JavaDouble = "java-double",
        /// Integers as written, others as `Double.toString` prints them.
        JavaDecimal = "java-decimal",
    }
}
choice! {
    /// `nested`: how an array or an object stands in the signed text.
    NestedText {
        /// JSON without blanks.
        CompactJson = "compact-json",
        /// The slice of the body.
        AsReceived = "as-received",
        /// As Java's `List.toString` and `Map.toString` print it.
        Java = "java",
    }
}
choice! {
    /// `charset`: the bytes that are hashed.
    Charset {
        /// UTF-8.
        Utf8 = "utf-8",
        /// GBK; what it cannot express is `?`, as in Java.
        Gbk = "gbk",
    }
}
choice! {
    /// `restore`: what a restore brings.
    RestoreForm {
        /// The key.
        Key = "key",
        /// The plain fields.
        Plain = "plain",
        /// Either.
        Either = "either",
    }
}
choice! {
    /// `body`: how messages travel.
    BodyForm {
        /// A JSON object.
        Json = "json",
        /// A form with the JSON object in `requestData`.
        Form = "form",
    }
}
choice! {
    /// `reply_code`: how our answers write `code`.
    ReplyCode {
        /// `"1"`.
        String = "string",
        /// `1`.
        Number = "number",
    }
}
choice! {
    /// `absent_out`: how our notices write a field that has no value.
    AbsentOut {
        /// Left out.
        Omit = "omit",
        /// `""`.
        Empty = "empty",
    }
}
choice! {
    /// `rate`: how the premium's rate is written.
    RateForm {
        /// 0.008.
        Fraction = "fraction",
        /// 0.8.
        Percent = "percent",
    }
}
choice! {
    /// `file_md5`: over what `baohanfilemd5` is taken.
    FileMd5 {
        /// It is not sent.
        None = "none",
        /// The file's bytes.
        Bytes = "bytes",
        /// The file's base64 text.
        Base64 = "base64",
    }
}
choice! {
    /// `quit_refused`: whether a refused quit is told.
    QuitRefused {
        /// No: the specification's quitnotice means success.
        Silent = "silent",
        /// By a quitnotice with `applystatus` 0.
        Applystatus = "applystatus",
    }
}
choice! {
    /// `early_restore`: what becomes of a restore before the opening.
    EarlyRestore {
        /// Taken, within `early_restore_max_hours`.
        Accept = "accept",
        /// The key is taken, the plain document made and told at the opening.
        Hold = "hold",
        /// Refused.
        Refuse = "refuse",
    }
}
choice! {
    /// `withdrawn_notice`: whether a withdrawn application is told.
    WithdrawnNotice {
        /// No.
        None = "none",
        /// By a baohannotice with `applystatus` 0.
        Applystatus = "applystatus",
    }
}
choice! {
    /// `times`: how strictly times and dates are read.
    Times {
        /// `yyyy-MM-dd HH:mm:ss` and `yyyy-MM-dd` only.
        Strict = "strict",
        /// A date alone, a time where a date stands, and one-digit hours are taken.
        Lenient = "lenient",
    }
}

/// How one platform speaks. The default is the specification.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Dialect {
    /// Order of the keys in the signed text.
    pub key_order: KeyOrder,
    /// Which fields without a value are not signed.
    pub absent: Absent,
    /// Whether values are trimmed (as Java's `String.trim`) before they are joined, and when they are read.
    pub trim: bool,
    /// Where the secret stands.
    pub secret: SecretPlace,
    /// The hash and its form.
    pub digest: DigestForm,
    /// How numbers are signed.
    pub numbers: NumberText,
    /// How arrays and objects are signed.
    pub nested: NestedText,
    /// Fields that are not signed.
    pub unsigned_fields: BTreeSet<String>,
    /// The bytes that are hashed.
    pub charset: Charset,
    /// Which fields of an application are sealed.
    pub sealed: SealedFields,
    /// What a restore brings.
    pub restore: RestoreForm,
    /// A key fixed for the platform, used when a restore brings none.
    pub sealed_key: Option<Secret>,
    /// How messages travel, both ways.
    pub body: BodyForm,
    /// How our answers write `code`.
    pub reply_code: ReplyCode,
    /// What the platform answers for success.
    pub success_value: String,
    /// Texts in a refusal's message that mean "I have it already".
    pub duplicate_markers: Vec<String>,
    /// How our notices write a field without a value.
    pub absent_out: AbsentOut,
    /// How the rate is written.
    pub rate: RateForm,
    /// Whether and over what `baohanfilemd5` is sent.
    pub file_md5: FileMd5,
    /// Whether a refused quit is told.
    pub quit_refused: QuitRefused,
    /// What becomes of an early restore.
    pub early_restore: EarlyRestore,
    /// How many hours before the opening a restore is taken at the most.
    pub early_restore_max_hours: u32,
    /// Unknown fields that are no personal data.
    pub plain_extras: BTreeSet<String>,
    /// Whether a withdrawn application is told.
    pub withdrawn_notice: WithdrawnNotice,
    /// How strictly times are read.
    pub times: Times,
}

impl Dialect {
    /// Every key, as the configuration spells it.
    pub const KEYS: [&'static str; 25] = [
        "key_order",
        "absent",
        "trim",
        "secret",
        "digest",
        "numbers",
        "nested",
        "unsigned_fields",
        "charset",
        "sealed",
        "restore",
        "sealed_key",
        "body",
        "reply_code",
        "success_value",
        "duplicate_markers",
        "absent_out",
        "rate",
        "file_md5",
        "quit_refused",
        "early_restore",
        "early_restore_max_hours",
        "plain_extras",
        "withdrawn_notice",
        "times",
    ];
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            key_order: KeyOrder::default(),
            absent: Absent::default(),
            trim: false,
            secret: SecretPlace::default(),
            digest: DigestForm::default(),
            numbers: NumberText::default(),
            nested: NestedText::default(),
            unsigned_fields: BTreeSet::new(),
            charset: Charset::default(),
            sealed: SealedFields::default(),
            restore: RestoreForm::default(),
            sealed_key: None,
            body: BodyForm::default(),
            reply_code: ReplyCode::default(),
            success_value: "1".to_owned(),
            duplicate_markers: Vec::new(),
            absent_out: AbsentOut::default(),
            rate: RateForm::default(),
            file_md5: FileMd5::default(),
            quit_refused: QuitRefused::default(),
            early_restore: EarlyRestore::default(),
            early_restore_max_hours: EARLY_RESTORE_HOURS_MAX_DEFAULT,
            plain_extras: BTreeSet::from(["platformcode".to_owned()]),
            withdrawn_notice: WithdrawnNotice::default(),
            times: Times::default(),
        }
    }
}
