//! The full log of a run.

use iodose::Error;
use iodose::io::IoError;
use std::fs::File;
use std::path::Path;
use std::sync::Mutex;

/// Sends everything that the libraries tell to a file.
pub(crate) fn start(path: &Path) -> Result<(), Error> {
    let file = File::create(path)
        .map_err(|source| Error::Io(IoError::Write { path: path.to_path_buf(), source }))?;
    tracing_subscriber::fmt()
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .with_max_level(tracing::Level::DEBUG)
        .init();
    Ok(())
}
