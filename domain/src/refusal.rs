//! Why a command is refused. Each refusal has a stable code (a page under `docs/errors` says what to do)
//! and a Chinese message for the platform or the office.

use chrono::NaiveDate;

use crate::event::CancelledCause;
use crate::money::Money;
use crate::terms::SealedField;

/// The rule that a command would break.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.code())]
pub enum Refusal {
    /// No application has this number.
    UnknownApplication,
    /// Other content was taken under this number, key or opening.
    OtherContent,
    /// Nothing was issued.
    NotIssued,
    /// The guarantee number is not the one that was issued.
    GuaranteeNoDiffers,
    /// The guarantee number belongs to another guarantee.
    GuaranteeNoInUse,
    /// It was declined.
    AlreadyDeclined,
    /// It was given up.
    AlreadyWithdrawn,
    /// It was issued.
    AlreadyIssued,
    /// It was taken back.
    AlreadyQuit,
    /// It has ended.
    AlreadyCancelled {
        /// Why it ended.
        cause: CancelledCause,
    },
    /// A claim has been made.
    AlreadyClaimed,
    /// No premium is on record.
    PremiumNotRecorded,
    /// The premium on record has another amount or payer.
    PremiumDiffers,
    /// The premium is on record, so the application is not unpaid.
    PremiumIsPaid,
    /// A reason or a text must be given.
    ReasonMissing,
    /// The last day in force would lie in the past.
    ValidityInThePast,
    /// The document has the other form.
    WrongForm,
    /// The key does not open a sealed value.
    KeyDoesNotOpen {
        /// The first value that it does not open.
        field: SealedField,
    },
    /// The opening lies further ahead than the profile takes.
    OpeningInTheFuture {
        /// How many hours ahead are taken; 0: none.
        hours_max: u32,
    },
    /// The values are still sealed.
    NotOpened,
    /// Another invoice request is open.
    InvoiceOpen,
    /// No invoice request is open.
    NoInvoiceOpen,
    /// The invoice was issued.
    AlreadyInvoiced,
    /// The opening's time is reached, and no exception of the section is known.
    OpeningHasCome,
    /// Another quit request is open.
    QuitOpen,
    /// No quit request is open.
    NoQuitOpen,
    /// The quit request lost its ground when the opening came.
    QuitVoid,
    /// A claim is neither paid nor refused.
    UnpaidClaim,
    /// The last day in force is not over.
    StillValid,
    /// More is claimed than is left.
    OverTheAmountLeft {
        /// What is left.
        left: Money,
    },
    /// More would be paid than is claimed.
    OverTheClaim {
        /// What is claimed.
        claimed: Money,
    },
    /// No claim has this number.
    NoSuchClaim,
    /// The claim was paid or refused.
    ClaimSettled,
    /// The new last day lies before the present one.
    EarlierDate {
        /// The present last day.
        valid_until: NaiveDate,
    },
    /// The notice has its final outcome.
    NoticeSettled,
}

