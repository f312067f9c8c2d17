//! Which lesion of one case is which of another.

use crate::prescription::LesionRow;

/// One lesion on both occasions, or on one.
pub(super) struct Pair<'a> {
    pub(super) before: Option<&'a LesionRow>,
    pub(super) after: Option<&'a LesionRow>,
    pub(super) remark: Option<&'static str>,
}

/// Pairs by name where it occurs once on either side; by label where one of the two lesions has no name of its own. What
/// is left stands alone.
pub(super) fn pairs<'a>(before: &'a [LesionRow], after: &'a [LesionRow]) -> Vec<Pair<'a>> {
    let count = |rows: &[LesionRow], name: &str| rows.iter().filter(|row| row.name == name).count();
    let by_name = |row: &LesionRow| {
        let is_unique = is_named(row) && count(before, &row.name) == 1 && count(after, &row.name) == 1;
        before.iter().find(|other| is_unique && other.name == row.name)
    };
    let by_label = |row: &LesionRow| {
        let fits = |other: &&LesionRow| {
            other.label == row.label
                && (other.name == row.name || !is_named(other) || !is_named(row))
                // A lesion that another has by name is taken.
                && !after.iter().any(|taker| by_name(taker).is_some_and(|taken| taken.label == other.label))
        };
        before.iter().find(fits)
    };
    let mut pairs: Vec<Pair<'a>> = after
        .iter()
        .map(|row| match (by_name(row), by_label(row)) {
            (Some(found), _) => Pair { before: Some(found), after: Some(row), remark: None },
            (None, Some(found)) => {
                Pair { before: Some(found), after: Some(row), remark: Some("matched by its label") }
            }
            (None, None) => Pair { before: None, after: Some(row), remark: Some("only in the second case") },
        })
        .collect();
    let is_taken = |row: &LesionRow, pairs: &[Pair<'_>]| {
        pairs.iter().filter_map(|pair| pair.before).any(|taken| std::ptr::eq(taken, row))
    };
    for row in before {
        if !is_taken(row, &pairs) {
            pairs.push(Pair { before: Some(row), after: None, remark: Some("only in the first case") });
        }
    }
    pairs
}

/// Whether somebody named it: a lesion without a name is called by its label.
fn is_named(row: &LesionRow) -> bool {
    !row.name.trim().is_empty() && row.name != format!("lesion {}", row.label)
}
