//! Segmentations, structure sets and registrations.

use super::entry::{Entry, Kind, Lesion};
use iodose_dicom::{ContourRule, DicomFile, ObjectInfo, Registration, Segmentation, StructureSet};
use iodose_volume::Grid;

/// Adds what an object says; contours are measured [later](measure), when the images are known.
pub(super) fn read(entry: &mut Entry, object: &ObjectInfo) {
    let read = DicomFile::open_source(&object.source).and_then(|file| match entry.kind {
        Kind::Segmentation => {
            segmentation(entry, &Segmentation::read(&file)?);
            Ok(())
        }
        Kind::Structures => {
            structures(entry, StructureSet::read(&file)?);
            Ok(())
        }
        _ => {
            entry.registration = Some(Registration::read(&file)?);
            Ok(())
        }
    });
    if let Err(error) = read {
        entry.fail(error);
    }
}

fn segmentation(entry: &mut Entry, read: &Segmentation) {
    entry.grid = Some(read.regions.grid);
    entry.frame_of_reference = read.frame_of_reference.clone().or(entry.frame_of_reference.take());
    entry.drawn_on.extend(read.referenced_series.clone());
    entry.warnings.extend(read.regions.warnings.iter().cloned());
    entry.lesions = read
        .regions
        .regions
        .iter()
        .map(|region| Lesion {
            label: region.label.into(),
            name: region.name.clone(),
            volume_ml: Some(read.regions.volume_ml(region)),
            is_outline: is_outline(&region.name),
        })
        .collect();
}

fn structures(entry: &mut Entry, read: StructureSet) {
    let frame = read.rois.iter().find_map(|roi| roi.frame_of_reference.clone());
    entry.frame_of_reference = frame.or(entry.frame_of_reference.take());
    entry.drawn_on = read.referenced_series.clone();
    entry.lesions = read
        .rois
        .iter()
        .map(|roi| Lesion {
            label: roi.number,
            name: roi.name.clone(),
            volume_ml: None,
            is_outline: roi.interpreted_type.as_deref() == Some("EXTERNAL") || is_outline(&roi.name),
        })
        .collect();
    entry.contours = Some(read);
}

/// The names that contouring software gives to the body's outline and the couch.
fn is_outline(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    ["body", "external", "skin", "outline", "couch", "patient"].contains(&name.as_str())
}

/// Gives the regions of structure sets their volume by the voxel-centre rule, on the images that they were drawn on or
/// on others of their frame of reference.
pub(super) fn measure(entries: &mut [Entry]) {
    let grids: Vec<(Option<String>, Option<String>, Grid)> = entries
        .iter()
        .filter(|entry| entry.kind == Kind::Ct || entry.kind.is_activity())
        .filter_map(|entry| Some((entry.series_uid.clone(), entry.frame_of_reference.clone(), entry.grid?)))
        .collect();
    for entry in entries {
        let Some(contours) = entry.contours.take() else { continue };
        let drawn_on = |uid: &Option<String>| uid.as_ref().is_some_and(|uid| entry.drawn_on.contains(uid));
        let found = grids.iter().find(|(uid, ..)| drawn_on(uid)).or_else(|| {
            grids.iter().find(|(_, frame, _)| frame.is_some() && *frame == entry.frame_of_reference)
        });
        let Some((.., grid)) = found else {
            entry.warnings.push("no image that it was drawn on is there: volumes are not known".into());
            continue;
        };
        match contours.rasterise(grid, ContourRule::VoxelCentre) {
            // Regions come in the order of the file's list, as the lesions do.
            Ok(regions) => {
                for (lesion, region) in entry.lesions.iter_mut().zip(&regions.regions) {
                    lesion.volume_ml = Some(regions.volume_ml(region));
                }
                entry.warnings.extend(regions.warnings);
            }
            Err(error) => entry.fail(error),
        }
    }
}
