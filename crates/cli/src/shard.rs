//! `iodose shard` and `iodose merge`

use crate::arguments::{Arguments, Command, Console};
use crate::console::print;
use crate::{run, simulate};
use clap::{Args, Parser};
use iodose::physics::Library;
use iodose::transport::Share;
use iodose::{Error, Origin, PartFile, Parts};
use std::iter::once;
use std::path::{Path, PathBuf};

#[derive(Debug, Args)]
pub(crate) struct ShardOptions {
    /// Which share, of how many: 2/3
    #[arg(value_name = "I/N", value_parser = share)]
    share: Share,
    /// `simulate` or `run` with its options: --histories, and the file for the part with -o
    #[arg(value_name = "COMMAND", trailing_var_arg = true, allow_hyphen_values = true, required = true)]
    words: Vec<String>,
}

#[derive(Debug, Args)]
pub(crate) struct MergeOptions {
    /// The files of all shares, in any order
    #[arg(value_name = "PART", required = true)]
    parts: Vec<PathBuf>,
    /// Folder for the results [default: that of the command]
    #[arg(short, long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// A share of a command.
#[derive(Debug)]
pub(crate) struct Shard {
    share: Share,
    /// How to ask for the whole.
    words: Vec<String>,
}

impl ShardOptions {
    /// The command to be shared, with what the outer console was told.
    pub(crate) fn command(&self, outer: &Console) -> Result<(Shard, Arguments), clap::Error> {
        let mut arguments = parse(&self.words)?;
        let mut words = self.words.clone();
        for (option, files) in
            [("--nuclide-file", &outer.nuclide_file), ("--material-file", &outer.material_file)]
        {
            let options = files.iter().flat_map(|file| [option.into(), file.to_string_lossy().into_owned()]);
            words.extend(options);
        }
        arguments.console.add(outer);
        Ok((Shard { share: self.share, words }, arguments))
    }

    pub(crate) fn words(&self) -> &[String] {
        &self.words
    }
}

impl Shard {
    pub(crate) fn execute(&self, arguments: &Arguments, library: &Library) -> Result<(), Error> {
        let console = &arguments.console;
        let (output, checkpoint) = match &arguments.command {
            Command::Simulate(options) => (&options.output, &options.checkpoint),
            Command::Run(options) if !options.is_phantom() => (&options.output, &options.checkpoint),
            _ => return Err(refused("COMMAND", "another command", "`simulate`, or `run` with a case file")),
        };
        if checkpoint.is_asked_for() {
            let expected = "none; a run in more parts loses less by an interruption";
            return Err(refused("--checkpoint", "a file", expected));
        }
        let Some(path) = output.clone() else {
            return Err(refused("--output", "none", "the file for the part"));
        };
        let part = PartFile { share: self.share, path, note: self.words.clone() };
        match &arguments.command {
            Command::Simulate(options) => simulate::share(options, &part, console, library)?,
            Command::Run(options) => run::share(options, &part, console, library)?,
            _ => {}
        }
        if console.quiet {
            return Ok(());
        }
        print(&format!("part {}/{}: {}\n", self.share.number(), self.share.of(), part.path.display()))
    }
}

/// Puts parts together as the command that they are shares of would have.
pub(crate) fn merge(options: &MergeOptions, outer: &Console) -> Result<(), Error> {
    let parts = Parts::open(&options.parts)?;
    let mut arguments = parse(parts.note()).map_err(|error| {
        let found = error.to_string().lines().next().unwrap_or_default().to_owned();
        Error::Input {
            file: options.parts.first().map(|part| part.display().to_string()).unwrap_or_default(),
            field: "command".into(),
            found,
            expected: "a command that this version knows".into(),
        }
    })?;
    arguments.console.add(outer);
    let library = crate::library(&arguments.console)?;
    let (origin, output) = (Origin::Parts(&parts), options.output.as_deref());
    match &arguments.command {
        Command::Simulate(options) => {
            let output = output.unwrap_or(Path::new(simulate::DEFAULT_FOLDER));
            simulate::finish(options, &origin, output, outer, &library)
        }
        Command::Run(options) => run::finish(options, &origin, output, outer, &library),
        _ => Err(refused("COMMAND", "another command", "`simulate` or `run`")),
    }
}

fn parse(words: &[String]) -> Result<Arguments, clap::Error> {
    Arguments::try_parse_from(once("iodose").chain(words.iter().map(String::as_str)))
}

/// What is said to a share of a share.
pub(crate) fn nested() -> Error {
    refused("COMMAND", "`shard` or `merge`", "`simulate` or `run`")
}

fn refused(field: &str, found: &str, expected: &str) -> Error {
    Error::Input { file: "shard".into(), field: field.into(), found: found.into(), expected: expected.into() }
}

fn share(text: &str) -> Result<Share, String> {
    let numbers =
        text.split_once('/').and_then(|(number, of)| Some((number.parse().ok()?, of.parse().ok()?)));
    let share = numbers.and_then(|(number, of)| Share::new(number, of));
    share.ok_or_else(|| "expected I/N with I from 1 to N, such as 2/3".into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_is_counted_from_one() {
        assert_eq!(share("2/3").ok(), Share::new(2, 3));
        for wrong in ["0/3", "4/3", "3", "1/0", "-1/3", "1/3/5", "a/b"] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }
}
