//! A private folder for the readers that take paths.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

thread_local! {
    static FOLDER: OnceCell<TempDir> = const { OnceCell::new() };
}

/// A folder of this thread, in memory where the system has such a place; it goes with the thread.
pub fn folder() -> PathBuf {
    FOLDER.with(|folder| {
        let memory = Path::new("/dev/shm");
        let make = || {
            if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() }
                .expect("a temporary folder")
        };
        folder.get_or_init(make).path().to_owned()
    })
}

/// A file of the folder with some bytes, in place of what had its name.
pub fn file(name: &str, bytes: &[u8]) -> PathBuf {
    let path = folder().join(name);
    if let Some(parent) = path.parent() {
        fs::create_dir_all(parent).expect("a folder");
    }
    fs::write(&path, bytes).expect("a file");
    path
}
