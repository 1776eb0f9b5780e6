//! A ledger in a process of its own, in a folder of its own, on free ports.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(30);

/// The program, in a folder, without this machine's overrides.
pub fn baohan(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_baohan"));
    command.current_dir(folder).env_remove("BAOHAN_CONFIG").env("RUST_BACKTRACE", "0");
    command
}

/// Runs a command to its end.
pub fn run(folder: &Path, arguments: &[&str]) -> Output {
    baohan(folder).args(arguments).output().unwrap()
}

/// Runs a command that reads standard input.
pub fn run_with(folder: &Path, arguments: &[&str], variables: &[(&str, &str)], input: &str) -> Output {
    let mut command = baohan(folder);
    command.args(arguments).envs(variables.iter().copied());
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

/// What a command printed.
pub fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// What a command complained of.
pub fn complained(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A port that was free a moment ago.
pub fn free_address() -> String {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().to_string()
}

/// A configuration in a folder; its addresses.
pub fn configure(folder: &Path) -> (String, String) {
    let (gateway, office) = (free_address(), free_address());
    let text = format!(
        "[institution]\nname = \"示例融资担保有限公司\"\n[gateway]\nlisten = \"{gateway}\"\n[office]\nlisten = \"{office}\"\n\
         [[platforms]]\nappkey = \"jyzx-demo\"\nappsecret = \"demo-secret-01\"\nbase_url = \"http://127.0.0.1:9\"\n"
    );
    std::fs::write(folder.join("baohan.toml"), text).unwrap();
    (gateway, office)
}

/// A ledger at work.
pub struct Ledger {
    child: Child,
    lines: BufReader<std::process::ChildStderr>,
}

impl Ledger {
    /// Starts one and waits for the line that says that it is ready.
    pub fn start(folder: &Path, arguments: &[&str]) -> Self {
        let mut ledger = Self::start_with(folder, arguments);
        ledger.line_with("ready after");
        ledger
    }

    /// Starts one that may be refused: then what it complained of.
    pub fn try_start(folder: &Path) -> Result<Self, String> {
        let mut ledger = Self::start_with(folder, &[]);
        let mut all = String::new();
        while ledger.lines.read_line(&mut all).unwrap() > 0 {
            if all.contains("ready after") {
                return Ok(ledger);
            }
        }
        Err(all)
    }

    /// Starts one.
    pub fn start_with(folder: &Path, arguments: &[&str]) -> Self {
        let mut child = baohan(folder).arg("serve").args(arguments).stderr(Stdio::piped()).spawn().unwrap();
        let lines = BufReader::new(child.stderr.take().unwrap());
        Self { child, lines }
    }

    /// Reads log lines up to one that holds a text.
    pub fn line_with(&mut self, text: &str) -> String {
        let mut all = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.lines.read_line(&mut line).unwrap(), 0, "no line with {text:?} in:\n{all}");
            if line.contains(text) {
                return line;
            }
            all.push_str(&line);
        }
    }

    /// Sends a signal.
    pub fn signal(&self, name: &str) {
        let status =
            Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the end.
    pub fn end(mut self) -> ExitStatus {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        self.child.wait().unwrap()
    }
}

impl Drop for Ledger {
    fn drop(&mut self) {
        // Only where a test failed half way; it has ended otherwise.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status of a GET.
pub fn status_of(address: &str, path: &str) -> u16 {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

/// The only folder in a folder.
pub fn only_folder(folder: &Path) -> PathBuf {
    let mut folders = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let found = folders.next().unwrap();
    assert!(folders.next().is_none());
    found
}
