//! One table of a case file: hands out its values by key and notes whatever is wrong with them.

use std::collections::BTreeMap;

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::notes::{LONGEST_QUOTE, Notes, shortened};
use super::value;

/// One table, and which of its keys have been asked for.
pub(super) struct Table<'a> {
    path: String,
    line: usize,
    entries: Option<&'a DeTable<'a>>,
    known: Vec<&'static str>,
    notes: &'a Notes<'a>,
}

impl<'a> Table<'a> {
    pub(super) fn root(entries: &'a DeTable<'a>, notes: &'a Notes<'a>) -> Self {
        Self { path: String::new(), line: 1, entries: Some(entries), known: Vec::new(), notes }
    }

    /// The value of a key that may be absent. A value that `parse` refuses is noted and counts as absent.
    pub(super) fn optional<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<T> {
        let found = self.entry(key)?;
        let parsed = parse(found.get_ref());
        if parsed.is_none() {
            self.note_wrong(key, expected);
        }
        parsed
    }

    /// The value of a key that must be there; `None` has been noted.
    pub(super) fn required<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl FnOnce(&'a DeValue<'a>) -> Option<T>,
    ) -> Option<T> {
        if !self.has(key) {
            self.note(key, format!("missing, expected {expected}"));
        }
        self.optional(key, expected, parse)
    }

    /// A table within this one. Where it is absent, all its keys are.
    pub(super) fn table(&mut self, key: &'static str) -> Table<'a> {
        let found = self.entry(key);
        let entries = found.and_then(|found| found.get_ref().as_table());
        if found.is_some() && entries.is_none() {
            self.note_wrong(key, "a table");
        }
        self.inner(self.full(key), found, entries)
    }

    /// A table within this one that may be absent; what is no table has been noted.
    pub(super) fn optional_table(&mut self, key: &'static str) -> Option<Table<'a>> {
        let table = self.table(key);
        table.entries.is_some().then_some(table)
    }

    /// The tables of an array of tables, `[[key]]`, of which there must be one at least.
    pub(super) fn required_tables(&mut self, key: &'static str, expected: &str) -> Vec<Table<'a>> {
        let array = self.required(key, expected, |found| found.as_array().filter(|array| !array.is_empty()));
        let mut tables = Vec::new();
        for (index, element) in array.into_iter().flat_map(|array| array.iter()).enumerate() {
            let path = format!("{}[{index}]", self.full(key));
            match element.get_ref().as_table() {
                Some(entries) => tables.push(self.inner(path, Some(element), Some(entries))),
                None => self.note_wrong(key, expected),
            }
        }
        tables
    }

    /// The tables of an array of tables that may be absent; what is none has been noted.
    pub(super) fn optional_tables(&mut self, key: &'static str, expected: &str) -> Vec<Table<'a>> {
        if self.has(key) {
            return self.required_tables(key, expected);
        }
        self.known.push(key);
        Vec::new()
    }

    /// The values of a table whose keys are names.
    pub(super) fn by_name<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> BTreeMap<String, T> {
        let table = self.table(key);
        let mut values = BTreeMap::new();
        for (name, found) in table.entries.into_iter().flatten() {
            match parse(found.get_ref()) {
                Some(value) => drop(values.insert(name.get_ref().to_string(), value)),
                None => table.note_wrong(name.get_ref().as_ref(), expected),
            }
        }
        values
    }

    /// The values of a table whose keys are lesion labels.
    pub(super) fn by_label<T>(
        &mut self,
        key: &'static str,
        expected: &str,
        parse: impl Fn(&'a DeValue<'a>) -> Option<T>,
    ) -> BTreeMap<u16, T> {
        let table = self.table(key);
        let mut values = BTreeMap::new();
        for (name, found) in table.entries.into_iter().flatten() {
            let written = name.get_ref().as_ref();
            match (value::label(written), parse(found.get_ref())) {
                (Some(label), Some(value)) => drop(values.insert(label, value)),
                (None, _) => {
                    table.note(written, "not a lesion label, expected a whole number from 1 to 65535")
                }
                (_, None) => table.note_wrong(written, expected),
            }
        }
        values
    }

    /// True if the key is written, whatever its value.
    pub(super) fn has(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// Number of elements of an array, 0 for anything else.
    pub(super) fn count(&self, key: &str) -> usize {
        self.get(key).and_then(|(_, found)| found.get_ref().as_array()).map_or(0, |array| array.len())
    }

    /// Notes a problem with a key, at the line of the key or, where it is missing, of the table.
    pub(super) fn note(&self, key: &str, message: impl Into<String>) {
        let line = self.get(key).map_or(self.line, |(name, _)| self.notes.line(name.span().start));
        self.notes.add(line, self.full(key), message.into());
    }

    /// Notes that the value of a key is not what it should be.
    pub(super) fn note_wrong(&self, key: &str, expected: &str) {
        self.note(key, format!("found {}, expected {expected}", self.quote(key)));
    }

    /// The value of a key as it is written, cut to a length fit for a message.
    pub(super) fn quote(&self, key: &str) -> String {
        match self.get(key) {
            None => "nothing".to_owned(),
            Some((_, found)) if found.get_ref().is_table() => "a table".to_owned(),
            Some((_, found)) => self.notes.quote(found.span()),
        }
    }

    /// Notes every key that nothing has asked for. To be called when all have been.
    pub(super) fn refuse_unknown_keys(&self) {
        for name in self.entries.into_iter().flatten().map(|(name, _)| name.get_ref().as_ref()) {
            if !self.known.contains(&name) {
                let hint = match nearest(name, &self.known) {
                    Some(known) => format!("did you mean \"{known}\"?"),
                    None => format!("expected one of: {}", self.known.join(", ")),
                };
                self.note(name, format!("unknown key, {hint}"));
            }
        }
    }

    fn entry(&mut self, key: &'static str) -> Option<&'a Spanned<DeValue<'a>>> {
        self.known.push(key);
        self.get(key).map(|(_, found)| found)
    }

    fn get(&self, key: &str) -> Option<(&'a Spanned<DeString<'a>>, &'a Spanned<DeValue<'a>>)> {
        self.entries?.get_key_value(key)
    }

    fn inner(
        &self,
        path: String,
        found: Option<&Spanned<DeValue>>,
        entries: Option<&'a DeTable<'a>>,
    ) -> Table<'a> {
        let line = found.map_or(self.line, |found| self.notes.line(found.span().start));
        Table { path, line, entries, known: Vec::new(), notes: self.notes }
    }

    fn full(&self, key: &str) -> String {
        let separator = if self.path.is_empty() { "" } else { "." };
        format!("{}{separator}{}", self.path, shortened(key))
    }
}

/// The known key most like `name`, if it is like enough to be a slip of the hand.
fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    if name.len() > LONGEST_QUOTE {
        return None;
    }
    let distance = |known: &str| strsim::osa_distance(&name.to_lowercase(), &known.to_lowercase());
    let candidates = known.iter().map(|&known| (distance(known), known));
    let (distance, nearest) = candidates.min()?;
    (distance <= 1 + nearest.len() / 5).then_some(nearest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_recognised_and_strangers_are_not() {
        let known = ["id", "resolution_mm", "unit", "time_h"];
        assert_eq!(nearest("resolutoin_mm", &known), Some("resolution_mm"));
        assert_eq!(nearest("Unit", &known), Some("unit"));
        assert_eq!(nearest("time", &known), Some("time_h"));
        assert_eq!(nearest("hours", &known), None);
        assert_eq!(nearest("colour", &known), None);
        assert_eq!(nearest("unit", &[]), None);
        assert_eq!(nearest(&"x".repeat(1000), &known), None);
    }
}
