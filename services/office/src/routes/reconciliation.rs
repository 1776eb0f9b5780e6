use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use baohan_domain::calendar::china_time;
use baohan_projections::guarantees::{ReconciledStatus, Reconciliation, ReconciliationRow};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::csv::{Cell, Csv};
use crate::list::Listed;
use crate::office::Office;
use crate::problem::{self, Problem, ProblemBody};
use crate::query::{Filter, given};
use crate::tokens::Caller;

/// How long the list waits for the projection. It never shows a list that is not up to date.
const CATCH_UP_MAX: Duration = Duration::from_secs(5);
/// The columns of the file.
const HEADINGS: [&str; 16] = [
    "平台",
    "中心代码",
    "业务流水号",
    "保函编号",
    "出函时间",
    "费率",
    "保费",
    "状态",
    "保函金额",
    "投标企业",
    "付款户名",
    "付款账号",
    "有效期至",
    "发票代码",
    "发票号码",
    "系统编号",
];

/// Which guarantees are compared.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Range {
    /// The platform's key.
    platform: String,
    /// Only those of this centre behind the platform.
    #[serde(default, deserialize_with = "given")]
    platform_code: Option<String>,
    /// Issued on this day in China or later.
    start: NaiveDate,
    /// Issued on this day in China or earlier.
    end: NaiveDate,
    /// `json` or `csv`.
    #[serde(default, deserialize_with = "given")]
    format: Option<String>,
}

/// A guarantee as it is compared.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Reconciled {
    /// The guarantee.
    id: Uuid,
    /// The platform's key.
    platform: String,
    /// The centre behind the platform.
    platform_code: Option<String>,
    /// The platform's number of the application.
    application_no: String,
    /// Our number.
    guarantee_no: String,
    /// When it was issued.
    issued_at: DateTime<Utc>,
    /// The premium's rate, a fraction.
    rate: String,
    /// The premium, in yuan.
    premium: String,
    /// issued, or quit.
    status: &'static str,
    /// The amount guaranteed; null where it is hidden until the opening.
    amount: Option<String>,
    /// The bidder; null where it is hidden until the opening.
    applicant_name: Option<String>,
    /// In whose name the account is that paid the premium.
    payer_name: String,
    /// The account that paid the premium.
    payer_account: String,
    /// The last day in force, in China.
    valid_until: NaiveDate,
    /// The code beside an 8-digit invoice number.
    invoice_code: Option<String>,
    /// The invoice's number.
    invoice_no: Option<String>,
}

/// What was issued to a platform in these days, the quit ones included; both ends count.
///
/// As CSV it opens in a spreadsheet: invoice and account numbers stay text.
#[utoipa::path(get, path = "/api/v1/reconciliation", tag = "books", params(Range),
    responses((status = 200, content((Listed<Reconciled> = "application/json"), (String = "text/csv"))),
        (status = "default", body = ProblemBody)))]
pub(crate) async fn reconciliation(
    State(office): State<Office>,
    caller: Caller,
    Filter(range): Filter<Range>,
) -> Result<Response, Problem> {
    let as_csv = match range.format.as_deref() {
        None | Some("json") => false,
        Some("csv") => true,
        Some(other) => {
            return Err(Problem::of(problem::INVALID_QUERY, format!("没有格式 {other}：只有 json 与 csv")));
        }
    };
    if range.end < range.start {
        return Err(Problem::of(problem::INVALID_QUERY, "结束日期 end 早于开始日期 start"));
    }
    let Range { platform, platform_code, start, end, .. } = range;
    let wanted = Reconciliation { platform: platform.clone(), platform_code, start, end };
    let rows = office.projections().reconciliation(&wanted, &office.viewer(&caller), CATCH_UP_MAX).await?;
    if as_csv {
        return Ok(file(&format!("reconciliation-{start}-{end}.csv"), csv(&platform, rows)));
    }
    let items = rows.into_iter().map(|row| Reconciled::of(&platform, row)).collect();
    Ok(Json(Listed::whole(items)).into_response())
}

impl Reconciled {
    fn of(platform: &str, row: ReconciliationRow) -> Self {
        Self {
            id: row.id,
            platform: platform.to_owned(),
            platform_code: row.platform_code,
            application_no: row.application_no,
            guarantee_no: row.guarantee_no,
            issued_at: row.issued_at,
            rate: row.rate.to_string(),
            premium: row.premium.to_string(),
            status: match row.status {
                ReconciledStatus::Issued => "issued",
                ReconciledStatus::Quit => "quit",
            },
            amount: row.amount.map(|amount| amount.to_string()),
            applicant_name: row.applicant_name,
            payer_name: row.payer_name,
            payer_account: row.payer_account,
            valid_until: row.valid_until,
            invoice_code: row.invoice_code,
            invoice_no: row.invoice_no,
        }
    }
}

fn csv(platform: &str, rows: Vec<ReconciliationRow>) -> String {
    let mut csv = Csv::with(&HEADINGS);
    for row in rows {
        let issued_at = china_time(row.issued_at).format("%Y-%m-%d %H:%M:%S");
        let status = match row.status {
            ReconciledStatus::Issued => "已出函",
            ReconciledStatus::Quit => "已退保",
        };
        csv.row([
            Cell::text(platform.to_owned()),
            Cell::text(row.platform_code),
            Cell::text(row.application_no),
            Cell::text(row.guarantee_no),
            Cell::Figure(issued_at.to_string()),
            Cell::Figure(row.rate.to_string()),
            Cell::Figure(row.premium.to_string()),
            Cell::text(status.to_owned()),
            Cell::Figure(row.amount.map(|amount| amount.to_string()).unwrap_or_default()),
            Cell::text(row.applicant_name),
            Cell::text(row.payer_name),
            Cell::text(row.payer_account),
            Cell::Figure(row.valid_until.to_string()),
            Cell::text(row.invoice_code),
            Cell::text(row.invoice_no),
            Cell::text(row.id.to_string()),
        ]);
    }
    csv.finish()
}

/// A file that a browser saves.
fn file(name: &str, content: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
    ];
    (headers, content).into_response()
}
