use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use sqlx::Connection as _;

use super::super::connection::Place;
use super::super::head;
use super::super::store::Store;
use super::load::{durable, file, remove};
use crate::error::Error;
use crate::transfer::Backup;

/// What a copy that is being made is called behind its name.
const BEHIND_NAME: &str = ".copying";
/// What SQLite says of a database in which nothing is wrong.
const WHOLE: &str = "ok";

impl Store {
    pub(crate) async fn backup(&self, path: &Path) -> Result<Backup, Error> {
        if path.exists() {
            return Err(Error::Invalid("a backup into a file that is there already"));
        }
        let mut work = path.as_os_str().to_owned();
        work.push(BEHIND_NAME);
        let work = PathBuf::from(work);
        remove(&work)?;
        private(&work)?;
        let mut connection = self.readers().acquire().await?.detach();
        sqlx::query("VACUUM INTO ?").bind(work.to_string_lossy().as_ref()).execute(&mut connection).await?;
        connection.close().await?;
        let position = looked_through(&work).await?;
        durable(&work)?;
        let bytes = fs::metadata(&work).map_err(file(&work))?.len();
        fs::rename(&work, path).map_err(file(path))?;
        Ok(Backup { position, bytes })
    }
}

/// An empty file that nobody else may read: it gets wrapped keys and calls' bodies.
fn private(path: &Path) -> Result<(), Error> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(file(path))?;
    Ok(())
}

async fn looked_through(copy: &Path) -> Result<u64, Error> {
    let mut connection = Place::at(copy.to_owned()).reader().await?;
    let said: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check").fetch_all(&mut connection).await?;
    if said != [WHOLE] {
        return Err(Error::Damaged(format!("the copy: {}", said.join("; "))));
    }
    let head = head::fetch(&mut connection).await?;
    connection.close().await?;
    Ok(head.position)
}
