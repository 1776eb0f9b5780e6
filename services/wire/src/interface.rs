//! The twelve interfaces of the specification, by their wire names.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the twelve interfaces (specification, part 3). Names keep the specification's spelling, slips included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Interface {
    /// (1) An application for a guarantee.
    Baohanapply,
    /// (2) Our notice that it was issued or declined.
    Baohannotice,
    /// (3) The opening: the key to the sealed fields.
    Baohanrestore,
    /// (4) Our notice of the plain document.
    Restorenotice,
    /// (5) A request for an invoice.
    Invoiceapply,
    /// (6) Our notice of the invoice.
    Invoicenotice,
    /// (7) A request to quit.
    Quitapply,
    /// (8) Our notice that the guarantee was quit.
    Quitnotice,
    /// (9) The guarantee is no longer needed.
    Canclenotice,
    /// (10) A claim.
    Claimsnotice,
    /// (11) Reconciliation of the guarantees of some days.
    Checkbaohanlist,
    /// (12) Exceptions of tender sections, which we poll.
    Getbiaoduanyichang,
}

impl Interface {
    /// All twelve, in the specification's order.
    pub const ALL: [Self; 12] = [
        Self::Baohanapply,
        Self::Baohannotice,
        Self::Baohanrestore,
        Self::Restorenotice,
        Self::Invoiceapply,
        Self::Invoicenotice,
        Self::Quitapply,
        Self::Quitnotice,
        Self::Canclenotice,
        Self::Claimsnotice,
        Self::Checkbaohanlist,
        Self::Getbiaoduanyichang,
    ];

    /// The name in paths, to the letter.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Baohanapply => "baohanapply",
            Self::Baohannotice => "baohannotice",
            Self::Baohanrestore => "baohanrestore",
            Self::Restorenotice => "restorenotice",
            Self::Invoiceapply => "invoiceapply",
            Self::Invoicenotice => "invoicenotice",
            Self::Quitapply => "quitapply",
            Self::Quitnotice => "quitnotice",
            Self::Canclenotice => "canclenotice",
            Self::Claimsnotice => "claimsnotice",
            Self::Checkbaohanlist => "checkbaohanlist",
            Self::Getbiaoduanyichang => "getbiaoduanyichang",
        }
    }

    /// The interface of that name; the case counts.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|interface| interface.name() == name)
    }

    /// Whether the institution serves it; the platform serves the other five.
    #[must_use]
    pub fn served_by_institution(self) -> bool {
        match self {
            Self::Baohanapply
            | Self::Baohanrestore
            | Self::Invoiceapply
            | Self::Quitapply
            | Self::Canclenotice
            | Self::Claimsnotice
            | Self::Checkbaohanlist => true,
            Self::Baohannotice
            | Self::Restorenotice
            | Self::Invoicenotice
            | Self::Quitnotice
            | Self::Getbiaoduanyichang => false,
        }
    }

    /// The fields that the specification names for the request, `appkey`, `timestamp` and `sign` aside. A claim's
    /// reason has two spellings, and a result is told by some platforms' quit notices too.
    #[must_use]
    pub fn fields(self) -> &'static [&'static str] {
        match self {
            Self::Baohanapply => &[
                "applyno",
                "biddername",
                "biddercode",
                "biaoduanno",
                "biaoduanname",
                "bzjamount",
                "zbr",
                "zbrorgnum",
            ],
            Self::Baohannotice => &[
                "applyno",
                "baohanno",
                "baohanurl",
                "baohanfile",
                "payername",
                "payeraccount",
                "instname",
                "generatetime",
                "rate",
                "cost",
                "applystatus",
            ],
            Self::Baohanrestore => &["applyno", "baohanno", "kaibiaotime", "key", "iv"],
            Self::Restorenotice => &["applyno", "baohanno", "baohanurl", "baohanfile"],
            Self::Invoiceapply => &[
                "applyno",
                "baohanno",
                "biddername",
                "biddercode",
                "amount",
                "type",
                "address",
                "phone",
                "bank",
                "account",
                "email",
                "mobile",
            ],
            Self::Invoicenotice => &["baohanno", "invoiceurl", "invoicecode", "invoiceno", "applystatus"],
            Self::Quitapply => &["applyno", "baohanno", "reason"],
            Self::Quitnotice => &["applyno", "baohanno", "applystatus"],
            Self::Canclenotice => &["applyno", "baohanno"],
            Self::Claimsnotice => &[
                "applyno",
                "baohanno",
                "payeraccount",
                "payeramount",
                "filelist",
                "applyusername",
                "applyuserphone",
                "Reason",
                "reason",
            ],
            Self::Checkbaohanlist => &["startdate", "enddate"],
            Self::Getbiaoduanyichang => &["updatetime"],
        }
    }
}

impl fmt::Display for Interface {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.name())
    }
}
