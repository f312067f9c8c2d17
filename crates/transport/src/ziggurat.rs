//! The layers under which exponential numbers are drawn. Method: `docs/methods/random-numbers.md`.

/// Number of layers, a power of two.
pub(crate) const LAYERS: usize = 256;
/// Where the tail begins, and the area of every layer (the base layer's with the tail), for 256 layers:
/// Marsaglia & Tsang, J. Stat. Softw. 5 (2000) 8, section 3.
pub(crate) const TAIL: f64 = 7.697_117_470_131_05;
const AREA: f64 = 0.003_949_659_822_581_557;
/// exp(-TAIL)
const DENSITY_AT_TAIL: f64 = 0.000_454_134_353_841_496_76;

/// The lower edge of a layer: how far it reaches, and the density there.
#[derive(Clone, Copy)]
pub(crate) struct Edge {
    pub(crate) width: f64,
    /// exp(-width), but for the base layer, whose width is that of a rectangle of its area.
    pub(crate) density: f64,
}

/// Edges from the base upwards to the peak. Made by the compiler, so that it is the same for every machine.
pub(crate) static TABLE: [Edge; LAYERS + 1] = table();

const fn table() -> [Edge; LAYERS + 1] {
    let mut edges = [Edge { width: 0.0, density: 1.0 }; LAYERS + 1];
    edges[0] = Edge { width: AREA / DENSITY_AT_TAIL, density: 0.0 };
    edges[1] = Edge { width: TAIL, density: DENSITY_AT_TAIL };
    let mut layer = 1;
    while layer + 1 < LAYERS {
        let density = edges[layer].density + AREA / edges[layer].width;
        edges[layer + 1] = Edge { width: -logarithm(density), density };
        layer += 1;
    }
    edges
}

/// The natural logarithm of a number in (0, 1): 2 artanh((x - 1)/(x + 1)) as a series, after doubling x to near 1.
const fn logarithm(mut x: f64) -> f64 {
    let mut doublings = 0.0;
    while x < std::f64::consts::FRAC_1_SQRT_2 {
        x *= 2.0;
        doublings += 1.0;
    }
    let ratio = (x - 1.0) / (x + 1.0);
    let (mut power, mut sum, mut odd) = (ratio, 0.0, 1.0);
    while odd < 27.0 {
        sum += power / odd;
        power *= ratio * ratio;
        odd += 2.0;
    }
    2.0 * sum - doublings * std::f64::consts::LN_2
}

/// Mean number of random numbers that an exponential one takes: one, another where the curve cuts its layer, and all
/// again in the tail or above the curve.
#[cfg(test)]
pub(crate) fn mean_numbers() -> f64 {
    let area_of_layers = LAYERS as f64 * AREA;
    let cut = (1..LAYERS).map(|n| 1.0 - TABLE[n + 1].width / TABLE[n].width).sum::<f64>() / LAYERS as f64;
    let tail = (-TAIL).exp() / area_of_layers;
    let above = 1.0 - 1.0 / area_of_layers;
    (1.0 + cut) / (1.0 - tail - above)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    #[test]
    fn every_layer_lies_under_the_curve_and_has_the_same_area() {
        assert_relative_eq!(DENSITY_AT_TAIL, libm::exp(-TAIL), max_relative = 1e-14);
        assert_relative_eq!(DENSITY_AT_TAIL * (TAIL + 1.0), AREA, max_relative = 1e-12);
        for layer in 1..LAYERS {
            let (low, high) = (TABLE[layer], TABLE[layer + 1]);
            assert!(high.width < low.width);
            assert_relative_eq!(low.density, libm::exp(-low.width), max_relative = 1e-12);
            assert_relative_eq!(low.width * (high.density - low.density), AREA, max_relative = 1e-11);
        }
    }
}
