use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::{ConnectOptions, Connection, Executor, PgConnection};
use uuid::Uuid;

use crate::kept::Kept;
use crate::patience::until;
use crate::port::Port;

const SCRIPT: &str = include_str!("../../../deploy/servers/postgres");
/// A cluster that was killed reads its log again before it answers, and the machine may build meanwhile.
const READY_WITHIN: Duration = Duration::from_mins(2);
/// What a cluster has that nobody kills: a crash of the machine would cost it its data, and nothing else.
const QUICK: [(&str, &str); 2] = [("fsync", "off"), ("full_page_writes", "off")];

/// A PostgreSQL cluster of one's own.
#[derive(Debug)]
pub struct Postgres {
    kept: Kept,
    port: Port,
    settings: Vec<(String, String)>,
}

/// A fresh database.
#[derive(Clone, Debug)]
pub struct Database {
    /// `postgres://postgres@127.0.0.1:PORT/db_…`
    pub url: String,
}

/// The whole of a cluster as it was at one moment.
#[derive(Debug)]
pub struct Backup {
    folder: PathBuf,
}

impl Postgres {
    /// A durable one: what it has answered survives a kill.
    pub async fn start() -> Self {
        Self::start_with(&[]).await
    }

    /// One without fsync, for tests that kill nothing.
    pub(crate) async fn quick() -> Self {
        Self::start_with(&QUICK).await
    }

    /// One with these settings.
    pub async fn start_with(settings: &[(&str, &str)]) -> Self {
        let settings =
            settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let made = tokio::task::spawn_blocking(move || {
            let mut kept = Kept::begin("postgres", "QUIT");
            let script = kept.script("postgres.sh", SCRIPT);
            kept.prepare(&format!("exec sh {script} prepare {}", kept.folder().display()));
            let mut postgres = Self { kept, port: Port::free(), settings };
            postgres.serve();
            postgres
        });
        let postgres = made.await.expect("the cluster is made");
        postgres.ready().await;
        postgres
    }

    /// The address of one of its databases.
    pub fn url(&self, database: &str) -> String {
        self.url_by(&self.port.address(), database)
    }

    /// The address of one of its databases, reached through another address (a proxy's).
    pub fn url_by(&self, address: &str, database: &str) -> String {
        format!("postgres://postgres@{address}/{database}")
    }

    /// `127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        self.port.address()
    }

    /// A fresh database.
    pub async fn database(&self) -> Database {
        let name = format!("db_{}", Uuid::new_v4().simple());
        let mut connection = PgConnection::connect(&self.url("postgres")).await.expect("a connection");
        // Without waiting for a checkpoint, which the copy of files would bring about.
        let create = format!("CREATE DATABASE {name} TEMPLATE template0 STRATEGY wal_log");
        connection.execute(create.as_str()).await.expect("a database");
        let _ = connection.close().await;
        Database { url: self.url(&name) }
    }

    /// Ends it as a power cut would, all its processes at once.
    pub fn kill(&mut self) {
        self.kept.kill();
    }

    /// Starts it again on the same port and what is there; returns when it answers.
    pub async fn restart(&mut self) {
        self.serve();
        self.ready().await;
    }

    /// Stops all its processes where they are, until `resume`.
    pub fn pause(&self) {
        self.kept.signal("STOP");
    }

    /// Lets them go on.
    pub fn resume(&self) {
        self.kept.signal("CONT");
    }

    /// A copy of the whole, taken while it runs.
    pub async fn backup(&self) -> Backup {
        let folder = self.kept.folder().join(format!("backup-{}", Uuid::new_v4().simple()));
        let script = self.kept.folder().join("postgres.sh");
        let port = self.port.number();
        let copy = format!(
            r#""$(sh {0} bin)"/pg_basebackup --host=127.0.0.1 --port={port} --username=postgres --checkpoint=fast --pgdata={1}"#,
            script.display(),
            folder.display()
        );
        let done = tokio::process::Command::new("sh").args(["-c", &copy]).output().await.expect("sh runs");
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
        Backup { folder }
    }

    /// Puts an earlier copy in the place of what is there. The server must have been killed before; `restart` follows.
    pub fn restore(&mut self, backup: &Backup) {
        assert!(self.kept.has_ended(), "a running cluster cannot be restored");
        let data = self.kept.folder().join("postgres/data");
        let put = format!(
            "owner=$(stat -c %U:%G {0}) && rm -rf {0} && cp -a {1} {0} && chown -R $owner {0}",
            data.display(),
            backup.folder.display()
        );
        self.kept.prepare(&put);
    }

    /// Where all of it lies. It goes when the server goes.
    pub fn folder(&self) -> &Path {
        self.kept.folder()
    }

    /// What it has said.
    pub fn log(&self) -> String {
        self.kept.log()
    }

    fn serve(&mut self) {
        let folder = self.kept.folder().display();
        let mut script = format!("exec sh {folder}/postgres.sh serve {folder} {}", self.port.number());
        for (name, value) in &self.settings {
            script += &format!(" -c {name}={value}");
        }
        self.kept.start(&script);
    }

    async fn ready(&self) {
        let url = self.url("postgres");
        until("PostgreSQL answers", READY_WITHIN, async || {
            assert!(!self.kept.has_ended(), "PostgreSQL has ended:\n{}", self.log());
            let options = url.parse::<sqlx::postgres::PgConnectOptions>().expect("an address");
            let mut connection = options.disable_statement_logging().connect().await.ok()?;
            sqlx::query("SELECT 1").execute(&mut connection).await.ok()?;
            let _ = connection.close().await;
            Some(())
        })
        .await;
    }
}
