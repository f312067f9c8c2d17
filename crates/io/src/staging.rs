//! Private folders in which results wait until they are whole.

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError, TryLockError};
use tempfile::TempDir;

/// What the names of the folders begin with.
const PREFIX: &str = ".part-";
/// Characters of a file's name that go into its folder's name: names have at most 255 bytes.
const NAME: usize = 40;

/// Those of this process that exist now.
static WAITING: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// A folder that only its owner may enter (mode 0700), beside the place that the files in it will take. Goes when dropped.
///
/// Files in it are made with the usual mode, so that a result is as readable as any other file once it has its place, and
/// nobody else reads it before.
#[derive(Debug)]
pub struct Staging(TempDir);

impl Staging {
    /// A folder within the one that results go to.
    ///
    /// # Errors
    /// A folder that cannot be written to.
    pub fn within(folder: &Path) -> io::Result<Self> {
        Self::named(PREFIX, folder)
    }

    /// A folder beside a file.
    pub(crate) fn beside(file: &Path) -> io::Result<Self> {
        Self::named(&prefix_of(file), folder_of(file))
    }

    fn named(prefix: &str, folder: &Path) -> io::Result<Self> {
        let staging = tempfile::Builder::new().prefix(prefix).tempdir_in(folder)?;
        WAITING.lock().unwrap_or_else(PoisonError::into_inner).insert(staging.path().to_owned());
        Ok(Self(staging))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        WAITING.lock().unwrap_or_else(PoisonError::into_inner).remove(self.0.path());
    }
}

/// Removes what a process left within a folder of results that was killed while it wrote them. What cannot be removed does no
/// harm.
pub fn clear_abandoned_within(folder: &Path) {
    clear(folder, PREFIX);
}

/// Removes what a process left beside a file that was killed while it wrote it.
pub fn clear_abandoned_beside(file: &Path) {
    clear(folder_of(file), &prefix_of(file));
}

/// Removes every staging folder of this process, which is about to end at once. Waits for nothing.
pub fn abandon_staging() {
    let waiting = match WAITING.try_lock() {
        Ok(waiting) => waiting,
        Err(TryLockError::Poisoned(waiting)) => waiting.into_inner(),
        Err(TryLockError::WouldBlock) => return,
    };
    remove(&waiting);
}

fn remove(folders: &BTreeSet<PathBuf>) {
    for folder in folders {
        let _ = std::fs::remove_dir_all(folder);
    }
}

fn clear(folder: &Path, prefix: &str) {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(prefix)) {
        let _ = std::fs::remove_dir_all(entry.path());
    }
}

fn prefix_of(file: &Path) -> String {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    format!("{PREFIX}{}-", name.chars().take(NAME).collect::<String>())
}

fn folder_of(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_enter() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let staging = Staging::within(folder.path()).unwrap();
        let mode = std::fs::metadata(staging.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }

    #[test]
    fn what_was_left_beside_a_file_goes_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        for name in [".part-kept-ab12", ".part-other-ab12", "kept", ".part"] {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        clear_abandoned_beside(&folder.path().join("kept"));
        let names = std::fs::read_dir(folder.path()).unwrap();
        let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, [".part", ".part-other-ab12", "kept"]);
        clear_abandoned_within(folder.path());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn an_end_at_once_leaves_no_folder() {
        let folder = tempfile::tempdir().unwrap();
        let long = folder.path().join("n".repeat(255));
        let stagings = [Staging::within(folder.path()).unwrap(), Staging::beside(&long).unwrap()];
        std::fs::write(stagings[0].path().join("half"), "x").unwrap();
        let waiting = WAITING.lock().unwrap().clone();
        assert!(stagings.iter().all(|staging| waiting.contains(staging.path())));
        // Not those of tests that run beside.
        remove(&waiting.into_iter().filter(|path| path.starts_with(folder.path())).collect());
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(stagings);
    }
}
