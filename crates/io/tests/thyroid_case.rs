//! The shared reference case, where it is at hand: sizes, frames and lesions as its truth says.

mod reference;

use iodose_io::{label_sizes, read_labels, read_nifti};
use iodose_volume::Volume;
use reference::case;

fn centroid(labels: &Volume<u16>, label: u16) -> [f64; 3] {
    let (mut sum, mut count) = ([0.0; 3], 0.0);
    for (offset, _) in labels.data().iter().enumerate().filter(|&(_, &present)| present == label) {
        let point = labels.grid().index_to_patient(labels.grid().index(offset).map(|n| n as f64));
        for axis in 0..3 {
            sum[axis] += point[axis];
        }
        count += 1.0;
    }
    sum.map(|x| x / count)
}

#[test]
fn lesions_lie_where_the_truth_puts_them() {
    let Some(folder) = case() else { return };
    let ct = read_nifti(&folder.join("ct.nii.gz")).unwrap();
    assert_eq!(ct.volume.grid().size(), [124, 72, 190]);
    for spacing in ct.volume.grid().spacing() {
        assert!((spacing - 4.0).abs() < 1e-6);
    }
    assert!(ct.volume.data().iter().all(|&hu| (-2048.0..=4096.0).contains(&hu)));
    assert!(ct.warnings.is_empty(), "{:?}", ct.warnings);

    let labels = read_labels(&folder.join("lesions.nii.gz")).unwrap();
    assert!(labels.grid().matches(ct.volume.grid(), 1e-3));
    let sizes = label_sizes(&labels).unwrap();
    let text = std::fs::read_to_string(folder.join("truth.json")).unwrap();
    let truth: serde_json::Value = serde_json::from_str(&text).unwrap();
    let lesions = truth["lesions"].as_array().unwrap();
    assert_eq!(sizes.len(), lesions.len());
    for (size, lesion) in sizes.iter().zip(lesions) {
        let found = centroid(&labels, size.label);
        for (axis, coordinate) in found.into_iter().enumerate() {
            let expected = lesion["centre_mm"][axis].as_f64().unwrap();
            assert!((coordinate - expected).abs() < 4.0, "{}: {found:?}", lesion["name"]);
        }
    }
}
