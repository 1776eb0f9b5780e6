use baohan_documents::grouped;
use baohan_domain::calendar::china_time;
use baohan_domain::event::{CancelledCause, InvoiceKind, NoticeKind, SectionStatus, WithdrawnCause};
use baohan_domain::{DocumentRef, Event, Form, Money};
use chrono::{DateTime, NaiveDate, Utc};

use super::discreet::discreet;

/// What happened, in Chinese.
pub(super) fn name(event: &Event) -> &'static str {
    match event {
        Event::Applied(_) => "申请",
        Event::PremiumPaid(_) => "保费到账",
        Event::PremiumCorrected(_) => "保费更正",
        Event::Issued(_) => "出函",
        Event::Declined(_) => "不予承保",
        Event::Withdrawn(_) => "申请撤回",
        Event::RestoreRequested(_) => "收到还原密钥",
        Event::Restored(_) => "明文保函生成",
        Event::OpeningMoved(_) => "开标时间变更",
        Event::InvoiceRequested(_) => "发票申请",
        Event::Invoiced(_) => "发票开具",
        Event::InvoiceDeclined(_) => "不予开票",
        Event::QuitRequested(_) => "退保申请",
        Event::Quit(_) => "退保",
        Event::QuitRefused(_) => "不予退保",
        Event::Cancelled(_) => "保函注销",
        Event::Claimed(_) => "索赔",
        Event::ClaimPaid(_) => "索赔赔付",
        Event::ClaimRefused(_) => "索赔拒付",
        Event::Extended(_) => "展期",
        Event::Annotated(_) => "附注",
        Event::NoticeAcknowledged(_) => "通知已送达",
        Event::NoticeAbandoned(_) => "通知放弃发送",
        Event::NoticeSkipped(_) => "通知未发送",
    }
}

/// What is to be told of it. Neither personal data nor what only an account's holder needs.
pub(super) fn details(event: &Event) -> Vec<String> {
    match event {
        Event::Applied(it) => vec![format!("业务流水号 {}", it.application_no)],
        Event::PremiumPaid(it) => vec![paid_in(it.amount, it.reference.as_deref())],
        Event::PremiumCorrected(it) => {
            vec![paid_in(it.premium.amount, it.premium.reference.as_deref()), because(&it.reason)]
        }
        Event::Issued(it) => {
            let number = format!("保函编号 {}，保费 {}", it.guarantee_no, yuan(it.premium));
            vec![number, format!("有效期至 {}", day(it.valid_until)), file(&it.document)]
        }
        Event::Withdrawn(it) => {
            let reason = it.reason.as_deref().map(because);
            [by_whom(it.cause).to_owned()].into_iter().chain(reason).collect()
        }
        Event::RestoreRequested(it) => vec![format!("开标时间 {}", moment(it.opening_at))],
        Event::Restored(it) => vec![file(&it.document)],
        Event::OpeningMoved(it) => {
            vec![format!("开标时间 {} → {}", moment(it.previous_opening_at), moment(it.opening_at))]
        }
        Event::InvoiceRequested(it) => {
            vec![format!("{}，{}", invoice(it.particulars.kind), yuan(it.particulars.amount))]
        }
        Event::Invoiced(it) => vec![format!("发票号码 {}", it.invoice_no)],
        Event::QuitRequested(it) => {
            let exception = it.exception.as_ref().map(|it| format!("标段{}", section(it.status)));
            [because(&it.reason)].into_iter().chain(exception).collect()
        }
        Event::Quit(_) => Vec::new(),
        Event::Cancelled(it) => vec![ended(it.cause).to_owned()],
        Event::Claimed(it) => {
            let amount = format!("第{}号索赔 {}，此后剩余 {}", it.claim, yuan(it.amount), yuan(it.left));
            let due = format!("应付日 {}", day(it.due_on));
            [amount, due].into_iter().chain(it.reason.as_deref().map(because)).collect()
        }
        Event::ClaimPaid(it) => {
            vec![format!("第{}号索赔 {}，凭证 {}", it.claim, yuan(it.amount), it.reference)]
        }
        Event::ClaimRefused(it) => vec![format!("第{}号索赔", it.claim), because(&it.reason)],
        Event::Extended(it) => {
            vec![format!("有效期 {} → {}", day(it.previous_valid_until), day(it.valid_until))]
        }
        Event::Annotated(it) => vec![discreet(&it.text)],
        Event::NoticeAcknowledged(it) => vec![sent(it.notice_kind, it.attempts)],
        Event::NoticeAbandoned(it) => vec![sent(it.notice_kind, it.attempts), because(&it.reason)],
        Event::NoticeSkipped(it) => vec![heard(it.notice_kind).to_owned(), because(&it.reason)],
        Event::Declined(it) => vec![because(&it.reason)],
        Event::InvoiceDeclined(it) => vec![because(&it.reason)],
        Event::QuitRefused(it) => vec![because(&it.reason)],
    }
}

