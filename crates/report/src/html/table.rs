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

/// A table of cells that are HTML already, the first of each row naming the row; `class` picks its style.
pub(super) fn table(class: &str, columns: &[Column], rows: impl Iterator<Item = Vec<String>>) -> String {
    let head: String = columns.iter().map(header).collect();
    let body: String = rows.map(|cells| row(columns, &cells)).collect();
    format!(
        "<div class=\"scroll\">\n<table class=\"{class}\">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n\
         </table>\n</div>\n"
    )
}

fn header(Column { name, unit }: &Column) -> String {
    let unit = if unit.is_empty() { String::new() } else { format!(" <span class=\"unit\">{unit}</span>") };
    format!("<th scope=\"col\">{}{unit}</th>", escape(name))
}

fn row(columns: &[Column], cells: &[String]) -> String {
    let mut html = String::from("<tr>");
    for (number, (Column { name, unit }, cell)) in columns.iter().zip(cells).enumerate() {
        html += &if number == 0 {
            format!("<th scope=\"row\">{cell}</th>")
        } else {
            let unit = if unit.is_empty() { String::new() } else { format!(" data-unit=\"{unit}\"") };
            // One element around the cell, so that a card can set it opposite to its title.
            format!("<td data-title=\"{}\"{unit}><span>{cell}</span></td>", escape(name))
        };
    }
    html + "</tr>\n"
}
