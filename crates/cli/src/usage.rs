//! Bad usage in two lines.

use crate::arguments::Arguments;
use clap::CommandFactory;
use clap::error::ErrorKind;

/// What clap says over several paragraphs: what is wrong in the first line, the way to help in the second. `words` are
/// those of the command line.
pub(crate) fn in_two_lines(error: &clap::Error, words: impl Iterator<Item = String>) -> String {
    let text = error.render().to_string();
    let mut paragraphs = text.split("\n\n");
    let first = paragraphs.next().unwrap_or_default();
    let first: Vec<&str> = first.lines().map(str::trim).collect();
    let tip = paragraphs.find_map(|paragraph| paragraph.trim().strip_prefix("tip: "));
    let second = tip.and_then(|tip| tip.lines().next()).map(|tip| format!("{tip}; "));
    format!("{}\n{}see `{} --help`", first.join(" "), second.unwrap_or_default(), command(words))
}

/// The command meant, as far as it can be told.
fn command(words: impl Iterator<Item = String>) -> String {
    let (mut command, mut name) = (Arguments::command(), "iodose".to_owned());
    for word in words {
        if let Some(inner) = command.find_subcommand(&word).cloned() {
            name = format!("{name} {word}");
            command = inner;
        }
    }
    name
}

/// Whether clap has something to show rather than to complain about.
pub(crate) fn is_help(error: &clap::Error) -> bool {
    matches!(
        error.kind(),
        ErrorKind::DisplayHelp
            | ErrorKind::DisplayVersion
            | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn refusal(words: &str) -> String {
        let words = || words.split_whitespace().map(str::to_owned);
        in_two_lines(
            &Arguments::try_parse_from(["iodose".to_owned()].into_iter().chain(words())).unwrap_err(),
            words(),
        )
    }

    #[test]
    fn a_refusal_is_two_lines_that_name_what_is_wrong() {
        for (words, wanted) in [
            ("simulate --tia t.nii --water", "--unit <U>"),
            ("simulate --tia t.nii --unit Bq --water", "expected Bq.s/mL, MBq.h/mL or Bq.s/voxel"),
            ("simulate --tia t.nii --unit Bq.s/mL --water --ct c.nii", "cannot be used with"),
            ("run case.toml --histories 0", "expected a whole number from 1 to 10000000000"),
            ("run case.toml --histroies 5", "exists: '--histories'"),
            ("run", "CASE.toml"),
            ("simulte", "'simulate'"),
        ] {
            let text = refusal(words);
            assert!(text.contains(wanted), "{words}: {text}");
            assert!(text.starts_with("error: ") && text.lines().count() == 2, "{words}: {text}");
        }
        assert!(refusal("run").ends_with("see `iodose run --help`"), "{}", refusal("run"));
        let kernel = refusal("-q kernel voxel --size x");
        assert!(kernel.ends_with("see `iodose kernel voxel --help`"), "{kernel}");
    }
}
