//! Files that appear under their name only when they are whole.

use crate::IoError;
use crate::staging::Staging;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// Writes a file by way of a private folder beside it ([`Staging`]); it takes its name once it is complete and on the disk.
///
/// Whatever fails, an earlier file of that name is untouched and no partial one is left. The folder must exist.
pub fn write_whole(path: &Path, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> Result<(), IoError> {
    let written = Staging::beside(path).and_then(|staging| {
        let waiting = staging.path().join("whole");
        let mut writer = BufWriter::with_capacity(1 << 16, File::create_new(&waiting)?);
        fill(&mut writer)?;
        writer.flush()?;
        writer.get_ref().sync_all()?;
        std::fs::rename(waiting, path)
    });
    written.map_err(|source| IoError::Write { path: path.to_owned(), source })
}

/// [`write_whole`] for bytes that are already there.
pub fn write_bytes_whole(path: &Path, bytes: &[u8]) -> Result<(), IoError> {
    write_whole(path, |writer| writer.write_all(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_failure_leaves_the_old_file_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("result.txt");
        write_bytes_whole(&path, b"old").unwrap();
        let error = write_whole(&path, |writer| {
            writer.write_all(b"half")?;
            Err(io::Error::other("disk full"))
        });
        assert!(error.unwrap_err().to_string().contains("disk full"));
        assert_eq!(fs::read(&path).unwrap(), b"old");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        write_bytes_whole(&path, b"new").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"new");
    }

    #[test]
    fn a_missing_folder_is_an_error_that_names_the_file() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("absent").join("result.txt");
        assert!(write_bytes_whole(&path, b"x").unwrap_err().to_string().contains("result.txt"));
    }

    #[cfg(unix)]
    #[test]
    fn a_result_can_be_read_like_any_other_file() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        write_bytes_whole(&ours, b"x").unwrap();
        fs::write(&plain, b"x").unwrap();
        let mode = |path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(ours), mode(plain));
    }
}
