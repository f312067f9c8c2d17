//! What an uncertain outline does to the mean dose.
//!
//! A lesion is treated as a uniform sphere seen through a Gaussian blur (Gear et al. 2018, sections on volume and
//! recovery). Its outline is uncertain by the voxel grid and by the blur; a larger outline takes in more activity but
//! more mass too, so the mean dose moves less than the volume does. Derivation, numbers and limits:
//! `docs/methods/uncertainty-budget.md` (Q), `docs/methods/partial-volume.md` (V).

use std::f64::consts::{LN_2, PI, SQRT_2};

/// Relative standard uncertainty of a lesion's volume: (Q3) with (Q2).
///
/// A diameter is the distance of two edges. The grid of voxel width a places each within a rectangle of width a
/// (variance a^2/12), the blur of the image that the outline was drawn on with its standard deviation (variance
/// FWHM^2/(8 ln 2)); Gear et al. 2018. The blur shifts the edges of all three axes alike; where the edges fall between
/// voxels is the axes' own. Lengths in mm; 0 for an image without blur to speak of, such as a CT.
pub fn relative_volume_u(diameter_mm: f64, voxel_mm: f64, outline_fwhm_mm: f64) -> f64 {
    let grid = voxel_mm * voxel_mm / 6.0;
    let blur = outline_fwhm_mm * outline_fwhm_mm / (4.0 * LN_2);
    (3.0 * grid + 9.0 * blur).sqrt() / diameter_mm
}

/// Relative standard uncertainty of the mean dose from that of the volume (Q5); `fwhm_mm` of the activity image.
///
/// With E the activity concentration at the edge of a blurred sphere and R its mean inside, both relative to the true
/// one, (Q4): the counts change by E/R (E is half of the factor phi of Gear et al. 2018), the mass by 1,
/// and the two are fully correlated. This is the mean as measured; [`corrected_volume_effect`] is for the corrected one.
pub fn delineation_relative_u(diameter_mm: f64, volume_relative_u: f64, fwhm_mm: f64) -> f64 {
    volume_relative_u * (1.0 - edge_value(diameter_mm, fwhm_mm) / sphere_recovery(diameter_mm, fwhm_mm)).abs()
}

/// What a relative change of the volume makes of a mean dose that is corrected for recovery, relative to it (Q6): counts,
/// recovery and mass all move with the volume, fully correlated. Lengths in mm.
pub fn corrected_volume_effect(diameter_mm: f64, fwhm_mm: f64) -> f64 {
    const STEP: f64 = 1e-3;
    let recovery = |factor: f64| libm::log(sphere_recovery(factor * diameter_mm, fwhm_mm));
    let slope = (recovery(1.0 + STEP) - recovery(1.0 - STEP)) / (6.0 * STEP);
    edge_value(diameter_mm, fwhm_mm) / sphere_recovery(diameter_mm, fwhm_mm) - 1.0 - slope
}

/// The fraction of a uniform sphere's activity that a Gaussian blur leaves inside its outline (Kessler, Ellis and Eden,
/// J Comput Assist Tomogr 8:514, 1984): one minus the spill-out, without activity around (V4). Lengths in mm.
///
/// The overlap of a sphere with itself shifted, averaged over the shifts of a three-dimensional Gaussian.
pub fn sphere_recovery(diameter_mm: f64, fwhm_mm: f64) -> f64 {
    let a = diameter_mm / sigma(fwhm_mm);
    if a < POINT_LIKE {
        return point_value(a);
    }
    let tail = libm::exp(-0.5 * a * a);
    let third_moment = 2.0 - (a * a + 2.0) * tail;
    let fifth_moment = 8.0 - (a.powi(4) + 4.0 * a * a + 8.0) * tail;
    let lost = a * tail + 1.5 * third_moment / a - 0.5 * fifth_moment / a.powi(3);
    libm::erf(a / SQRT_2) - (2.0 / PI).sqrt() * lost
}

/// Concentration at the edge of a blurred uniform sphere, relative to the true one inside: (V3) at the radius, E of (Q4).
fn edge_value(diameter_mm: f64, fwhm_mm: f64) -> f64 {
    let a = diameter_mm / sigma(fwhm_mm);
    if a < POINT_LIKE {
        return point_value(a);
    }
    0.5 * libm::erf(a / SQRT_2) - (1.0 - libm::exp(-0.5 * a * a)) * (2.0 / PI).sqrt() / a
}

/// Diameter in standard deviations of the blur below which the closed forms cancel to noise.
const POINT_LIKE: f64 = 0.05;

/// The value anywhere inside a sphere far smaller than the blur: its volume times the height of the Gaussian.
fn point_value(a: f64) -> f64 {
    a.powi(3) / (12.0 * (2.0 * PI).sqrt())
}

