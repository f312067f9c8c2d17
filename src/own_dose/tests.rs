use super::*;
use crate::case::Case;
use crate::dose::compute_dose;
use iodose_io::{write_nifti_f32, write_nifti_u16};
use iodose_transport::Unwatched;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

const CASE: &str = r#"
[case]
id = "cube"
purpose = "post-therapy"
[[image]]
path = "activity.nii.gz"
modality = "PET"
nuclide = "I-124"
unit = "Bq/mL"
time_h = 24.0
resolution_mm = 6.0
[density]
path = "density.nii.gz"
[lesions]
path = "lesions.nii.gz"
[therapy]
nuclide = "I-124"
[kinetics]
effective_half_life_h = 60.0
"#;

/// A cube of 20 mm in water.
fn write_images(folder: &Path) {
    let grid = Grid::axis_aligned([20; 3], [4.0; 3], [-38.0; 3]).unwrap();
    let is_inside = |index: [usize; 3]| index.iter().all(|n| (8..13).contains(n));
    let image = Volume::from_fn(grid, |index| if is_inside(index) { 5e4 } else { 1e3 });
    write_nifti_f32(&folder.join("activity.nii.gz"), &image, "").unwrap();
    write_nifti_f32(&folder.join("density.nii.gz"), &Volume::filled(grid, 1.0), "").unwrap();
    let labels = Volume::from_fn(grid, |index| u16::from(is_inside(index)));
    write_nifti_u16(&folder.join("lesions.nii.gz"), &labels, "").unwrap();
}

/// Cancels when it was asked so many times, and remembers when that was.
struct Cancels {
    after: usize,
    asked: AtomicUsize,
    at: Mutex<Option<Instant>>,
}

impl Cancels {
    fn after(after: usize) -> Self {
        Self { after, asked: AtomicUsize::new(0), at: Mutex::new(None) }
    }
}

impl Watch for Cancels {
    fn cancelled(&self) -> bool {
        let asked = self.asked.fetch_add(1, Ordering::Relaxed);
        if asked >= self.after {
            self.at.lock().unwrap().get_or_insert_with(Instant::now);
        }
        asked >= self.after
    }
}

#[test]
fn a_cancelled_correction_ends_within_half_a_second() {
    let folder = tempfile::tempdir().unwrap();
    write_images(folder.path());
    let case = Case::from_toml(CASE, "cube", folder.path()).unwrap();
    let library = Library::embedded().unwrap();
    let ready = Prepared::read(&case, &library).unwrap();
    let settings = DoseSettings::until(Stop::Histories(2000));
    let input = ready.tissue.dose_input(&ready.decays, "I-124", ready.labels.as_ref());
    let maps = compute_dose(&input, &settings, &library, &Unwatched).unwrap();
    let whole = Cancels::after(usize::MAX);
    let corrected = ready.correct(&maps, &settings, &library, &whole).unwrap();
    assert!(corrected[&1].mean > 0.0 && corrected[&1].u > 0.0);
    let asked = whole.asked.into_inner();
    assert!(asked >= 6, "asked {asked} times in two runs");
    for after in [0, asked / 4, asked / 2, 3 * asked / 4] {
        let cancels = Cancels::after(after);
        let error = ready.correct(&maps, &settings, &library, &cancels).unwrap_err();
        let waited = cancels.at.lock().unwrap().unwrap().elapsed();
        assert!(matches!(error, Error::Engine(EngineError::Cancelled)), "{error}");
        assert!(waited < Duration::from_millis(500), "after {after} of {asked}: {waited:?}");
    }
}
