//! Reading the data tables: comma-separated numbers, `#` comments, one header line of column names.

use crate::PhysicsError;

/// The rows of a table, as cells of text with their line number.
pub(crate) struct Rows<'a> {
    table: &'a str,
    lines: std::iter::Enumerate<std::str::Lines<'a>>,
}

/// One row of a table.
pub(crate) struct Row<'a> {
    table: &'a str,
    line: usize,
    cells: Vec<&'a str>,
}

impl<'a> Rows<'a> {
    /// Reads `text`; the first line that is not a comment is the header and is returned as well.
    pub(crate) fn new(table: &'a str, text: &'a str) -> Result<(Row<'a>, Self), PhysicsError> {
        let mut rows = Self { table, lines: text.lines().enumerate() };
        match rows.next() {
            Some(header) => Ok((header, rows)),
            None => Err(PhysicsError::Table {
                table: table.into(),
                line: 1,
                problem: "found no header line".into(),
            }),
        }
    }
}

impl<'a> Iterator for Rows<'a> {
    type Item = Row<'a>;

    fn next(&mut self) -> Option<Row<'a>> {
        let table = self.table;
        self.lines.find(|(_, text)| !text.starts_with('#') && !text.trim().is_empty()).map(|(index, text)| {
            Row { table, line: index + 1, cells: text.split(',').map(str::trim).collect() }
        })
    }
}

impl<'a> Row<'a> {
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// The text in a column.
    pub(crate) fn text(&self, column: usize) -> Result<&'a str, PhysicsError> {
        let missing =
            || self.error(format!("found {} columns, expected at least {}", self.cells.len(), column + 1));
        self.cells.get(column).copied().ok_or_else(missing)
    }

    /// The finite number in a column.
    pub(crate) fn number(&self, column: usize) -> Result<f64, PhysicsError> {
        let text = self.text(column)?;
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(self.error(format!("column {}: found {text:?}, expected a finite number", column + 1))),
        }
    }

    /// The atomic number in a column.
    pub(crate) fn atomic_number(&self, column: usize) -> Result<u8, PhysicsError> {
        let text = self.text(column)?;
        text.parse().map_err(|_| {
            self.error(format!("column {}: found {text:?}, expected an atomic number", column + 1))
        })
    }

    pub(crate) fn error(&self, problem: String) -> PhysicsError {
        PhysicsError::Table { table: self.table.into(), line: self.line, problem }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_blank_lines_are_passed_over_and_errors_name_the_line() {
        let (header, mut rows) = Rows::new("t.csv", "# source\nZ,E\n\n8,0.5\n8,x\n").unwrap();
        assert_eq!(header.text(1).unwrap(), "E");
        let first = rows.next().unwrap();
        assert_eq!((first.atomic_number(0).unwrap(), first.number(1).unwrap()), (8, 0.5));
        let error = rows.next().unwrap().number(1).unwrap_err().to_string();
        assert_eq!(error, "t.csv:5: column 2: found \"x\", expected a finite number");
        assert!(first.number(2).unwrap_err().to_string().contains("expected at least 3"));
        assert!(Rows::new("t.csv", "# nothing\n").is_err());
    }
}
