//! What can be wrong with a case file, and how it is said.

use std::fmt;
use std::path::PathBuf;

/// More lines than this help nobody; the rest is counted.
const PROBLEMS_SHOWN: usize = 10;

/// Why a case file was refused. The text names the file and, for each problem, line, key, what was found and
/// what would be right.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaseError {
    /// The file could not be opened or read.
    #[error("{}: cannot be read ({source}), expected a case file", file.display())]
    Unreadable {
        /// The file as named by the caller.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The file is not a text of reasonable size.
    #[error("{}: found {found}, expected a case file: UTF-8 text of at most 1 MiB", file.display())]
    NotText {
        /// The file as named by the caller.
        file: PathBuf,
        /// What the file holds instead.
        found: &'static str,
    },
    /// The text is not a valid case; `Display` prints one line per problem, at most ten.
    #[error("{}", Listing { file, problems })]
    Invalid {
        /// The file as named by the caller.
        file: String,
        /// All problems, in the order of their lines; never empty.
        problems: Vec<Problem>,
    },
}

/// One thing wrong with a case file, at one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line in the file, from 1: that of the key, or of its section's header where a key is missing, or 1 where
    /// the section is missing too.
    pub line: usize,
    /// The full key, such as `image[0].unit`; empty for a text that is not TOML.
    pub key: String,
    /// What was found and what was expected.
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.key.is_empty() { "" } else { ": " };
        write!(formatter, "{}: {}{separator}{}", self.line, self.key, self.message)
    }
}

struct Listing<'a> {
    file: &'a str,
    problems: &'a [Problem],
}

impl fmt::Display for Listing<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.problems.iter().take(PROBLEMS_SHOWN).enumerate() {
            let line_break = if index == 0 { "" } else { "\n" };
            write!(formatter, "{line_break}{}:{problem}", self.file)?;
        }
        match self.problems.len().saturating_sub(PROBLEMS_SHOWN) {
            0 => Ok(()),
            more => write!(formatter, "\n{}: and {more} more", self.file),
        }
    }
}
