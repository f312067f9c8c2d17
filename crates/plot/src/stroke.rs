//! Lines that can be told apart.

/// Colours that readers with any colour vision tell apart (M. Okabe and K. Ito, 2008), without the yellow, which is too pale on
/// white.
const COLOURS: [&str; 7] = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9"];
const DASHES: [&str; 6] = ["none", "10 5", "3 4", "12 4 3 4", "18 6", "2 7"];
const WIDTHS: [f64; 2] = [1.8, 1.0];

/// The colour of a curve by its number.
pub(crate) fn colour(number: usize) -> &'static str {
    COLOURS[number % COLOURS.len()]
}

/// Neighbours differ in colour; the dash changes with each round of colours, and the width with each round of those.
pub(crate) fn stroke(number: usize) -> String {
    let round = number / COLOURS.len();
    let dash = DASHES[round % DASHES.len()];
    let width = WIDTHS[round / DASHES.len() % WIDTHS.len()];
    format!(
        "stroke=\"{}\" stroke-dasharray=\"{dash}\" stroke-width=\"{width}\" fill=\"none\"",
        colour(number)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn sixty_curves_have_sixty_strokes() {
        assert_eq!((0..60).map(stroke).collect::<BTreeSet<_>>().len(), 60);
    }
}
