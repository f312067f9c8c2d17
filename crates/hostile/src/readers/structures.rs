//! DICOM objects about images: contours, segments, registrations. The header was accepted where the file is a data set in a known
//! encoding.

use super::dicom::BYTES_OF_BYTE;
use super::{Progress, Reader};
use crate::{damage, promise, seeds};
use iodose::dicom::{ContourRule, DicomFile, Registration, Segmentation, StructureSet};
use iodose::volume::{Affine, Grid};
use std::path::Path;

pub(super) const RTSTRUCT: Reader = Reader {
    name: "rtstruct",
    seeds: seeds::rtstruct,
    damage: damage::elements,
    read: |bytes| {
        let Ok(file) = DicomFile::from_bytes(Path::new("rtstruct.dcm"), bytes.to_vec()) else {
            return Progress::Refused;
        };
        let Ok(set) = StructureSet::read(&file) else { return Progress::PastHeader };
        let mut progress = Progress::PastHeader;
        for grid in grids() {
            for rule in [ContourRule::VoxelCentre, ContourRule::Coverage] {
                if let Ok(regions) = set.rasterise(&grid, rule) {
                    promise::regions(&regions);
                    assert_eq!(regions.labels().data().len(), grid.len());
                    regions.overlaps();
                    progress = Progress::Whole;
                }
            }
        }
        progress
    },
    // And the voxels of the grids, which are not the file's.
    justified: |bytes| BYTES_OF_BYTE * (bytes.len() + 20 * 16 * 10),
};

pub(super) const SEG: Reader = Reader {
    name: "seg",
    seeds: seeds::segmentation,
    damage: damage::elements,
    read: |bytes| {
        let Ok(file) = DicomFile::from_bytes(Path::new("seg.dcm"), bytes.to_vec()) else {
            return Progress::Refused;
        };
        let Ok(Segmentation { regions, .. }) = Segmentation::read(&file) else { return Progress::PastHeader };
        promise::regions(&regions);
        regions.overlaps();
        for grid in grids() {
            if let Some(regions) = regions.on(&grid) {
                promise::regions(&regions);
            }
        }
        Progress::Whole
    },
    // A set bit becomes a position and a share, 16 bytes.
    justified: |bytes| (BYTES_OF_BYTE + 8 * 16) * bytes.len(),
};

pub(super) const REGISTRATION: Reader = Reader {
    name: "registration",
    seeds: seeds::registration,
    damage: damage::elements,
    read: |bytes| {
        let Ok(file) = DicomFile::from_bytes(Path::new("reg.dcm"), bytes.to_vec()) else {
            return Progress::Refused;
        };
        let Ok(registration) = Registration::read(&file) else { return Progress::PastHeader };
        for (from, to) in [("1.2", "1.1"), ("1.1", "1.3"), ("1.3", "1.2"), ("1.2", "1.2")] {
            registration.between(from, to).iter().for_each(promise::transform);
        }
        Progress::Whole
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// Grids to lay contours on: along the patient, and turned with slices from head to feet.
fn grids() -> [Grid; 2] {
    let turned = [[1.6, 1.2, 0.0], [-1.8, 2.4, 0.0], [0.0, 0.0, -4.0]];
    [
        Grid::axis_aligned([20, 16, 10], [2.0, 3.0, 4.0], [0.0; 3]).unwrap(),
        Grid::new([20, 16, 10], Affine { columns: turned, origin: [0.0, 0.0, 36.0] }).unwrap(),
    ]
}
