//! Messages as a platform makes them.

use baohan_wire::{Platform, SealKey, seal_fields, sign_json};
use serde_json::{Map, Value, json};

/// The key under which sections are sealed.
pub const KEY: &str = "0123456789abcdeffedcba9876543210";

/// An unsigned message.
#[derive(Debug, Clone)]
pub struct Message {
    pub interface: &'static str,
    fields: Map<String, Value>,
    is_sealed: bool,
}

impl Message {
    fn new(interface: &'static str, fields: Value) -> Self {
        let Value::Object(fields) = fields else { panic!("a message is an object") };
        let message = Self { interface, fields, is_sealed: false };
        message.with("appkey", super::APPKEY).with("timestamp", "2026-03-02 09:30:00")
    }

    pub fn apply(application_no: &str) -> Self {
        let fields = json!({
            "applyno": application_no, "biddername": "江南建设集团有限公司", "biddercode": "91320000MA1XXXXX0A",
            "biaoduanno": format!("E32000{application_no}"), "biaoduanname": "滨江快速路改造工程一标段",
            "bzjamount": "800000.00", "zbr": "滨江城市建设投资有限公司", "zbrorgnum": "91320100MA1YYYYY1B",
        });
        Self { is_sealed: true, ..Self::new("baohanapply", fields) }
    }

    pub fn restore(application_no: &str, guarantee_no: &str, opening: &str) -> Self {
        let fields =
            json!({"applyno": application_no, "baohanno": guarantee_no, "kaibiaotime": opening, "key": KEY});
        Self::new("baohanrestore", fields)
    }

    pub fn quit(application_no: &str, guarantee_no: &str) -> Self {
        Self::new(
            "quitapply",
            json!({"applyno": application_no, "baohanno": guarantee_no, "reason": "放弃投标"}),
        )
    }

    pub fn cancel(application_no: &str, guarantee_no: &str) -> Self {
        Self::new("canclenotice", json!({"applyno": application_no, "baohanno": guarantee_no}))
    }

    pub fn claim(application_no: &str, guarantee_no: &str, amount: &str) -> Self {
        let fields = json!({
            "applyno": application_no, "baohanno": guarantee_no, "payeraccount": "32050100000000000002",
            "payeramount": amount, "filelist": "[{\"fileurl\":\"https://files.example/a.pdf\"}]",
            "applyusername": "王五", "applyuserphone": "13800000001", "Reason": "中标人放弃中标",
        });
        Self::new("claimsnotice", fields)
    }

    pub fn invoice(application_no: &str, guarantee_no: &str) -> Self {
        let fields = json!({
            "applyno": application_no, "baohanno": guarantee_no, "biddername": "江南建设集团有限公司",
            "biddercode": "91320000MA1XXXXX0A", "amount": "6400.00", "type": "1", "address": "江南路1号",
            "phone": "02586660000", "bank": "江南银行", "account": "32050100000000000003",
            "email": "fp@example.com", "mobile": "13800000002",
        });
        Self::new("invoiceapply", fields)
    }

    pub fn reconcile(start: &str, end: &str) -> Self {
        Self::new("checkbaohanlist", json!({"startdate": start, "enddate": end}))
    }

    /// The sealed fields are given as they go out.
    pub fn sealed_already(self) -> Self {
        Self { is_sealed: false, ..self }
    }

    /// With a field set.
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.fields.insert(name.to_owned(), value.into());
        self
    }

    pub fn without(mut self, name: &str) -> Self {
        self.fields.remove(name);
        self
    }

    /// The body: sealed where it is an application, and signed.
    pub fn signed(&self, platform: &Platform) -> String {
        let mut json = Value::Object(self.fields.clone()).to_string();
        if self.is_sealed {
            json = seal_fields(&json, &platform.dialect, &SealKey::parse(KEY).unwrap(), None).unwrap();
        }
        sign_json(&json, &platform.dialect, &platform.secret).unwrap().body
    }
}
