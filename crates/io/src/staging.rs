//! Private folders in which results wait until they are whole.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use tempfile::TempDir;

/// What the names of the folders begin with.
const PREFIX: &str = ".part-";
/// Characters of a file's name that go into its folder's name: names have at most 255 bytes.
const NAME: usize = 40;

/// Those of this process that exist now, as far as there is room. Nothing asks for memory while it holds one of the locks: an end
/// without memory comes here too.
static WAITING: [Mutex<Option<PathBuf>>; 32] = [const { Mutex::new(None) }; 32];

/// How often a folder is tried that another thread is still filling.
const TRIES: usize = 3;

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
        let mut builder = tempfile::Builder::new();
        builder.prefix(prefix);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            builder.permissions(std::fs::Permissions::from_mode(0o700));
        }
        let staging = builder.tempdir_in(folder)?;
        let path = staging.path().to_owned();
        if let Some(mut room) = rooms().find(|room| room.is_none()) {
            *room = Some(path);
        }
        Ok(Self(staging))
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Staging {
    fn drop(&mut self) {
        let forgotten =
            rooms().find(|room| room.as_deref() == Some(self.0.path())).and_then(|mut room| room.take());
        drop(forgotten);
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
    abandon(|_| true);
}

fn abandon(is_meant: impl Fn(&Path) -> bool) {
    for _ in 0..TRIES {
        for folder in
            WAITING.iter().filter_map(|room| room.try_lock().ok()?.clone()).filter(|path| is_meant(path))
        {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

fn rooms() -> impl Iterator<Item = MutexGuard<'static, Option<PathBuf>>> {
    WAITING.iter().map(|room| room.lock().unwrap_or_else(PoisonError::into_inner))
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
        // Not those of tests that run beside.
        abandon(|path| path.starts_with(folder.path()));
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
        drop(stagings);
    }
}
