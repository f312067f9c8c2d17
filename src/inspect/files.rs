//! Single files: NIfTI, MetaImage, transforms.

use super::entry::{Activity, Entry, Kind, Lesion, ValueUnit};
use super::guess::{self, Values};
use iodose_io::transform::MatrixMeaning;
use iodose_io::{label_sizes, open_file, read_image, read_label_image, read_transform};
use std::io::Read;
use std::path::Path;

const NIFTI: [&str; 4] = [".nii", ".nii.gz", ".hdr", ".hdr.gz"];
const METAIMAGE: [&str; 2] = [".mha", ".mhd"];
/// Voxels whose header is another file.
const VOXELS_ALONE: [&str; 4] = [".raw", ".zraw", ".img", ".img.gz"];
/// A 4x4 matrix is no longer than this.
const LONGEST_MATRIX: u64 = 4096;

/// What a file that is no DICOM is; `None` for one that is no image and no transform by its name.
pub(super) fn entry(path: &Path) -> Option<Entry> {
    let name = lower_name(path);
    let ends = |endings: &[&str]| endings.iter().any(|ending| name.ends_with(ending));
    // Entries of archives cannot be opened by name.
    if !path.is_file() {
        return None;
    }
    let shown = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if ends(&NIFTI) {
        Some(image(Entry::new(Kind::Other, "NIfTI", shown, path.to_owned())))
    } else if ends(&METAIMAGE) {
        Some(image(Entry::new(Kind::Other, "MetaImage", shown, path.to_owned())))
    } else if is_transform(path, &name) {
        let mut entry = Entry::new(Kind::Transform, "text", shown, path.to_owned());
        if let Err(error) = read_transform(path, MatrixMeaning::default()) {
            entry.fail(error);
        }
        Some(entry)
    } else {
        None
    }
}

/// True for the voxels of an image that has its header in another file, which lies beside it.
pub(super) fn belongs_to_another(path: &Path) -> bool {
    let name = lower_name(path);
    let Some(ending) = VOXELS_ALONE.iter().find(|ending| name.ends_with(*ending)) else { return false };
    let shown = path.file_name().unwrap_or_default().to_string_lossy();
    let Some(stem) = shown.len().checked_sub(ending.len()).and_then(|end| shown.get(..end)) else {
        return false;
    };
    [".mhd", ".hdr", ".hdr.gz"].iter().any(|header| path.with_file_name(format!("{stem}{header}")).is_file())
}

fn lower_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase()
}

fn is_transform(path: &Path, name: &str) -> bool {
    if name.ends_with(".tfm") {
        return true;
    }
    if ![".txt", ".mat", ".xfm"].iter().any(|ending| name.ends_with(ending)) {
        return false;
    }
    let mut text = String::new();
    if open_file(path).and_then(|file| file.take(LONGEST_MATRIX).read_to_string(&mut text)).is_err() {
        return false;
    }
    let lines = text.lines().filter(|line| !line.trim_start().starts_with('#'));
    let mut words = lines.flat_map(|line| line.split([' ', '\t', ',', ';'])).filter(|word| !word.is_empty());
    text.starts_with("#Insight Transform File")
        || words.clone().count() == 16 && words.all(|word| word.trim().parse::<f64>().is_ok())
}

fn image(mut entry: Entry) -> Entry {
    let read = match read_image(&entry.path) {
        Ok(read) => read,
        Err(error) => {
            entry.fail(error);
            return entry;
        }
    };
    entry.grid = Some(*read.volume.grid());
    entry.warnings = read.warnings;
    let values = Values::of(read.volume.data());
    let (kind, why) = guess::kind(&entry.name, &values);
    entry.kind = kind;
    entry.guessed_from = Some(why);
    if kind == Kind::Labels {
        labels(&mut entry);
    } else if kind.is_activity() {
        let unit = read.unit.filter(|unit| !unit.is_empty()).map_or(ValueUnit::Unknown, ValueUnit::Stated);
        entry.activity = Some(Activity {
            unit,
            nuclide: None,
            half_life_s: [None; 2],
            positron_fraction: [None; 2],
            administered_bq: None,
            administered: None,
            hours: None,
            hours_by_name: guess::hours(&entry.name),
            deviation: None,
        });
    }
    entry
}

fn labels(entry: &mut Entry) {
    let read = match read_label_image(&entry.path) {
        Ok(read) => read,
        Err(error) => return entry.fail(error),
    };
    match label_sizes(&read.volume) {
        Err(error) => entry.fail(format!("{}: {error}", entry.path.display())),
        Ok(sizes) => {
            let lesion = |size: &iodose_io::LabelSize| Lesion {
                label: size.label.into(),
                name: String::new(),
                volume_ml: Some(size.volume_ml),
                is_outline: false,
            };
            entry.lesions = sizes.iter().map(lesion).collect();
        }
    }
}
