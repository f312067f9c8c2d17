//! A path as a case file names it.

use crate::Error;
use std::path::{Component, Path, PathBuf};

/// A path relative to a folder, with `/` between its parts.
pub(super) fn relative(path: &Path, folder: &Path) -> Result<String, Error> {
    let (real_path, real_folder) = (real(path)?, real_or_new(folder)?);
    let path_parts: Vec<Component> = real_path.components().collect();
    let folder_parts: Vec<Component> = real_folder.components().collect();
    let shared = path_parts.iter().zip(&folder_parts).take_while(|(a, b)| a == b).count();
    let up = folder_parts[shared..].iter().map(|_| "..");
    let mut parts: Vec<&str> = up.collect();
    for part in &path_parts[shared..] {
        match part.as_os_str().to_str() {
            Some(text) if !text.chars().any(char::is_control) => parts.push(text),
            _ => {
                return Err(Error::input(
                    path.display(),
                    "path",
                    "a name that is no text",
                    "names in printable characters, as a case file needs",
                ));
            }
        }
    }
    Ok(if parts.is_empty() { ".".to_owned() } else { parts.join("/") })
}

fn real(path: &Path) -> Result<PathBuf, Error> {
    std::fs::canonicalize(path)
        .map_err(|error| Error::input(path.display(), "path", error, "a file or folder that can be opened"))
}

/// A folder that may not exist yet: its innermost ancestor that does, and the rest as it will be.
fn real_or_new(folder: &Path) -> Result<PathBuf, Error> {
    match (folder.exists(), folder.parent(), folder.file_name()) {
        (false, Some(above), Some(name)) if above.as_os_str().is_empty() => {
            Ok(real(Path::new("."))?.join(name))
        }
        (false, Some(above), Some(name)) => Ok(real_or_new(above)?.join(name)),
        _ => real(folder),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[allow(clippy::unwrap_used)]
    fn paths_lead_from_the_case_file() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("a/b");
        std::fs::create_dir_all(&inside).unwrap();
        let other = folder.path().join("c");
        std::fs::create_dir(&other).unwrap();
        assert_eq!(relative(&inside, folder.path()).unwrap(), "a/b");
        assert_eq!(relative(&other, &inside).unwrap(), "../../c");
        assert_eq!(relative(&inside, &inside).unwrap(), ".");
        assert_eq!(relative(&other, &folder.path().join("new/er")).unwrap(), "../../c");
        assert!(relative(&folder.path().join("nothing"), &inside).is_err());
    }
}
