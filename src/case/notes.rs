//! The text of a case file: its lines, its quotations, and the problems found in it.

use std::cell::RefCell;
use std::ops::Range;

use toml::de::DeTable;

use super::error::Problem;

/// A longer key or value is cut when it is quoted in a message.
pub(super) const LONGEST_QUOTE: usize = 60;

/// The text of a case file and the problems found in it so far.
pub(super) struct Notes<'a> {
    text: &'a str,
    line_starts: Vec<usize>,
    problems: RefCell<Vec<Problem>>,
}

impl<'a> Notes<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let after_breaks = text.match_indices('\n').map(|(offset, _)| offset + 1);
        Self {
            text,
            line_starts: std::iter::once(0).chain(after_breaks).collect(),
            problems: RefCell::default(),
        }
    }

    /// The text as TOML; `None`, and its errors noted, if it is none.
    pub(super) fn parse(&self) -> Option<DeTable<'a>> {
        let (root, errors) = DeTable::parse_recoverable(self.text);
        let mut line_before = 0;
        for error in &errors {
            let span = error.span().unwrap_or_default();
            let line = self.line(span.start);
            // What follows an error on its own line is mostly its echo.
            if line != line_before {
                let found = match self.quote(span) {
                    quote if quote.is_empty() => String::new(),
                    quote => format!(", found {quote}"),
                };
                self.add(line, String::new(), format!("not valid TOML: {}{found}", error.message()));
            }
            line_before = line;
        }
        errors.is_empty().then(|| root.into_inner())
    }

    pub(super) fn into_problems(self) -> Vec<Problem> {
        let mut problems = self.problems.into_inner();
        problems.sort_by_key(|problem| problem.line);
        problems
    }

    pub(super) fn add(&self, line: usize, key: String, message: String) {
        self.problems.borrow_mut().push(Problem { line, key, message });
    }

    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|&start| start <= offset)
    }

    pub(super) fn quote(&self, span: Range<usize>) -> String {
        shortened(self.text.get(span).unwrap_or_default())
    }
}

/// On one line, and cut where it is too long.
pub(super) fn shortened(text: &str) -> String {
    let mut shown: String =
        text.chars().take(LONGEST_QUOTE).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if shown.len() < text.len() {
        shown.push_str("...");
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_are_short_and_on_one_line() {
        assert_eq!(shortened("a\nb"), "a b");
        assert_eq!(shortened(&"µ".repeat(100)), format!("{}...", "µ".repeat(60)));
    }

    #[test]
    fn lines_count_from_one() {
        let notes = Notes::new("a\nb\n\nc");
        assert_eq!([0, 1, 2, 3, 4, 5].map(|offset| notes.line(offset)), [1, 1, 2, 2, 3, 4]);
    }
}
