//! What the report says of how its numbers were made.

use crate::case::{Case, DoseGrid, KineticsModel, KineticsVoxels, Purpose, RecoveryMethod};
use crate::dose::Statistics;
use iodose_volume::Grid;

/// Settings and figures of the run, in the order to show.
pub(crate) fn parameters(
    case: &Case,
    times_h: &[f64],
    grid: &Grid,
    seed: u64,
    statistics: &Statistics,
) -> Vec<(String, String)> {
    let [nx, ny, nz] = grid.size();
    let [dx, dy, dz] = grid.spacing();
    let chosen = match case.transport.grid {
        DoseGrid::Activity => "of the activity image",
        DoseGrid::Ct => "of the CT",
        DoseGrid::Spacing(_) => "as stated",
    };
    let mut rows = vec![
        ("imaged nuclide".to_owned(), case.images[0].nuclide.clone()),
        ("therapy nuclide".to_owned(), case.therapy.nuclide.clone()),
    ];
    if let Some(activity) = case.imaged_activity_mbq() {
        rows.push(("activity administered for the images".to_owned(), format!("{activity} MBq")));
    }
    let times: Vec<String> = times_h.iter().map(|time| format!("{time:.4}")).collect();
    rows.push(("images taken after administration".to_owned(), format!("{} h", times.join(", "))));
    let resolutions: Vec<String> = case
        .images
        .iter()
        .map(|image| image.resolution_mm.map_or("not stated".to_owned(), |fwhm| format!("{fwhm} mm")))
        .collect();
    rows.push(("resolution of the images (FWHM)".to_owned(), resolutions.join(", ")));
    rows.extend([
        (
            "dose grid".to_owned(),
            format!("{nx} x {ny} x {nz} voxels of {dx:.4} x {dy:.4} x {dz:.4} mm, {chosen}"),
        ),
        ("decays simulated".to_owned(), statistics.decays.to_string()),
        ("seed".to_owned(), seed.to_string()),
        (
            "Monte Carlo uncertainty of lesion voxels (k=1)".to_owned(),
            format!(
                "{:.2} % on average, {:.2} % at most",
                100.0 * statistics.mean_rel_uncertainty,
                100.0 * statistics.max_rel_uncertainty
            ),
        ),
        (
            "relative uncertainty of an image against the next (k=1)".to_owned(),
            format!(
                "{:.1} %{}",
                100.0 * case.kinetics.image_u(case.images[0].modality),
                if case.kinetics.image_u.is_some() { ", as stated" } else { ", usual for the modality" }
            ),
        ),
    ]);
    rows
}

/// Paragraphs on how the dose was computed.
pub(crate) fn paragraphs(case: &Case) -> Vec<String> {
    let (imaged, therapy) = (&case.images[0].nuclide, &case.therapy.nuclide);
    let time = time(case);
    let conversion = match case.header.purpose {
        Purpose::PreTherapy if imaged != therapy => format!(
            " The curves of {imaged} were turned into those of {therapy} by the difference of the physical decay \
             constants, which assumes the same biokinetics for the therapy as for the tracer: no stunning, the same \
             stimulation, the same tumour."
        ),
        Purpose::PreTherapy => " The therapy is assumed to have the biokinetics of the tracer.".to_owned(),
        Purpose::PostTherapy => String::new(),
    };
    vec![
        format!("{time}{conversion}"),
        recovery(case),
        format!(
            "The absorbed dose of {therapy} was computed by coupled photon-electron Monte Carlo in the voxels of the dose \
             grid: all emissions of ICRP Publication 107, photons with binding, electrons and positrons by class-II \
             slowing down with moment-preserving elastic scattering, density and material from the CT. Activity outside \
             the dose grid gives no dose in it."
        ),
    ]
}

/// How means were corrected for blur.
fn recovery(case: &Case) -> String {
    let has_phantom = !case.recovery.spheres.is_empty() || case.recovery.spheres_file.is_some();
    let width = match (case.recovery.method, !has_phantom) {
        (RecoveryMethod::None, _) => None,
        (RecoveryMethod::Auto, false) => {
            Some("that gives a sphere of the lesion's size the recovery of the phantom's")
        }
        (RecoveryMethod::Auto, true) if case.images.iter().all(|image| image.resolution_mm.is_some()) => {
            Some("of the stated resolution")
        }
        (RecoveryMethod::Auto, true) => None,
    };
    match width {
        None => "No mean was corrected for the blur of the images.".to_owned(),
        Some(width) => format!(
            "Beside the mean dose as measured stands one corrected for blur: each lesion's mask was blurred by a Gaussian \
             {width}, the concentrations in lesions and in the background around each were solved for from the means of \
             the images (Rousset et al. 1998), and the lesion's own dose was simulated within its outline and as the images \
             show it. Histograms are not corrected."
        ),
    }
}

/// How the curves were made.
fn time(case: &Case) -> String {
    let kinetics = &case.kinetics;
    let regions =
        "to the mean activity concentration of each lesion and of the background at the times of the images";
    let model = match kinetics.model {
        KineticsModel::Auto if case.images.len() > 1 => format!(
            "A mono-exponential was fitted {regions}, or uptake and washout, or two exponentials, where the images were \
             enough to choose by the corrected Akaike criterion."
        ),
        KineticsModel::Auto | KineticsModel::SingleTime => {
            "Each region was taken to decay with the effective \
             half-life stated in the case, from the one image on and back to the administration."
                .to_owned()
        }
        KineticsModel::Mono => format!("A mono-exponential was fitted {regions}."),
        KineticsModel::Bi => format!("Two exponentials were fitted {regions}."),
        KineticsModel::UptakeWashout => {
            format!("Uptake and washout, each at a constant rate, were fitted {regions}.")
        }
        KineticsModel::Trapezoid => {
            "The mean activity concentration of each lesion and of the background was joined by \
             straight lines, with physical decay before the first image and after the last."
                .to_owned()
        }
        KineticsModel::TwoTOverLn2 => {
            "The time-integrated activity of each region is 2 t / ln 2 times its activity at the \
             time t of the one image (Hänscheid et al. 2018)."
                .to_owned()
        }
    };
    let is_overruled = case.images.len() > 1
        && (kinetics.background_half_life_h.is_some()
            || !kinetics.lesion_half_life_h.is_empty()
            || case.organs.iter().any(|organ| organ.effective_half_life_h.is_some()));
    let model = if is_overruled {
        model
            + " Where the case states a half-life for a region, that one was taken and only the amplitude fitted."
    } else {
        model
    };
    let voxels = match kinetics.voxels {
        KineticsVoxels::Shape => "Every voxel follows the curve of its region, scaled to its own values.",
        KineticsVoxels::Fit => {
            "Voxels of lesions above the noise floor follow a mono-exponential of their own, brought to the integral of \
             their lesion; the others follow the curve of their region, scaled to their own values."
        }
    };
    let uptake = match (kinetics.model, kinetics.uptake_half_time_h) {
        (KineticsModel::TwoTOverLn2, _) => String::new(),
        (_, half_time) => format!(
            " The uptake before the first image was taken to have a half-time of {half_time} h with a standard uncertainty \
             of {} h, unless it was fitted.",
            kinetics.uptake_u_h
        ),
    };
    format!("{model} {voxels}{uptake}")
}
