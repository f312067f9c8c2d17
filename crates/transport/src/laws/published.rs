//! Published tables of atoms, read from the files themselves: what a law is made of must not come from the sampler.

use iodose_physics::Library;

/// An atom by its number.
#[derive(Clone, Copy)]
pub(crate) struct Atom(pub(crate) u8);

impl Atom {
    /// Atoms of a molecule of water, with their count.
    pub(crate) const WATER: [(Self, f64); 2] = [(Self(1), 2.0), (Self(8), 1.0)];
    pub(crate) const IODINE: [(Self, f64); 1] = [(Self(53), 1.0)];

    /// Photoelectric absorption (cm2/g) over energy in MeV (XCOM).
    pub(crate) fn photoelectric(self) -> Table {
        let rows = rows(include_str!("../../../physics/data/photon.csv"));
        Table(rows.filter(|row| row[0] == f64::from(self.0)).map(|row| [row[1], row[4]]).collect())
    }

    /// Photons per vacancy of the K shell, energy (MeV) and share of each of its lines.
    pub(crate) fn k_lines(self) -> Vec<[f64; 3]> {
        let text = include_str!("../../../physics/data/fluorescence.csv").replace(",K,", ",");
        let of_atom = rows(&text).filter(|row| row.len() == 4 && row[0] == f64::from(self.0));
        of_atom.map(|row| [row[1], row[2], row[3]]).collect()
    }

    /// F over x in 1/angstrom (Hubbell et al. 1975).
    pub(crate) fn form_factor(self) -> Table {
        self.column(2)
    }

    /// S over x in 1/angstrom (Hubbell et al. 1975).
    pub(crate) fn scattering_function(self) -> Table {
        self.column(3)
    }

    fn column(self, column: usize) -> Table {
        let rows = rows(include_str!("../../../physics/data/form_factors.csv"));
        Table(rows.filter(|row| row[0] == f64::from(self.0)).map(|row| [row[1], row[column]]).collect())
    }
}

/// Pairs of ascending x and y, interpolated in the logarithms; from x = 0 to the next row as x^2.
pub(crate) struct Table(Vec<[f64; 2]>);

impl Table {
    pub(crate) fn at(&self, x: f64) -> f64 {
        let above = self.0.partition_point(|row| row[0] <= x).clamp(1, self.0.len() - 1);
        let ([x0, y0], [x1, y1]) = (self.0[above - 1], self.0[above]);
        if x0 == 0.0 {
            return y0 + (y1 - y0) * (x / x1).powi(2);
        }
        y0 * (y1 / y0).powf((x / x0).ln() / (x1 / x0).ln())
    }
}

impl Table {
    /// The highest x that stands twice, and the factor by which y jumps there: an absorption edge.
    pub(crate) fn highest_edge(&self) -> (f64, f64) {
        let edge = self.0.windows(2).rfind(|pair| pair[0][0] == pair[1][0]).unwrap();
        (edge[0][0], edge[1][1] / edge[0][1])
    }
}

/// Rows of numbers of a table, without its comments and head.
fn rows(text: &str) -> impl Iterator<Item = Vec<f64>> {
    let numbers = |line: &str| line.split(',').map(|field| field.parse().ok()).collect::<Option<Vec<f64>>>();
    text.lines().filter(|line| !line.starts_with('#')).filter_map(numbers)
}

/// The library with iodine as a material, for photons: its mean excitation energy is beyond what materials may have.
pub(crate) fn library() -> Library {
    let mut library = Library::embedded().unwrap();
    let iodine = r#"
        [[material]]
        name = "iodine"
        density_g_per_cm3 = 4.93
        I_eV = 400.0
        source = "a pure element"
        weights = { I = 1.0 }
    "#;
    library.add_materials("iodine", iodine).unwrap();
    library
}
