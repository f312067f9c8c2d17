//! Standard output and standard error: results to the one, all else to the other.

use iodose::Error;
use iodose::io::IoError;
use iodose::report::terminal::Style;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

/// Writes results to standard output. A reader that has gone, as `head` does, is no failure.
pub(crate) fn print(text: &str) -> Result<(), Error> {
    let mut output = stdout().lock();
    match output.write_all(text.as_bytes()).and_then(|()| output.flush()) {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            Err(Error::Io(IoError::Write { path: "standard output".into(), source: error }))
        }
        _ => Ok(()),
    }
}

/// Colours on a terminal alone, and there not where the user wants none (<https://no-color.org>) or it has none.
pub(crate) fn style() -> Style {
    let set = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty());
    let is_unwanted = set("NO_COLOR").is_some() || set("TERM").is_some_and(|terminal| terminal == "dumb");
    if stdout().is_terminal() && !is_unwanted { Style::Colour } else { Style::Plain }
}

/// Shows a line on standard error. Where even that is closed, nobody is left to tell.
pub(crate) fn tell(line: &str) {
    let _ = writeln!(stderr(), "{line}");
}

/// The warnings of a run, a line each.
pub(crate) fn tell_warnings(warnings: &[String]) {
    for warning in warnings {
        tell(&format!("warning: {warning}"));
    }
}
