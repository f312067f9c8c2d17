//! Prints the report of an invented case: `cargo run -p iodose-report --example sample_report -- 6 > report.html`.
//! The argument is the number of lesions. A word after it makes the case odd: `hot` (one lesion far hotter than the others),
//! `zero` (no dose at all), `nan` (no uncertainty is a number), `large` (a fine grid with noise in every voxel).

use iodose_report::uncertainty::{
    CALIBRATION, DELINEATION, KINETICS, delineation_relative_u, relative_volume_u,
};
use iodose_report::{
    Background, Budget, DoseBasis, InputFile, LesionInput, PictureSource, Pictures, Projections, Report,
    Settings, TimeActivity, TimePoint, Viewer, html, terminal,
};
use iodose_volume::{Grid, Volume};
use std::error::Error;

const NAMES: [&str; 10] = [
    "lung met, right lower lobe",
    "rib 7 left, posterior",
    "Läsion im Mediastinum, links paratracheal, neben der Aorta descendens",
    "neck remnant",
    "肺転移",
    "pleura <a>, \"touching\"",
    "",
    "cold node",
    "<script>alert(1)</script>",
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaftsmetastase",
];

/// Lesion centres and radii in mm for a chest about (0, 0, 0).
fn lesion(number: usize) -> ([f64; 3], f64) {
    let turn = number as f64 * 2.399_963;
    let height = -110.0 + 220.0 * ((number as f64 * 0.618_034 + 0.35) % 1.0);
    let centre = [95.0 * libm::cos(turn), 45.0 * libm::sin(turn), height];
    (centre, [14.0, 9.0, 17.0, 6.0, 12.0, 4.0][number % 6])
}

fn distance(a: [f64; 3], b: [f64; 3]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}

/// A body with two lungs and a spine, in HU.
fn anatomy([x, y, z]: [f64; 3]) -> f32 {
    let inside = |cx: f64, cy: f64, rx: f64, ry: f64| ((x - cx) / rx).powi(2) + ((y - cy) / ry).powi(2) < 1.0;
    let lung_taper = 1.0 - (z / 190.0).powi(2);
    if !inside(0.0, 0.0, 165.0, 105.0) {
        -1000.0
    } else if inside(0.0, 72.0, 16.0, 16.0) {
        420.0
    } else if inside(-78.0, 0.0, 62.0 * lung_taper, 78.0 * lung_taper)
        || inside(82.0, 5.0, 54.0 * lung_taper, 72.0 * lung_taper)
    {
        -780.0
    } else if !inside(0.0, 0.0, 152.0, 92.0) {
        -90.0
    } else {
        45.0
    }
}

/// Between 0 and 1, alike for no two neighbours (multipliers of MurmurHash3, A. Appleby).
fn noise(n: usize) -> f32 {
    let bits = (n as u32 ^ (n as u32 >> 15)).wrapping_mul(0x85eb_ca6b);
    ((bits ^ (bits >> 13)).wrapping_mul(0xc2b2_ae35) >> 8) as f32 / 16_777_216.0
}

