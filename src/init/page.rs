//! The text of a case file, line by line.

/// Comments go on a line of their own from this width on.
const WIDTH: usize = 100;

#[derive(Default)]
pub(super) struct Page {
    text: String,
    undecided: Vec<String>,
}

impl Page {
    /// Begins a section: `[ct]`.
    pub(super) fn section(&mut self, header: &str) {
        self.text.push_str(&format!("\n{header}\n"));
    }

    /// A remark on a line of its own.
    pub(super) fn remark(&mut self, text: &str) {
        let mut line = "#".to_owned();
        for word in one_line(text).split(' ') {
            if line.len() > 1 && line.chars().count() + 1 + word.chars().count() > WIDTH {
                self.text.push_str(&format!("{line}\n"));
                line = "#  ".to_owned();
            }
            line.push_str(&format!(" {word}"));
        }
        self.text.push_str(&format!("{line}\n"));
    }

    /// A key with a value, and why it is this one.
    pub(super) fn key(&mut self, key: &str, value: impl Into<toml::Value>, why: &str) {
        let line = format!("{key} = {}", value.into());
        self.line(&line, why);
    }

    /// A key that may be stated, as a comment.
    pub(super) fn optional(&mut self, key: &str, example: impl Into<toml::Value>, why: &str) {
        let line = format!("# {key} = {}", example.into());
        self.line(&line, why);
    }

    /// A number that may be stated. No number stands for it that somebody could take for his own.
    pub(super) fn optional_number(&mut self, key: &str, why: &str) {
        self.line(&format!("# {key} = ?"), why);
    }

    /// A number that must be stated before the case runs.
    pub(super) fn open_number(&mut self, at: &str, key: &str, why: &str) {
        self.optional_number(key, &format!("TO STATE: {why}"));
        self.undecided.push(format!("{at}.{key}: {}", one_line(why)));
    }

    /// A key that must be stated before the case runs, as a comment with one of its choices; `at` is the section for the list of such keys.
    pub(super) fn open(&mut self, at: &str, key: &str, example: impl Into<toml::Value>, why: &str) {
        self.optional(key, example, &format!("TO STATE: {why}"));
        self.undecided.push(format!("{at}.{key}: {}", one_line(why)));
    }

    fn line(&mut self, line: &str, why: &str) {
        let why = one_line(why);
        if why.is_empty() {
            self.text.push_str(&format!("{line}\n"));
        } else if line.chars().count() + why.chars().count() + 4 <= WIDTH {
            self.text.push_str(&format!("{line}  # {why}\n"));
        } else {
            self.remark(&why);
            self.text.push_str(&format!("{line}\n"));
        }
    }

    /// The text with what is open said at its top, and the list of that.
    pub(super) fn finish(self) -> (String, Vec<String>) {
        let mut top = Self::default();
        top.remark("Made by `iodose init` from the files named below; keys: docs/case-file.md.");
        if self.undecided.is_empty() {
            top.remark("It runs as it is: iodose run FILE -o results");
        } else {
            top.remark("To be stated before it runs, each in its line below:");
            self.undecided.iter().for_each(|open| top.remark(&format!("- {open}")));
        }
        (top.text + &self.text, self.undecided)
    }
}

/// Free texts of files hold line breaks at times, which would end a comment.
fn one_line(text: &str) -> String {
    let spaced: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}
