//! The colour of a dose.

/// Control points of the perceptually uniform map "inferno" by S. van der Walt and N. Smith (2015, CC0), at even steps
/// from 0 to full scale, sRGB.
pub const INFERNO: [[u8; 3]; 17] = [
    [0, 0, 4],
    [11, 7, 36],
    [33, 12, 74],
    [61, 9, 101],
    [87, 16, 110],
    [113, 25, 110],
    [138, 34, 106],
    [163, 44, 97],
    [188, 55, 84],
    [208, 69, 69],
    [227, 89, 51],
    [241, 113, 31],
    [249, 140, 10],
    [252, 170, 15],
    [249, 201, 50],
    [242, 232, 101],
    [252, 255, 164],
];

/// The colour of a level between 0 and 1, sRGB; levels beyond look like the ends, NaN like 0.
pub fn inferno(level: f64) -> [u8; 3] {
    let last = INFERNO.len() - 1;
    let level = if level.is_nan() { 0.0 } else { level.clamp(0.0, 1.0) };
    let x = level * last as f64;
    let low = (x.floor() as usize).min(last - 1);
    let part = x - low as f64;
    std::array::from_fn(|channel| {
        let [a, b] = [INFERNO[low][channel], INFERNO[low + 1][channel]].map(f64::from);
        (a + part * (b - a)).round() as u8
    })
}

/// Values are fully drawn from this fraction of the full scale up, and fade out below it.
const FADE: f64 = 0.25;
const OPACITY: f64 = 0.75;

/// The colour of a level between 0 and 1 over a grey between 0 and 255.
pub(crate) fn over(grey: f64, level: f64) -> [u8; 3] {
    let opacity = OPACITY * (level / FADE).clamp(0.0, 1.0);
    inferno(level).map(|channel| (grey + opacity * (f64::from(channel) - grey)).round() as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lightness_rises_all_the_way() {
        // Relative luminance after IEC 61966-2-1, of the linearised channels.
        let linear = |channel: u8| (f64::from(channel) / 255.0).powf(2.2);
        let luminance = |[r, g, b]: [u8; 3]| 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
        let levels: Vec<_> = (0..=64).map(|step| luminance(inferno(f64::from(step) / 64.0))).collect();
        assert!(levels.windows(2).all(|pair| pair[0] < pair[1]), "{levels:?}");
    }

    #[test]
    fn the_ends_hold() {
        assert_eq!(inferno(-1.0), INFERNO[0]);
        assert_eq!(inferno(f64::NAN), INFERNO[0]);
        assert_eq!(inferno(2.0), INFERNO[16]);
        assert_eq!(inferno(0.5), INFERNO[8]);
    }
}
