//! Curves of mass density against CT number. Equations: `docs/methods/ct-to-tissue.md`.

use crate::{FieldError, IoError, open_file};
use std::io::Read;
use std::path::Path;

/// A curve has some ten points; what is longer than this is none.
const LONGEST: u64 = 1 << 20;

/// How CT numbers (HU) become mass density (g/cm3).
///
/// The published curve is that of W. Schneider, T. Bortfeld, W. Schlegel, "Correlation between CT numbers and tissue
/// parameters needed for Monte Carlo simulations of clinical dose distributions", Phys. Med. Biol. 45 (2000) 459-478:
/// straight lines through the points below. At 100 HU it falls, where the branch of connective tissue ends and that of
/// bone begins, so a brighter voxel would be lighter.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum HuCurve {
    /// Schneider's curve made strictly increasing (C2).
    ///
    /// It follows the published one everywhere but between 50 and 101 HU: there a straight line joins the soft-tissue
    /// branch (1.0622 g/cm3 at 50 HU, so blood and muscle keep their published density) to the beginning of the bone
    /// branch (1.0762 g/cm3 at 101 HU). It lies at most 0.044 g/cm3 (4 %) under the published curve, just before the fall.
    #[default]
    Default,
    /// The points as published, with their fall between 100 and 101 HU.
    Schneider2000,
    /// A curve of the site's own.
    Table(HuTable),
}

/// A site's own curve: straight lines through points of increasing HU.
#[derive(Clone, Debug, PartialEq)]
pub struct HuTable {
    points: Vec<(f64, f64)>,
}

const SCHNEIDER_2000: [(f64, f64); 9] = [
    (-1000.0, 1.21e-3),
    (-98.0, 0.93),
    (-97.0, 0.930486),
    (14.0, 1.03),
    (23.0, 1.031),
    (100.0, 1.1199),
    (101.0, 1.0762),
    (1600.0, 1.9642),
    (3000.0, 2.8),
];

const MONOTONE: [(f64, f64); 9] = [
    (-1000.0, 1.21e-3),
    (-98.0, 0.93),
    (-97.0, 0.930486),
    (14.0, 1.03),
    (23.0, 1.031),
    // On the line from 23 to 100 HU.
    (50.0, 1.031 + 27.0 / 77.0 * (1.1199 - 1.031)),
    (101.0, 1.0762),
    (1600.0, 1.9642),
    (3000.0, 2.8),
];

impl HuCurve {
    /// Reads a curve from a CSV file: the header line `HU,g/cm3`, then one point per line.
    ///
    /// At least two points, HU strictly increasing, densities positive and never decreasing; blank lines and lines that
    /// begin with `#` are passed over. An error names the line.
    pub fn from_csv(path: &Path) -> Result<Self, IoError> {
        let failed = |source| IoError::Read { path: path.to_owned(), source };
        let mut text = String::new();
        open_file(path).map_err(failed)?.take(LONGEST + 1).read_to_string(&mut text).map_err(failed)?;
        if text.len() as u64 > LONGEST {
            return Err(FieldError::new("size", "more than 1 MiB", "a table of some points").at(path));
        }
        parse(&text).map(Self::Table).map_err(|wrong| IoError::Line {
            path: path.to_owned(),
            line: wrong.line,
            found: wrong.found,
            expected: wrong.expected.to_owned(),
        })
    }

    /// The points (HU, g/cm3), in order of HU.
    pub fn points(&self) -> &[(f64, f64)] {
        match self {
            Self::Default => &MONOTONE,
            Self::Schneider2000 => &SCHNEIDER_2000,
            Self::Table(table) => &table.points,
        }
    }

    /// Density in g/cm3 (C1). Below the first point it is that of the first (air), above the last that of the last.
    pub fn density(&self, hu: f64) -> f64 {
        let points = self.points();
        let above = points.partition_point(|&(x, _)| x <= hu);
        if above == 0 {
            return points[0].1;
        }
        let (x0, y0) = points[above - 1];
        match points.get(above) {
            Some(&(x1, y1)) => y0 + (y1 - y0) * ((hu - x0) / (x1 - x0)),
            None => y0,
        }
    }

    /// The CT number of the last point; beyond it the density is only a guess.
    pub fn last_hu(&self) -> f64 {
        self.points()[self.points().len() - 1].0
    }
}

struct WrongLine {
    line: usize,
    found: String,
    expected: &'static str,
}

