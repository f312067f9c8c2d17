//! What must hold of every result that a reader gives.

use iodose::dicom::Regions;
use iodose::volume::{Grid, RigidTransform, Volume};

/// A grid is finite, has a volume, and leads back from the patient to its voxels.
pub fn grid(grid: &Grid) {
    assert!(grid.corners().iter().flatten().all(|x| x.is_finite()), "corners {:?}", grid.corners());
    assert!(
        grid.spacing().iter().all(|&side| side.is_finite() && side > 0.0),
        "spacing {:?}",
        grid.spacing()
    );
    assert!(
        grid.voxel_volume_ml() > 0.0 && grid.voxel_volume_ml().is_finite(),
        "volume {}",
        grid.voxel_volume_ml()
    );
    let back = grid.patient_to_index(grid.index_to_patient([0.0; 3]));
    assert!(back.iter().all(|x| x.is_finite()), "voxel 0 is voxel {back:?}");
}

/// As many values as voxels.
pub fn volume<T>(volume: &Volume<T>) {
    grid(volume.grid());
    assert_eq!(volume.data().len(), volume.grid().len());
}

/// [`volume`], and every value finite.
pub fn finite_volume(image: &Volume<f32>) {
    volume(image);
    assert!(image.data().iter().all(|value| value.is_finite()), "a value that is not finite");
}

/// Regions lie within their grid, each voxel once and in order, with a share of it.
pub fn regions(regions: &Regions) {
    grid(&regions.grid);
    for region in &regions.regions {
        assert!(
            region.voxels.windows(2).all(|pair| pair[0].0 < pair[1].0),
            "{}: voxels twice or out of order",
            region.name
        );
        let within =
            |&(offset, share): &(usize, f32)| offset < regions.grid.len() && share > 0.0 && share <= 1.0;
        assert!(region.voxels.iter().all(within), "{}: a voxel outside or a share beyond 1", region.name);
        assert!(regions.volume_ml(region).is_finite());
    }
}

/// A rigid map takes points of a patient to finite points, as far from each other as before.
pub fn transform(map: &RigidTransform) {
    let [a, b] = [[0.0, 0.0, 0.0], [300.0, -200.0, 500.0]].map(|point| map.apply(point));
    let square: f64 = (0..3).map(|axis| (a[axis] - b[axis]) * (a[axis] - b[axis])).sum();
    assert!((square.sqrt() - 380_000f64.sqrt()).abs() < 1e-3, "{a:?} {b:?}");
}
