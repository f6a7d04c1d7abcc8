//! A file that one process at a time may hold, so that two Berths never work on the same files. The
//! system lets go of it when the process ends, however it ends.

use std::{
    fs::{File, TryLockError},
    io::{Read, Seek, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use crate::{Error, Result};

/// How long the process before us may take to be gone.
pub(crate) const HANDOVER: Duration = Duration::from_secs(3);
/// How often it is looked whether it is.
pub(crate) const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A lock that is held as long as the value lives.
#[derive(Debug)]
pub struct FileLock {
    _file: File,
}

impl FileLock {
    /// Takes the lock file `path`, or says that another Berth uses `what`: a folder, or a database.
    pub async fn take(path: &Path, what: &str) -> Result<Self> {
        let failed = |cause| Error::Lock { path: path.to_owned(), cause };
        let mut options = File::options();
        options.read(true).write(true).create(true).truncate(false);
        let mut file = options.open(path).map_err(failed)?;
        let until = Instant::now() + HANDOVER;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < until => {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
                Err(TryLockError::WouldBlock) => {
                    return Err(Error::InUse { what: what.to_owned(), by: holder(&mut file) });
                }
                Err(TryLockError::Error(cause)) => return Err(failed(cause)),
            }
        }
        // For people who look for the holder; without room on the disk they look elsewhere.
        let _ = write_holder(&mut file);
        Ok(Self { _file: file })
    }

    /// The lock file that belongs to a file.
    pub fn beside(path: &Path) -> PathBuf {
        let mut name = path.as_os_str().to_owned();
        name.push(".lock");
        name.into()
    }
}

fn holder(file: &mut File) -> Option<u32> {
    let mut text = String::new();
    file.take(20).read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    writeln!(file, "{}", std::process::id())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_second_is_told_who_is_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let path = FileLock::beside(&folder.path().join("berth.db"));
        let first = FileLock::take(&path, "the folder x").await.unwrap();
        let refused = FileLock::take(&path, "the folder x").await.unwrap_err().to_string();
        let own = format!("(process {})", std::process::id());
        assert!(refused.contains("the folder x") && refused.contains(&own), "{refused}");

        drop(first);
        FileLock::take(&path, "the folder x").await.unwrap();
    }

    #[tokio::test]
    async fn a_lock_that_cannot_be_made_is_named() {
        let refused = FileLock::take(Path::new("/nowhere/berth.lock"), "x").await.unwrap_err();
        assert!(refused.to_string().contains("/nowhere/berth.lock"), "{refused}");
    }
}
