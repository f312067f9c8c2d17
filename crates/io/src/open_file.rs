//! Opening what a path leads to, where it is a file.

use std::fs::{File, metadata};
use std::io;
use std::path::Path;

/// Opens a file for reading. What is no file (a folder, a pipe, a device) is refused before it is opened: a pipe would block for
/// ever, a device may have no end.
///
/// # Errors
/// Those of the system; a path to something else.
pub fn open_file(path: &Path) -> io::Result<File> {
    if metadata(path)?.is_file() { File::open(path) } else { Err(io::Error::other("not a regular file")) }
}
