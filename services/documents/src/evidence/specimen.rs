//! A made-up life: rendered to look at the page, and the subject of the tests.

use chrono::{DateTime, TimeDelta, Utc};

use super::{EvidencePage, EvidencedFile, Happening, Particular, ProofInShort, Witnessed};
use crate::digest::Digest;
use crate::particulars::Disclosed;

/// When the specimen's life begins.
const BEGUN: &str = "2026-03-02T01:29:20Z";
/// Where the specimen's guarantee begins in its shard.
const POSITION: u64 = 48_211;
/// The specimen's checkpoint.
const CHECKPOINT: u64 = 90_417;
/// Minutes from the beginning to the opening, and to the claim.
const OPENED: i64 = 25_926;
const CLAIMED: i64 = 41_000;
/// Bytes of the specimen's documents.
const DOCUMENT_BYTES: [u64; 2] = [54_312, 53_907];

/// A made-up life: the usual twelve events, and then `more` remarks.
#[must_use]
pub fn evidence_specimen(more: u64) -> EvidencePage {
    let begun: DateTime<Utc> = BEGUN.parse().unwrap_or_default();
    let mut happenings = usual(begun);
    for remark in 0..more {
        let sequence = happenings.len() as u64 + 1;
        happenings.push(Happening {
            sequence,
            at: begun + TimeDelta::days(60) + TimeDelta::minutes(i64::try_from(remark).unwrap_or(0)),
            name: "附注".to_owned(),
            details: vec![format!("第{}次贷后检查：申请人经营正常，未见影响代偿能力的事项", remark + 1)],
            actor: "办公端 core-banking".to_owned(),
            position: POSITION + 9 * sequence,
        });
    }
    EvidencePage {
        institution: "示例融资担保有限公司".to_owned(),
        ledger: "0199f0c3-5b7a-7d21-9c55-0f6a2b8f4c11".to_owned(),
        guarantee: "6f9619ff-8b86-5011-b42d-00cf4fc964ff".to_owned(),
        made_at: begun + TimeDelta::days(61),
        particulars: particulars(),
        happenings,
        documents: [("密文保函（开标前）", "sealed"), ("明文保函（开标后）", "plain")]
            .into_iter()
            .zip(DOCUMENT_BYTES)
            .map(|((name, content), bytes)| EvidencedFile {
                name: name.to_owned(),
                sm3: Digest::of(content.as_bytes()).to_hex(),
                bytes,
            })
            .collect(),
        proof: ProofInShort {
            number: CHECKPOINT,
            at: begun + TimeDelta::days(61) - TimeDelta::milliseconds(730),
            digest: Digest::of(b"checkpoint").to_hex(),
            shard: 3,
            size: POSITION * 2,
            root: Digest::of(b"root").to_hex(),
            key: "a41f0c9d2be57713".to_owned(),
            earlier_keys: vec!["5c0e77b1d9f84a20".to_owned()],
            witnesses: ["notary.example", "exchange.example"]
                .map(|name| Witnessed {
                    name: name.to_owned(),
                    key: Digest::of(name.as_bytes()).to_hex().chars().take(16).collect(),
                    at: begun + TimeDelta::days(61),
                })
                .into(),
            at_least: 2,
            counts: true,
        },
    }
}

fn particulars() -> Vec<Particular> {
    [
        ("保函编号", "BH2026030200000001"),
        ("业务流水号", "SQ202603020001"),
        ("交易平台", "jyzx-demo"),
        ("当前状态", "已还原，在保"),
        ("投标企业", "江南建设集团有限公司（91320000MA1XXXXX0A）"),
        ("招标人", "滨江城市建设投资有限公司（91320100MA1YYYYY1B）"),
        ("标段", "滨江快速路改造工程一标段（E3200000001000001001）"),
        ("担保金额", "¥800,000.00"),
        ("剩余担保金额", "¥500,000.00"),
        ("费率 / 担保费", "0.8% / ¥6,400.00"),
        ("有效期至", "2026年06月30日（含当日）"),
        ("已索赔 / 已赔付", "¥300,000.00 / ¥300,000.00"),
    ]
    .into_iter()
    .map(|(name, text)| Particular { name: name.to_owned(), value: Disclosed::Clear(text.to_owned()) })
    .collect()
}

fn usual(begun: DateTime<Utc>) -> Vec<Happening> {
    let (platform, core, rendering) = ("交易平台 jyzx-demo", "办公端 core-banking", "系统 documents");
    [
        (0, "申请", "业务流水号 SQ202603020001；担保金额 ¥800,000.00", platform),
        (40, "保费到账", "¥6,400.00，付款账户 江南建设集团有限公司 32050100000000000001", core),
        (41, "出函", "保函编号 BH2026030200000001，有效期至 2026年06月30日", "系统 underwriting"),
        (41, "通知已送达", "出函通知，第1次发送", "系统 notifier"),
        (OPENED, "收到还原密钥", "开标时间 2026年03月20日 09:30:00", platform),
        (OPENED, "明文保函生成", "", rendering),
        (OPENED + 1, "通知已送达", "还原通知，第2次发送", "系统 notifier"),
        (OPENED + 90, "发票申请", "增值税专用发票，¥6,400.00", platform),
        (OPENED + 200, "发票开具", "发票号码 26320000000000000017", core),
        (CLAIMED, "索赔", "第1号，¥300,000.00，应付日 2026年04月03日；事由：中标人放弃中标", platform),
        (CLAIMED + 300, "索赔赔付", "第1号，¥300,000.00，凭证 HX20260402001", core),
        (CLAIMED + 900, "展期", "有效期 2026年06月30日 → 2026年08月31日", core),
    ]
    .into_iter()
    .zip(1_u64..)
    .map(|((minutes, name, detail, actor), sequence)| Happening {
        sequence,
        at: begun
            + TimeDelta::minutes(minutes)
            + TimeDelta::milliseconds(i64::try_from(sequence).unwrap_or(0) * 83),
        name: name.to_owned(),
        details: if detail.is_empty() { Vec::new() } else { vec![detail.to_owned()] },
        actor: actor.to_owned(),
        position: POSITION + 9 * sequence,
    })
    .collect()
}
