//! From values to places on the page.

use crate::Axis;

/// An axis with the range of its values and the places of their ends.
pub(crate) struct Scale {
    from: f64,
    to: f64,
    start: f64,
    end: f64,
    is_logarithmic: bool,
}

impl Scale {
    /// Room for the values, from zero on a linear axis; places from `start` to `end`.
    pub(crate) fn new(
        axis: &Axis,
        values: impl Iterator<Item = f64>,
        [start, end]: [f64; 2],
        headroom: f64,
    ) -> Self {
        let is_logarithmic = axis.is_logarithmic;
        let level = |value: f64| if is_logarithmic { libm::log10(value) } else { value };
        let (low, high) = values
            .map(level)
            .filter(|level| level.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), level| (low.min(level), high.max(level)));
        let (from, to) = match (is_logarithmic, low <= high) {
            (_, false) => (0.0, 1.0),
            (true, _) => (low.floor(), high.ceil().max(low.floor() + 1.0)),
            // An axis must have a length even where there is nothing above zero.
            (false, _) => (low.min(0.0), if high > 0.0 { headroom * high } else { 1.0 }),
        };
        Self { from, to, start, end, is_logarithmic }
    }

    /// The place of a value; `None` where it has none.
    pub(crate) fn place(&self, value: f64) -> Option<f64> {
        let level = if self.is_logarithmic { libm::log10(value) } else { value };
        let place = self.start + (level - self.from) / (self.to - self.from) * (self.end - self.start);
        place.is_finite().then_some(place)
    }

    /// Places and labels of about six round values; powers of ten on a logarithmic axis.
    pub(crate) fn ticks(&self) -> Vec<(f64, String)> {
        let span = self.to - self.from;
        let rough = span / 6.0;
        let decade = libm::exp10(libm::log10(rough).floor());
        let step = [1.0, 2.0, 5.0, 10.0].map(|m| m * decade).into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(span).max(if self.is_logarithmic { 1.0 } else { 0.0 });
        let first = (self.from / step - 1e-9).ceil() as i64;
        let last = (self.to / step + 1e-9).floor() as i64;
        (first..=last)
            .map(|n| {
                let level = n as f64 * step;
                let place = self.start + (level - self.from) / span * (self.end - self.start);
                (place, if self.is_logarithmic { format!("1e{level:.0}") } else { rounded(level, step) })
            })
            .collect()
    }
}

/// As many decimals as the step between ticks needs, without needless zeros.
fn rounded(value: f64, step: f64) -> String {
    if step < 1e-4 {
        return format!("{value:.1e}");
    }
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