/// Three points about one exponential.
fn curve(label: u32, half_life_h: f64) -> TimeActivity {
    let value = |time_h: f64| 3e5 * libm::exp2(-time_h / half_life_h);
    let point = |(time_h, off): (f64, f64)| TimePoint {
        time_h,
        measured: (1.0 + off) * value(time_h),
        u: 0.05 * value(time_h),
        fitted: value(time_h),
    };
    TimeActivity {
        label,
        model: "mono".into(),
        points: [(24.0, 0.03), (48.0, -0.06), (96.0, 0.02)].map(point).to_vec(),
        curve: (0..=72).map(|step| 2.0 * f64::from(step)).map(|time_h| [time_h, value(time_h)]).collect(),
        effective_half_life_h: Some([half_life_h, 3.0]),
        share_before_first: 1.0 - libm::exp2(-24.0 / half_life_h),
        share_after_last: libm::exp2(-96.0 / half_life_h),
        chi_square: 1.96,
        degrees_of_freedom: 1,
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let count: usize = std::env::args().nth(1).map_or(Ok(6), |text| text.parse())?;
    let odd = std::env::args().nth(2).unwrap_or_default();
    let (hot, zero, large) = (odd == "hot", odd == "zero", odd == "large");
    let ct_grid = Grid::axis_aligned([180, 120, 100], [2.0, 2.0, 3.0], [-179.0, -119.0, -149.0])?;
    let ct = Volume::from_fn(ct_grid, |voxel| anatomy(ct_grid.index_to_patient(voxel.map(|x| x as f64))));
    let grid = if large {
        Grid::axis_aligned([240, 160, 200], [1.5; 3], [-179.0, -119.0, -149.0])?
    } else {
        Grid::axis_aligned([90, 60, 75], [4.0; 3], [-178.0, -118.0, -148.0])?
    };
    let at = |voxel: [usize; 3]| grid.index_to_patient(voxel.map(|x| x as f64));
    let inside = |point, number: usize| distance(point, lesion(number).0) <= lesion(number).1.max(3.5);
    let labels =
        Volume::from_fn(grid, |voxel| (0..count).find(|&n| inside(at(voxel), n)).map_or(0, |n| n as u32 + 1));
    let dose = Volume::from_fn(grid, |voxel| {
        let peaks = (0..count).map(|number| {
            let (centre, radius) = lesion(number);
            let edge = (distance(at(voxel), centre) - radius) / 3.0;
            let peak = if number == 7 { 0.0 } else { 8.0 + 160.0 * ((number as f64 * 0.37 + 0.2) % 1.0) };
            (if hot && number == 0 { 60.0 * peak } else { peak }) / (1.0 + libm::exp(edge))
        });
        let dose = (0.4 + peaks.sum::<f64>()) as f32;
        let noise = if large { 0.9 + 0.2 * noise(grid.offset(voxel)) } else { 1.0 };
        if zero { 0.0 } else { dose * noise }
    });
    // A twentieth of the dose, and nothing known in one corner.
    let uncertainty =
        Volume::from_fn(
            grid,
            |[i, j, k]| {
                if odd == "nan" || i + j < 40 { f32::NAN } else { 0.05 * dose[[i, j, k]] }
            },
        );

    let settings = Settings::new(DoseBasis::Planned { activity_gbq: 7.4 });
    // Of many lesions some are hidden behind others.
    let seen = (0..count).filter(|&number| labels.data().contains(&(number as u32 + 1)));
    let lesions = seen.map(|number| {
        let label = number as u32 + 1;
        let voxels = labels.data().iter().zip(dose.data()).filter(|&(&value, _)| value == label);
        let radius = lesion(number).1;
        LesionInput {
            label,
            name: NAMES[number % NAMES.len()].into(),
            doses: voxels.map(|(_, &dose)| dose).collect(),
            volume_ml: 4.18879e-3 * radius.powi(3),
            mean_u_mc: match number {
                _ if odd == "nan" => Some(f64::NAN),
                4 => None,
                _ => Some(0.2),
            },
            budget: Budget::new()
                .with(CALIBRATION, Some(0.04))
                .with(
                    DELINEATION,
                    Some(delineation_relative_u(
                        2.0 * radius,
                        relative_volume_u(2.0 * radius, 4.0, 6.5),
                        6.5,
                    )),
                )
                .with(KINETICS, if number == 2 { None } else { Some(0.08) }),
            resolution_mm: Some(6.5),
            fraction_outside_activity_image: (number == 1).then_some(0.12),
            time_integrated_activity_mbq_h: Some(120.0 * radius),
            effective_half_life_h: Some(48.0 + 5.0 * number as f64),
            ..LesionInput::default()
        }
        .judge(&settings)
    });
    // One lies below the field of view.
    let below = LesionInput {
        label: count as u32 + 1,
        name: "os sacrum".into(),
        volume_ml: 6.2,
        resolution_mm: Some(6.5),
        fraction_outside_activity_image: Some(1.0),
        ..LesionInput::default()
    };
    let lesions = lesions.chain([below.judge(&settings)]).collect::<Result<Vec<_>, _>>()?;
    eprint!("{}", terminal::summary_table(&lesions, settings.basis.unit()));
    let hash = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";
    let input =
        |what: &str, path: &str| InputFile { what: what.into(), path: path.into(), sha256: hash.into() };
    let source = PictureSource {
        dose: &dose,
        uncertainty: Some(&uncertainty),
        background: Some(Background::ct(&ct)),
        labels: Some(&labels),
    };
    let pictures = Pictures::draw(&source, None, None)?;
    let mut report = Report {
        case_id: "sample".into(),
        purpose: "pre-therapy".into(),
        nuclide: "I-131".into(),
        settings,
        lesions,
        organs: vec![],
        prescription: None,
        projections: Some(Projections::draw(&source, pictures.full_scale)?),
        pictures: Some(pictures),
        viewer: None,
        time_activity: (0..count)
            .map(|number| curve(number as u32 + 1, 48.0 + 5.0 * number as f64))
            .collect(),
        overlays: None,
        positions: vec![],
        inputs: vec![
            input("PET, 24 h", "images/pet_024h.nii.gz"),
            input("PET, 96 h", "images/pet_096h.nii.gz"),
            input("CT", "images/ct.nii.gz"),
            input("Lesions", "images/lesions.nii.gz"),
        ],
        parameters: [
            ("Transport grid", "activity image, 4 x 4 x 4 mm"),
            ("Goal", "1 % mean over lesion voxels"),
        ]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .to_vec(),
        warnings: vec![
            "lesions.nii.gz lies on another grid than the dose; it was resampled by largest share".into(),
        ],
        methods: vec!["An invented case: the dose was made up, not simulated.".into()],
        version: env!("CARGO_PKG_VERSION").into(),
    };
    report.viewer = Viewer::pack(&source, html::room(&report))?;
    print!("{}", html::render(&report));
    Ok(())
}
