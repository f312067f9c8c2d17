//! Tables that become a card per row on a narrow screen.

use super::escape::escape;

/// The head of a column. Name and unit also stand beside each cell of a card.
pub(super) struct Column {
    name: String,
    unit: &'static str,
}

/// A column with a unit, which may be empty.
pub(super) fn column(name: impl Into<String>, unit: &'static str) -> Column {
    Column { name: name.into(), unit }
}

/// A cell: HTML, and how many columns it spans.
pub(super) struct Cell {
    html: String,
    columns: usize,
}

impl From<String> for Cell {
    fn from(html: String) -> Self {
        Self { html, columns: 1 }
    }
}

impl Cell {
    /// A cell over so many columns.
    pub(super) fn spanning(columns: usize, html: String) -> Self {
        Self { html, columns }
    }
}

/// A table of cells that are HTML already, the first of each row naming the row; `class` picks its style.
pub(super) fn table<C: Into<Cell>>(
    class: &str,
    columns: &[Column],
    rows: impl Iterator<Item = Vec<C>>,
) -> String {
    let head: String = columns.iter().map(header).collect();
    let body: String = rows.map(|cells| row(columns, cells)).collect();
    format!(
        "<div class=\"scroll\">\n<table class=\"{class}\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n\
         </table>\n</div>\n"
    )
}

fn header(Column { name, unit }: &Column) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" <span class=\"unit\">{unit}</span>") };
    // A line must not end on the sign.
    format!("<th scope=\"col\">{}{unit}</th>", escape(name).replace("± u", "±&nbsp;u"))
}

fn row<C: Into<Cell>>(columns: &[Column], cells: Vec<C>) -> String {
    let mut html = String::from("<tr>");
    let mut rest = columns.iter();
    for (number, cell) in cells.into_iter().enumerate() {
        let Cell { html: cell, columns: span } = cell.into();
        let Some(Column { name, unit }) = rest.next() else { break };
        rest.by_ref().take(span.saturating_sub(1)).for_each(drop);
        html += &if number == 0 {
            format!("<th scope=\"row\">{cell}</th>")
        } else if span > 1 {
            format!("<td class=\"spanning\" colspan=\"{span}\"><span>{cell}</span></td>")
        } else {
            let unit = if unit.is_empty() { String::new() } else { format!(" data-unit=\"{unit}\"") };
            // One element around the cell, so that a card can set it opposite to its title.
            format!("<td data-title=\"{}\"{unit}><span>{cell}</span></td>", escape(name))
        };
    }
    html + "</tr>\n"
}
