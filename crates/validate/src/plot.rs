//! Kernels beside the published ones.

use crate::expected::{PublishedKernel, PublishedS};
use iodose_plot::{Axis, Mark};
use iodose_transport::VoxelS;

/// Points of one origin.
#[derive(Clone, Debug, PartialEq)]
pub struct Curve {
    /// For the legend.
    pub label: String,
    /// x and y.
    pub points: Vec<[f64; 2]>,
}

/// This engine's curve as a line, the published one as dots.
#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Stem of a file name.
    pub name: String,
    /// Above the plot.
    pub title: String,
    /// Below the horizontal axis.
    pub x_label: String,
    /// Beside the vertical axis.
    pub y_label: String,
    /// Whether the vertical axis is logarithmic.
    pub logarithmic: bool,
    /// This engine's.
    pub ours: Curve,
    /// The published one.
    pub published: Curve,
}

impl Plot {
    pub(crate) fn of_point_kernel(published: &PublishedKernel, ours: &[(f64, f64)]) -> Self {
        let middle = |shell: &[f64; 4]| 0.5 * (shell[0] + shell[1]);
        let mine = published.shells.iter().zip(ours);
        Self {
            name: file_name("point-kernel", &published.name),
            title: format!("Point kernel of electrons, {}, {}", published.name, published.material),
            x_label: "r / CSDA range".into(),
            y_label: "d(E/E0) / d(r/R)".into(),
            logarithmic: false,
            ours: Curve {
                label: "iodose".into(),
                points: mine
                    .map(|(shell, (energy, _))| {
                        [middle(shell), energy / (published.energy * (shell[1] - shell[0]))]
                    })
                    .collect(),
            },
            published: Curve {
                label: short(&published.source),
                points: published.shells.iter().map(|shell| [middle(shell), shell[2]]).collect(),
            },
        }
    }

    /// Over distance; only of tables that have enough of it.
    pub(crate) fn of_voxel_s(published: &PublishedS, ours: &[VoxelS]) -> Option<Self> {
        if published.values.len() < 20 {
            return None;
        }
        let distance = |index: [usize; 3]| {
            published.size_mm * (index.iter().map(|&n| (n * n) as f64).sum::<f64>()).sqrt()
        };
        let mut theirs = Vec::new();
        let mut mine = Vec::new();
        for &(i, j, k, s, _) in &published.values {
            theirs.push([distance([i, j, k]), s]);
            let found = ours.iter().find(|value| value.index == [i, j, k]);
            mine.extend(found.map(|value| [distance([i, j, k]), value.s]));
        }
        mine.sort_by(|a, b| a[0].total_cmp(&b[0]));
        Some(Self {
            name: file_name("voxel-s", &published.name),
            title: format!("Voxel S of {}, {}, {}", published.nuclide, published.material, published.name),
            x_label: "distance of voxel centres, mm".into(),
            y_label: "S, mGy/(MBq s)".into(),
            logarithmic: true,
            ours: Curve { label: "iodose".into(), points: mine },
            published: Curve { label: short(&published.source), points: theirs },
        })
    }
}

impl Plot {
    /// The picture; empty axes where there is nothing to draw.
    pub fn svg(&self) -> String {
        let curve = |curve: &Curve, mark| iodose_plot::Curve {
            label: curve.label.clone(),
            points: curve.points.clone(),
            mark,
        };
        let plot = iodose_plot::Plot {
            title: self.title.clone(),
            x: Axis::linear(&self.x_label),
            y: Axis { label: self.y_label.clone(), is_logarithmic: self.logarithmic },
            curves: vec![curve(&self.ours, Mark::Line), curve(&self.published, Mark::Dots)],
        };
        plot.svg()
    }
}

/// A citation up to its first punctuation.
fn short(source: &str) -> String {
    source.split([',', ':', ';', '(']).next().unwrap_or(source).trim().to_owned()
}

fn file_name(kind: &str, name: &str) -> String {
    let words: Vec<String> = name
        .split(|c: char| !c.is_ascii_alphanumeric() && c != '.')
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect();
    format!("{kind}-{}", words.join("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_plain() {
        assert_eq!(file_name("voxel-s", "PENELOPE, 4.42 mm"), "voxel-s-penelope-4.42-mm");
        assert_eq!(short("PENELOPE-2018 (Salvat) by penRed"), "PENELOPE-2018");
    }
}
