//! Fingerprints of input files for the record of a run.

use crate::{IoError, open_file};
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::Path;

/// SHA-256 (FIPS 180-4) of a file's bytes, as 64 lower-case hexadecimal digits. The file is streamed, not loaded.
pub fn sha256_of_file(path: &Path) -> Result<String, IoError> {
    let failed = |source| IoError::Read { path: path.to_owned(), source };
    let mut file = open_file(path).map_err(failed)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 16];
    loop {
        match file.read(&mut buffer).map_err(failed)? {
            0 => break,
            count => hasher.update(&buffer[..count]),
        }
    }
    Ok(hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_digest_of_abc_is_that_of_the_standard() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("abc");
        std::fs::write(&path, "abc").unwrap();
        let expected = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(sha256_of_file(&path).unwrap(), expected);
        assert!(sha256_of_file(&folder.path().join("absent")).unwrap_err().to_string().contains("absent"));
    }
}
