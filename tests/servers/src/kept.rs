use std::fs::Permissions;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

const KEEP: &str = include_str!("../../../deploy/servers/keep");
/// The folder is read by the user that PostgreSQL runs as.
const OPEN_FOLDER: u32 = 0o755;

/// One server in one folder, kept by a process that ends it and removes the folder when this process ends.
#[derive(Debug)]
pub struct Kept {
    folder: PathBuf,
    keeper: Child,
    words: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    server: Option<u32>,
}

impl Kept {
    /// Makes the folder and what keeps it. `ending` is the signal that ends the server well.
    pub fn begin(name: &str, ending: &str) -> Self {
        let folder = tempfile::Builder::new().prefix(&format!("baohan-{name}-")).tempdir().expect("a folder");
        let folder = folder.keep();
        std::fs::set_permissions(&folder, Permissions::from_mode(OPEN_FOLDER)).expect("an open folder");
        std::fs::write(folder.join("keep"), KEEP).expect("the keeper is written");
        // In a session of its own: what ends this process's whole group must not end the keeper.
        let mut keeper = Command::new("setsid")
            .arg("sh")
            .arg(folder.join("keep"))
            .arg(&folder)
            .arg(ending)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("the keeper starts");
        let words = keeper.stdin.take();
        let answers = BufReader::new(keeper.stdout.take().expect("its answers"));
        Self { folder, keeper, words, answers, server: None }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Runs a script to its end, which must be a good one.
    pub fn prepare(&mut self, script: &str) {
        let answer = self.ask("prepare", Some(script));
        assert_eq!(answer, "0", "the preparation failed:\n{}", self.log());
    }

    /// Starts the script, which becomes the server.
    pub fn start(&mut self, script: &str) {
        assert!(self.server.is_none(), "it runs already");
        self.server = Some(self.ask("start", Some(script)).parse().expect("the id of a process"));
    }

    /// Ends the server and all its children as a power cut would, and waits until they are gone.
    pub fn kill(&mut self) {
        let server = self.server.take().expect("it runs");
        // Children first noted, then killed after their parent: nobody is left to begin new ones.
        let children = children(server);
        signal("KILL", &[server]);
        signal("KILL", &children);
        self.ask("gone", None);
        while children.iter().any(|child| is_there(*child)) {
            std::thread::yield_now();
        }
    }

    /// Sends a signal to the server and all its children.
    pub fn signal(&self, name: &str) {
        let server = self.server.expect("it runs");
        signal(name, &[server]);
        signal(name, &children(server));
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&self) -> bool {
        self.server.is_none_or(|server| !is_there(server))
    }

    /// What it has said.
    pub fn log(&self) -> String {
        let bytes = std::fs::read(self.folder.join("log")).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Writes a script beside the server; answers with its path.
    pub fn script(&self, name: &str, text: &str) -> String {
        let path = self.folder.join(name);
        std::fs::write(&path, text).expect("a script is written");
        path.display().to_string()
    }

    fn ask(&mut self, word: &str, script: Option<&str>) -> String {
        let line = match script {
            Some(text) => format!("{word} {}\n", self.script(word, text)),
            None => format!("{word}\n"),
        };
        self.words.as_mut().expect("it is kept").write_all(line.as_bytes()).expect("the keeper listens");
        let mut answer = String::new();
        self.answers.read_line(&mut answer).expect("the keeper answers");
        answer.trim().to_owned()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        drop(self.words.take());
        let _ = self.keeper.wait();
    }
}

fn signal(name: &str, processes: &[u32]) {
    if processes.is_empty() {
        return;
    }
    let ids = processes.iter().map(u32::to_string);
    // A child may have ended meanwhile: that is no failure.
    let _ = Command::new("kill").arg(format!("-{name}")).args(ids).stderr(Stdio::null()).status();
}

/// The children of a process, by what the system's process table says.
fn children(parent: u32) -> Vec<u32> {
    let entries = std::fs::read_dir("/proc").expect("the process table");
    let ids = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
    ids.filter(|id| state(*id).is_some_and(|(_, of)| of == parent)).collect()
}

fn is_there(process: u32) -> bool {
    state(process).is_some_and(|(state, _)| state != 'Z')
}

/// State and parent of a process: what follows the name, which stands in parentheses.
fn state(process: u32) -> Option<(char, u32)> {
    let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    let mut words = text.rsplit_once(')')?.1.split_whitespace();
    Some((words.next()?.chars().next()?, words.next()?.parse().ok()?))
}
