use std::path::Path;

use crate::process::{APPKEY, SECRET};

/// SHA-256 of the office's token.
const TOKEN_SHA256: &str = "9c3ed721499b4f25089a86129f6b62cd107ef83b034a0ff7371fd0bb5bd3a756";

/// A configuration of the program under test.
#[derive(Debug)]
pub struct Setting<'a> {
    /// Where its gateway listens.
    pub gateway: &'a str,
    /// Where its office listens.
    pub office: &'a str,
    /// Where the platform is.
    pub platform: &'a str,
    /// The store's address.
    pub store: &'a str,
    /// More lines of `[store]`.
    pub of_store: &'a str,
    /// More sections.
    pub more: &'a str,
}

impl Setting<'_> {
    /// As a file, with master key and documents in this folder.
    pub fn text(&self, folder: &Path) -> String {
        let Self { gateway, office, platform, store, of_store, more } = self;
        let folder = folder.display();
        format!(
            r#"
[institution]
name = "示例融资担保有限公司"
[gateway]
listen = "{gateway}"
public_url = "http://{gateway}"
[office]
listen = "{office}"
[[office.tokens]]
name = "black-box"
token_sha256 = "{TOKEN_SHA256}"
roles = ["underwriter", "operator", "auditor", "finance"]
[store]
url = "{store}"
{of_store}
[keys]
master_file = "{folder}/master.key"
[documents]
url = "file:{folder}/documents"
{more}
[[platforms]]
appkey = "{APPKEY}"
appsecret = "{SECRET}"
name = "黑盒交易中心"
base_url = "{platform}"
"#
        )
    }
}
