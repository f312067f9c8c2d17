//! The shared case's structure set and segmentation, where it is at hand: both give its label map back.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

#[path = "../../io/tests/reference/mod.rs"]
mod reference;

use iodose_dicom::{ContourRule, DicomFile, Segmentation, SegmentationKind, StructureSet};
use iodose_io::read_labels;
use reference::case;

#[test]
fn contours_under_the_voxel_rule_are_the_label_map_they_were_drawn_from() {
    let Some(folder) = case() else { return };
    let expected = read_labels(&folder.join("lesions.nii.gz")).unwrap();
    let file = DicomFile::open(&folder.join("dicom/rtstruct/lesions.dcm")).unwrap();
    let set = StructureSet::read(&file).unwrap();
    assert_eq!(set.rois.len(), 6);
    assert_eq!(set.rois[0].name, "lung met deep");
    assert!(set.rois[0].frame_of_reference.is_some() && set.rois[0].colour.is_some());
    let regions = set.rasterise(expected.grid(), ContourRule::VoxelCentre).unwrap();
    assert!(regions.labels().data() == expected.data());
    assert!(regions.overlaps().is_empty());
    for warning in &regions.warnings {
        assert!(warning.contains("less than 3 points"), "{warning}");
    }
    let covered = set.rasterise(expected.grid(), ContourRule::Coverage).unwrap();
    for (whole, part) in regions.regions.iter().zip(&covered.regions) {
        let [whole, part] = [regions.volume_ml(whole), covered.volume_ml(part)];
        eprintln!("{whole:.3} mL by voxels, {part:.3} mL by coverage");
        assert!(part < whole && part > 0.2 * whole);
    }
}

#[test]
fn the_segmentation_is_the_same_label_map() {
    let Some(folder) = case() else { return };
    let expected = read_labels(&folder.join("lesions.nii.gz")).unwrap();
    let file = DicomFile::open(&folder.join("dicom/seg/lesions.dcm")).unwrap();
    let segmentation = Segmentation::read(&file).unwrap();
    assert_eq!(segmentation.kind, SegmentationKind::Binary);
    assert_eq!(segmentation.regions.regions[0].name, "lung met deep");
    assert!(segmentation.regions.overlaps().is_empty() && segmentation.regions.warnings.is_empty());
    let regions = segmentation.regions.on(expected.grid()).unwrap();
    assert!(regions.labels().data() == expected.data());
}