impl Refusal {
    /// The stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownApplication => "unknown-application",
            Self::OtherContent => "other-content",
            Self::NotIssued => "not-issued",
            Self::GuaranteeNoDiffers => "guarantee-no-differs",
            Self::GuaranteeNoInUse => "guarantee-no-in-use",
            Self::AlreadyDeclined => "already-declined",
            Self::AlreadyWithdrawn => "already-withdrawn",
            Self::AlreadyIssued => "already-issued",
            Self::AlreadyQuit => "already-quit",
            Self::AlreadyCancelled { cause: CancelledCause::Requested } => "already-cancelled",
            Self::AlreadyCancelled { cause: CancelledCause::Expired } => "already-expired",
            Self::AlreadyClaimed => "already-claimed",
            Self::PremiumNotRecorded => "premium-not-recorded",
            Self::PremiumDiffers => "premium-differs",
            Self::PremiumIsPaid => "premium-is-paid",
            Self::ReasonMissing => "reason-missing",
            Self::ValidityInThePast => "validity-in-the-past",
            Self::WrongForm => "wrong-form",
            Self::KeyDoesNotOpen { .. } => "key-does-not-open",
            Self::OpeningInTheFuture { .. } => "opening-in-the-future",
            Self::NotOpened => "not-opened",
            Self::InvoiceOpen => "invoice-open",
            Self::NoInvoiceOpen => "no-invoice-open",
            Self::AlreadyInvoiced => "already-invoiced",
            Self::OpeningHasCome => "opening-has-come",
            Self::QuitOpen => "quit-open",
            Self::NoQuitOpen => "no-quit-open",
            Self::QuitVoid => "quit-void",
            Self::UnpaidClaim => "unpaid-claim",
            Self::StillValid => "still-valid",
            Self::OverTheAmountLeft { .. } => "over-the-amount-left",
            Self::OverTheClaim { .. } => "over-the-claim",
            Self::NoSuchClaim => "no-such-claim",
            Self::ClaimSettled => "claim-settled",
            Self::EarlierDate { .. } => "earlier-date",
            Self::NoticeSettled => "notice-settled",
        }
    }

    /// Every code, for the documentation's test.
    pub const CODES: &'static [&'static str] = &[
        "unknown-application",
        "other-content",
        "not-issued",
        "guarantee-no-differs",
        "guarantee-no-in-use",
        "already-declined",
        "already-withdrawn",
        "already-issued",
        "already-quit",
        "already-cancelled",
        "already-expired",
        "already-claimed",
        "premium-not-recorded",
        "premium-differs",
        "premium-is-paid",
        "reason-missing",
        "validity-in-the-past",
        "wrong-form",
        "key-does-not-open",
        "opening-in-the-future",
        "not-opened",
        "invoice-open",
        "no-invoice-open",
        "already-invoiced",
        "opening-has-come",
        "quit-open",
        "no-quit-open",
        "quit-void",
        "unpaid-claim",
        "still-valid",
        "over-the-amount-left",
        "over-the-claim",
        "no-such-claim",
        "claim-settled",
        "earlier-date",
        "notice-settled",
    ];

    /// What the platform or the office reads, in Chinese. It names no wire field: the gateway adds those.
    #[must_use]
    pub fn message(&self) -> String {
        match self {
            Self::UnknownApplication => "业务流水号不存在".into(),
            Self::OtherContent => "同一业务已受理，但内容不一致".into(),
            Self::NotIssued => "该业务未出函".into(),
            Self::GuaranteeNoDiffers => "保函编号与业务流水号不符".into(),
            Self::GuaranteeNoInUse => "保函编号已被占用".into(),
            Self::AlreadyDeclined => "该申请审核未通过".into(),
            Self::AlreadyWithdrawn => "该申请已撤回".into(),
            Self::AlreadyIssued => "该业务已出函".into(),
            Self::AlreadyQuit => "保函已退保".into(),
            Self::AlreadyCancelled { cause: CancelledCause::Requested } => "保函已注销".into(),
            Self::AlreadyCancelled { cause: CancelledCause::Expired } => "保函已到期".into(),
            Self::AlreadyClaimed => "保函已有理赔".into(),
            Self::PremiumNotRecorded => "保费尚未登记".into(),
            Self::PremiumDiffers => "保费金额或付款人与已登记的不一致".into(),
            Self::PremiumIsPaid => "保费已支付".into(),
            Self::ReasonMissing => "必须说明原因".into(),
            Self::ValidityInThePast => "有效期早于今日".into(),
            Self::WrongForm => "保函文件形式（密文、明文）与业务状态不符".into(),
            Self::KeyDoesNotOpen { .. } => "密钥无法解密".into(),
            Self::OpeningInTheFuture { hours_max: 0 } => "未到开标时间".into(),
            Self::OpeningInTheFuture { hours_max } => format!("距开标时间超过{hours_max}小时"),
            Self::NotOpened => "保函尚未还原".into(),
            Self::InvoiceOpen => "已有开票申请正在处理，且内容不一致".into(),
            Self::NoInvoiceOpen => "没有待处理的开票申请".into(),
            Self::AlreadyInvoiced => "发票已开具".into(),
            Self::OpeningHasCome => "已开标，不能退保".into(),
            Self::QuitOpen => "已有退保申请正在处理，且内容不一致".into(),
            Self::NoQuitOpen => "没有待处理的退保申请".into(),
            Self::QuitVoid => "退保申请因已开标而失效".into(),
            Self::UnpaidClaim => "有理赔尚未支付".into(),
            Self::StillValid => "保函仍在有效期内".into(),
            Self::OverTheAmountLeft { left } => format!("赔付金额超过保函余额，余额为{left}元"),
            Self::OverTheClaim { claimed } => format!("支付金额超过索赔金额{claimed}元"),
            Self::NoSuchClaim => "理赔不存在".into(),
            Self::ClaimSettled => "理赔已处理".into(),
            Self::EarlierDate { valid_until } => format!("新的有效期早于现有效期{valid_until}"),
            Self::NoticeSettled => "通知已有最终结果".into(),
        }
    }
}