fn parse(text: &str) -> Result<HuTable, WrongLine> {
    let mut lines = text
        .trim_start_matches('\u{feff}')
        .lines()
        .enumerate()
        .map(|(n, line)| (n + 1, line.trim()))
        .filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
    let wrong = |line, found: &str, expected| WrongLine { line, found: format!("\"{found}\""), expected };
    match lines.next() {
        Some((_, line)) if line.split(',').map(str::trim).eq(["HU", "g/cm3"]) => {}
        Some((n, line)) => return Err(wrong(n, line, "the header HU,g/cm3")),
        None => return Err(wrong(1, "", "the header HU,g/cm3")),
    }
    let mut points: Vec<(f64, f64)> = Vec::new();
    let mut last_line = 1;
    for (n, line) in lines {
        last_line = n;
        let numbers: Vec<f64> = line
            .split(',')
            .map_while(|part| part.trim().parse().ok())
            .filter(|x: &f64| x.is_finite())
            .collect();
        let (&[hu, density], 2) = (numbers.as_slice(), line.split(',').count()) else {
            return Err(wrong(n, line, "two numbers: HU,g/cm3"));
        };
        if density <= 0.0 {
            return Err(wrong(n, line, "a positive density in g/cm3"));
        }
        if let Some(&(hu_before, density_before)) = points.last() {
            if hu <= hu_before {
                return Err(wrong(n, line, "HU above that of the line before"));
            }
            if density < density_before {
                return Err(wrong(n, line, "a density not below that of the line before"));
            }
        }
        points.push((hu, density));
    }
    if points.len() < 2 {
        let found = format!("{} points", points.len());
        return Err(WrongLine { line: last_line, found, expected: "at least two points" });
    }
    Ok(HuTable { points })
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn the_published_points_are_met_with_their_fall() {
        let curve = HuCurve::Schneider2000;
        for (hu, density) in SCHNEIDER_2000 {
            assert_relative_eq!(curve.density(hu), density);
        }
        assert!(curve.density(101.0) < curve.density(100.0));
        // The branches as formulas (section 2.3 of the paper): 1.003 + 1.169e-3 H and 1.017 + 0.592e-3 H.
        assert_relative_eq!(curve.density(60.0), 1.003 + 1.169e-3 * 60.0, epsilon = 1.5e-3);
        assert_relative_eq!(curve.density(1000.0), 1.017 + 0.592, epsilon = 1.5e-3);
    }

    #[test]
    fn the_default_rises_everywhere_and_stays_near_the_published_curve() {
        let (ours, published) = (HuCurve::Default, HuCurve::Schneider2000);
        for tenth in -10000..30000 {
            let hu = f64::from(tenth) / 10.0;
            assert!(ours.density(hu + 0.1) > ours.density(hu), "{hu}");
            let gap = published.density(hu) - ours.density(hu);
            let allowed = if (50.0..101.0).contains(&hu) { 0.0441 } else { 1e-9 };
            assert!(gap.abs() < allowed, "{hu}: {gap}");
        }
    }

    #[test]
    fn beyond_the_ends_the_density_stays() {
        assert_eq!(HuCurve::Default.density(-3024.0), 1.21e-3);
        assert_eq!(HuCurve::Default.density(3071.0), 2.8);
        assert_eq!(HuCurve::Default.last_hu(), 3000.0);
    }

    #[test]
    fn a_site_curve_is_read() {
        let table = parse("\u{feff}# scanner 3, 120 kV\nHU, g/cm3\n-1000,0.0012\r\n\n0,1.0\n1000,1.6\n");
        let curve = HuCurve::Table(table.ok().unwrap());
        assert_relative_eq!(curve.density(500.0), 1.3);
        assert_eq!(curve.points().len(), 3);
    }

    #[test]
    fn wrong_lines_are_named() {
        for (text, line, expected) in [
            ("", 1, "header"),
            ("hu;rho\n", 1, "header"),
            ("HU,g/cm3\n0,1\n", 2, "two points"),
            ("HU,g/cm3\n0,1\n1\n", 3, "two numbers"),
            ("HU,g/cm3\n0,1\n1,x\n", 3, "two numbers"),
            ("HU,g/cm3\n0,1\n1,2,3\n", 3, "two numbers"),
            ("HU,g/cm3\n0,1\n1,inf\n", 3, "two numbers"),
            ("HU,g/cm3\nNaN,1\n1,1\n", 2, "two numbers"),
            ("HU,g/cm3\n0,0\n1,1\n", 2, "positive"),
            ("HU,g/cm3\n0,1\n\n0,2\n", 4, "HU above"),
            ("HU,g/cm3\n0,1\n1,0.9\n", 3, "not below"),
        ] {
            let wrong = parse(text).err().unwrap();
            assert_eq!(wrong.line, line, "{text}");
            assert!(wrong.expected.contains(expected), "{text}: {}", wrong.expected);
        }
    }

    #[test]
    fn the_error_of_a_file_names_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("curve.csv");
        std::fs::write(&path, "HU,g/cm3\n0,1\n0,2\n").unwrap();
        let message = HuCurve::from_csv(&path).unwrap_err().to_string();
        assert!(message.contains("curve.csv: line 3: found \"0,2\", expected HU above"), "{message}");
    }
}