/// Who did it.
pub(super) fn actor(name: &str) -> String {
    if let Some(platform) = name.strip_prefix("platform:") {
        return format!("交易平台 {platform}");
    }
    if let Some(worker) = name.strip_prefix("worker:") {
        return format!("系统 {worker}");
    }
    match name {
        "" => "——".to_owned(),
        "notifier" => "系统 notifier".to_owned(),
        token => format!("办公端 {token}"),
    }
}

/// `¥800,000.00`.
pub(super) fn yuan(amount: Money) -> String {
    format!("¥{}", grouped(&amount.to_string()))
}

/// A day as people write it.
pub(super) fn day(date: NaiveDate) -> String {
    date.format("%Y年%m月%d日").to_string()
}

/// A file's form as people call it.
pub(super) fn form(name: &str) -> String {
    match name {
        "sealed" => "密文保函（开标前）".to_owned(),
        "plain" => "明文保函".to_owned(),
        other => other.to_owned(),
    }
}

fn moment(at: DateTime<Utc>) -> String {
    china_time(at).format("%Y年%m月%d日 %H:%M:%S").to_string()
}

fn paid_in(amount: Money, reference: Option<&str>) -> String {
    reference.map_or_else(|| yuan(amount), |reference| format!("{}，凭证 {reference}", yuan(amount)))
}

fn because(reason: &str) -> String {
    format!("事由：{}", discreet(reason))
}

fn file(document: &DocumentRef) -> String {
    let name = form(match document.form {
        Form::Sealed => "sealed",
        Form::Plain => "plain",
    });
    format!("{name} SM3 {}…", document.digest.chars().take(16).collect::<String>())
}

fn by_whom(cause: WithdrawnCause) -> &'static str {
    match cause {
        WithdrawnCause::Applicant => "申请人撤回",
        WithdrawnCause::Platform => "交易平台撤回",
        WithdrawnCause::Unpaid => "逾期未缴保费",
    }
}

fn ended(cause: CancelledCause) -> &'static str {
    match cause {
        CancelledCause::Requested => "应招标人一方要求",
        CancelledCause::Expired => "有效期届满",
    }
}

fn invoice(kind: InvoiceKind) -> &'static str {
    match kind {
        InvoiceKind::Ordinary => "普通发票",
        InvoiceKind::Special => "增值税专用发票",
    }
}

fn section(status: SectionStatus) -> &'static str {
    match status {
        SectionStatus::Failed => "流标",
        SectionStatus::Ended => "终止",
        SectionStatus::Suspended => "暂停",
        SectionStatus::Void => "作废",
    }
}

fn sent(kind: NoticeKind, attempts: u32) -> String {
    format!("{}，共发送{attempts}次", heard(kind))
}

fn heard(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::Issued => "出函通知",
        NoticeKind::Declined => "不予承保通知",
        NoticeKind::Withdrawn => "申请撤回通知",
        NoticeKind::Restored => "还原通知",
        NoticeKind::Invoiced => "开票通知",
        NoticeKind::InvoiceDeclined => "不予开票通知",
        NoticeKind::Quit => "退保通知",
        NoticeKind::QuitRefused => "不予退保通知",
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use baohan_domain::Event;

    use super::*;

    /// Every event that was ever written, as the domain's golden files keep them.
    fn golden() -> Vec<Event> {
        let files = std::fs::read_dir(Path::new("../../domain/tests/golden")).unwrap();
        let files = files
            .map(|file| file.unwrap().path())
            .filter(|path| path.extension().is_some_and(|it| it == "json"));
        let texts = files.map(|path| std::fs::read_to_string(path).unwrap());
        texts.filter_map(|text| serde_json::from_str(&text).ok()).collect()
    }

    #[test]
    fn every_event_has_a_name_in_chinese_and_shows_no_envelope() {
        let events = golden();
        assert!(events.len() >= 20, "{} golden events", events.len());
        for event in events {
            let (name, details) = (name(&event), details(&event));
            assert!(!name.is_ascii(), "{name}");
            let payload = serde_json::to_value(&event).unwrap();
            for envelope in payload["personal"].as_object().into_iter().flat_map(|all| all.values()) {
                let envelope = envelope.as_str().unwrap();
                assert!(details.iter().all(|detail| !detail.contains(envelope)), "{details:?}");
            }
        }
    }

    #[test]
    fn actors_are_told_apart() {
        assert_eq!(actor("platform:jyzx-demo"), "交易平台 jyzx-demo");
        assert_eq!(actor("worker:renderer"), "系统 renderer");
        assert_eq!(actor("notifier"), "系统 notifier");
        assert_eq!(actor("core-banking"), "办公端 core-banking");
        assert_eq!(actor(""), "——");
    }
}