/// Standard deviation of a Gaussian of this full width at half maximum (V2).
fn sigma(fwhm: f64) -> f64 {
    fwhm / (2.0 * (2.0 * LN_2).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;

    /// Concentration at distance `rho` from the centre of a blurred sphere (V3), to integrate by hand.
    fn profile(rho: f64, radius: f64, sigma: f64) -> f64 {
        let wide = |x: f64| libm::erf(x / (sigma * SQRT_2));
        let bell = |x: f64| (-x * x / (2.0 * sigma * sigma)).exp();
        0.5 * (wide(radius + rho) + wide(radius - rho))
            - sigma / (rho * (2.0 * PI).sqrt()) * (bell(radius - rho) - bell(radius + rho))
    }

    /// Mean within `outline` of a blurred sphere of `radius`.
    fn mean_within(outline: f64, radius: f64, sigma: f64) -> f64 {
        let steps = 4_000;
        let width = outline / steps as f64;
        let shells = (0..steps).map(|step| {
            let rho = (step as f64 + 0.5) * width;
            3.0 * rho * rho * profile(rho, radius, sigma) * width
        });
        shells.sum::<f64>() / outline.powi(3)
    }

    #[test]
    fn recovery_is_the_mean_of_the_blurred_sphere() {
        for (diameter, fwhm) in [(40.0, 5.0), (20.0, 6.5), (6.0, 12.0)] {
            let by_hand = mean_within(0.5 * diameter, 0.5 * diameter, sigma(fwhm));
            assert_relative_eq!(sphere_recovery(diameter, fwhm), by_hand, max_relative = 1e-6);
        }
        let [below, above] = [0.999, 1.001].map(|f| sphere_recovery(f * POINT_LIKE * sigma(10.0), 10.0));
        assert_relative_eq!(below * 1.001_f64.powi(6), above, max_relative = 1e-3);
    }

    #[test]
    fn a_larger_outline_lowers_the_mean_as_the_sphere_model_says() {
        let (diameter, voxel, fwhm) = (20.0, 4.0, 6.5);
        let (radius, sigma) = (0.5 * diameter, sigma(fwhm));
        let step = 1e-3;
        let [below, above] =
            [1.0 - step, 1.0 + step].map(|factor| mean_within(factor * radius, radius, sigma).ln());
        let per_volume = (above - below) / (3.0 * 2.0 * step);
        let volume_u = relative_volume_u(diameter, voxel, fwhm);
        let expected = per_volume.abs() * volume_u;
        assert_relative_eq!(delineation_relative_u(diameter, volume_u, fwhm), expected, max_relative = 1e-3);
        // The corrected mean is the blurred mean within the outline over the recovery of a sphere of the outline.
        let [below, above] = [1.0 - step, 1.0 + step].map(|factor| {
            let corrected =
                mean_within(factor * radius, radius, sigma) / sphere_recovery(factor * diameter, fwhm);
            corrected.ln()
        });
        let per_volume = (above - below) / (3.0 * 2.0 * step);
        assert_relative_eq!(corrected_volume_effect(diameter, fwhm), per_volume, max_relative = 1e-3);
    }

    /// First order must not be trusted blindly: the outline of a small lesion is uncertain by more than its volume.
    #[test]
    fn first_order_is_on_the_safe_side_of_the_spread_over_outlines() {
        for (diameter, voxel, fwhm) in
            [(6.0, 4.0, 6.5), (12.0, 4.0, 6.5), (30.0, 2.0, 6.5), (60.0, 4.0, 5.0), (20.0, 4.0, 12.0)]
        {
            let (radius, sigma) = (0.5 * diameter, sigma(fwhm));
            let volume_u = relative_volume_u(diameter, voxel, fwhm);
            let u_of_diameter = volume_u * diameter / 3.0;
            let (mut weights, mut sum, mut squares) = (0.0, 0.0, 0.0);
            for step in -30..=30 {
                let z = 0.1 * f64::from(step);
                let outline = (0.5 * (diameter + z * u_of_diameter)).max(0.1);
                let mean = mean_within(outline, radius, sigma) / mean_within(radius, radius, sigma);
                let weight = (-0.5 * z * z).exp();
                weights += weight;
                sum += weight * mean;
                squares += weight * mean * mean;
            }
            let spread = (squares / weights - (sum / weights).powi(2)).sqrt();
            let ratio = delineation_relative_u(diameter, volume_u, fwhm) / spread;
            assert!((1.0..1.35).contains(&ratio), "{diameter} mm: {ratio}");
        }
    }

    #[test]
    fn the_volume_formula_by_hand() {
        // a = 4 mm, FWHM = 6.5 mm, d = 20 mm: sqrt(3 * 2.6667 + 9 * 15.239) / 20.
        assert_relative_eq!(relative_volume_u(20.0, 4.0, 6.5), 0.602_39, max_relative = 1e-4);
        assert_relative_eq!(relative_volume_u(20.0, 4.0, 0.0), 8.0_f64.sqrt() / 20.0, max_relative = 1e-12);
    }

    /// The part of the grid against balls of voxels whose centres lie inside: somewhere between voxels, and at a voxel's
    /// centre, the least favourable place, where all edges err alike.
    #[test]
    fn the_grid_part_covers_balls_anywhere_between_voxels() {
        let volume = |diameter: f64, centre: [f64; 3]| {
            let reach = (0.5 * diameter) as i32 + 2;
            let mut voxels = 0;
            for k in -reach..=reach {
                for j in -reach..=reach {
                    for i in -reach..=reach {
                        let off = [i, j, k].into_iter().zip(centre).map(|(n, c)| (f64::from(n) - c).powi(2));
                        voxels += i32::from(off.sum::<f64>() <= 0.25 * diameter * diameter);
                    }
                }
            }
            f64::from(voxels) / (PI / 6.0 * diameter.powi(3)) - 1.0
        };
        let (mut squares, mut central, mut count) = (0.0, 0.0, 0.0);
        for step in 0..40 {
            let diameter = 2.5 + 0.2 * f64::from(step);
            let stated = relative_volume_u(diameter, 1.0, 0.0);
            // A lattice of places with irrational steps.
            let place = [0.618_034, 0.414_214, 0.732_051].map(|x| x * f64::from(step + 1) % 1.0);
            squares += (volume(diameter, place) / stated).powi(2);
            central += (volume(diameter, [0.0; 3]) / stated).powi(2);
            count += 1.0;
        }
        let (anywhere, central) = ((squares / count).sqrt(), (central / count).sqrt());
        println!("spread over stated: {anywhere:.2} anywhere, {central:.2} at a voxel's centre");
        assert!(anywhere < 1.0 && central < 1.25, "{anywhere} {central}");
        assert!(central > 0.3, "{central}");
    }
}
