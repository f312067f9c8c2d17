//! The validation as a page of the documentation.

use crate::{Expected, Options, Validation, markdown};
use std::fmt::Write;

/// A Markdown page with the table, the notes on published data, and the plots under the names that [`crate::Plot::name`]
/// gives them with the ending `.svg`.
pub fn document(validation: &Validation, expected: &Expected, options: &Options) -> String {
    let statistics = if options.quick { "quick: few histories, wide margins" } else { "full statistics" };
    let mut page = format!(
        "# Validation\n\nWritten by `iodose validate -o` ({statistics}, seed {}). Expected values and their citations: \
         `crates/validate/data/expected.toml`; none of them comes from this engine. Deviations are relative to the \
         published value, for point kernels to their peak. \"With statistics\" adds two standard deviations of reference \
         and run together (Fano's theorem and quantities found in two ways: three standard deviations instead of the \
         tolerance, where they are more); where one row stands for many numbers, as many standard deviations as the \
         largest of them exceeds with the same probability.\n\n{}",
        options.seed,
        markdown(&validation.rows)
    );
    page.push_str("\n## Notes on the published data\n\n");
    for note in &expected.notes {
        let _ = writeln!(page, "- {note}");
    }
    if !validation.plots.is_empty() {
        page.push_str("\n## Kernels\n");
    }
    for plot in &validation.plots {
        let _ = writeln!(page, "\n![{}]({}.svg)", plot.title, plot.name);
    }
    page
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Curve, Plot};

    #[test]
    fn the_page_holds_table_notes_and_plots() {
        let curve = Curve { label: "a".into(), points: vec![] };
        let plot = Plot {
            name: "kernel-a".into(),
            title: "Kernel A".into(),
            x_label: "x".into(),
            y_label: "y".into(),
            logarithmic: false,
            ours: curve.clone(),
            published: curve,
        };
        let validation = Validation { rows: Vec::new(), plots: vec![plot] };
        let expected = Expected::embedded().unwrap();
        let page = document(&validation, &expected, &Options { quick: true, ..Options::default() });
        for part in
            ["| case |", "Lanconelli 2012 holds beta and gamma only", "![Kernel A](kernel-a.svg)", "quick:"]
        {
            assert!(page.contains(part), "{part}");
        }
    }
}
