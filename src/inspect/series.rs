//! DICOM series to entries.

use super::activity;
use super::entry::{Entry, Kind};
use super::structures;
use iodose_dicom::{DateTime, ObjectInfo, Private, SeriesInfo, Study, read_ct};
use iodose_physics::Library;
use std::path::{Path, PathBuf};

/// All classes of screenshots and scanned pages (PS3.4 B.5) begin with this.
const SECONDARY_CAPTURE: &str = "1.2.840.10008.5.1.4.1.1.7";

pub(super) fn entries(study: &Study, library: &Library, patients: &mut Vec<Private>) -> Vec<Entry> {
    let mut entries = Vec::new();
    for series in &study.series {
        let patient = place_of(&series.patient_id, patients);
        let first = entries.len();
        match kind(series) {
            Kind::Segmentation | Kind::Structures | Kind::Registration => {
                for object in &series.objects {
                    let mut entry = start(series, std::slice::from_ref(object), study);
                    structures::read(&mut entry, object);
                    entries.push(entry);
                }
            }
            kind => {
                let mut entry = start(series, &series.objects, study);
                match kind {
                    Kind::Ct => ct(&mut entry, series),
                    Kind::Pet => activity::pet(&mut entry, series, library),
                    Kind::Spect => activity::spect(&mut entry, series, library),
                    _ => {}
                }
                entries.push(entry);
            }
        }
        entries[first..].iter_mut().for_each(|entry| entry.patient = patient);
    }
    entries
}

fn ct(entry: &mut Entry, series: &SeriesInfo) {
    match read_ct(series) {
        Ok(image) => {
            entry.grid = Some(*image.volume.grid());
            entry.warnings = image.warnings;
        }
        Err(error) => entry.fail(error),
    }
}

/// What a series is; localizers, screenshots and single slices are nothing that is looked for.
fn kind(series: &SeriesInfo) -> Kind {
    let all = |is: fn(&ObjectInfo) -> bool| series.objects.iter().all(is);
    let single = series.objects.len() == 1 && all(|object| object.frames <= 1);
    let localizers = all(|object| object.image_type.get(2).is_some_and(|value| value == "LOCALIZER"));
    let screenshots = all(|object| object.sop_class_uid.starts_with(SECONDARY_CAPTURE));
    match series.modality.as_str() {
        _ if localizers || screenshots => Kind::Other,
        "CT" | "PT" if single => Kind::Other,
        "CT" => Kind::Ct,
        "PT" => Kind::Pet,
        "NM" => Kind::Spect,
        "SEG" => Kind::Segmentation,
        "RTSTRUCT" => Kind::Structures,
        "REG" => Kind::Registration,
        _ => Kind::Other,
    }
}

fn start(series: &SeriesInfo, objects: &[ObjectInfo], study: &Study) -> Entry {
    let number = series.number.map(|number| format!(" {number}")).unwrap_or_default();
    let description = match series.description.as_str() {
        "" => String::new(),
        text => format!(" {text:?}"),
    };
    let sources: Vec<PathBuf> = objects.iter().map(|object| object.source.path().to_owned()).collect();
    let name = format!("{}{number}{description}", series.modality);
    let mut entry = Entry::new(kind(series), "DICOM", name, common_path(&sources, &study.paths));
    entry.sources = sources;
    entry.series_uid = Some(series.series_uid.clone());
    entry.made = DateTime::from_date_and_time(&series.date, &series.time);
    entry.frame_of_reference = series.frame_of_reference.clone();
    entry
}

/// The archive, the only file, or the innermost folder of all.
fn common_path(sources: &[PathBuf], given: &[PathBuf]) -> PathBuf {
    let Some(first) = sources.first() else { return PathBuf::new() };
    let archive =
        given.iter().find(|path| path.as_path() != first && first.starts_with(path) && path.is_file());
    if let Some(archive) = archive {
        return archive.clone();
    }
    if sources.len() == 1 {
        return first.clone();
    }
    let holds_all = |folder: &&Path| sources.iter().all(|path| path.starts_with(folder));
    let folder = first.ancestors().skip(1).find(holds_all).unwrap_or(Path::new(""));
    if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() }
}

/// Where a patient stands in the list; an empty identity says nothing.
fn place_of(id: &Private, patients: &mut Vec<Private>) -> Option<usize> {
    if id.reveal().is_empty() {
        return None;
    }
    patients.iter().position(|known| known == id).or_else(|| {
        patients.push(id.clone());
        Some(patients.len() - 1)
    })
}
