//! A consumer as a process: which one, what it printed, how it ended.

use std::process::Stdio;

use serde_json::Value;
use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::topic::Topic;

const DEPLOY: &str = "../../deploy";

/// Which consumer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Consumer {
    Java,
    Python,
}

/// Both.
pub const ALL: [Consumer; 2] = [Consumer::Java, Consumer::Python];

/// What a consumer said.
#[derive(Debug)]
pub struct Told {
    /// Its last line.
    pub last: Value,
    /// Whether it trusts its sum.
    pub is_whole: bool,
}

/// What `deploy/prepare-consumers` made ready: the interpreter, and the classes.
struct Prepared {
    python: String,
    classes: String,
    jars: String,
}

impl Consumer {
    /// Lets it read a topic to its end.
    pub async fn reads(self, topic: &Topic) -> Told {
        let prepared = prepared().await;
        let mut command = match self {
            Self::Java => {
                let mut command = Command::new("java");
                let path = format!("{}:{}/*", prepared.classes, prepared.jars);
                command.args(["-Xmx256m", "-cp", &path, "exposure.Exposure"]);
                command
            }
            Self::Python => {
                let mut command = Command::new(&prepared.python);
                command.arg(format!("{DEPLOY}/consumers/python/exposure.py"));
                // Nothing is left in the checkout.
                command.env("PYTHONDONTWRITEBYTECODE", "1");
                command
            }
        };
        command.args(["--brokers", topic.brokers(), "--prefix", topic.prefix(), "--once"]);
        let output = command.stdin(Stdio::null()).kill_on_drop(true).output().await.unwrap();
        let (said, complained) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8_lossy(&output.stderr));
        let last = said.lines().last().and_then(|line| serde_json::from_str(line).ok());
        Told {
            last: last.unwrap_or_else(|| panic!("{self:?} ended with {}: {said}{complained}", output.status)),
            is_whole: output.status.success(),
        }
    }
}

async fn prepared() -> &'static Prepared {
    static PREPARED: OnceCell<Prepared> = OnceCell::const_new();
    PREPARED
        .get_or_init(|| async {
            let made = lines("prepare-consumers").await;
            let jars = lines("fetch-kafka").await;
            Prepared { python: made[0].clone(), classes: made[1].clone(), jars: jars[0].clone() }
        })
        .await
}

async fn lines(script: &str) -> Vec<String> {
    let output = Command::new(format!("{DEPLOY}/{script}")).output().await.unwrap();
    assert!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}
