use crate::builder::Item;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use iodose_dicom::{ContourRule, Regions, StructureSet};
use iodose_volume::{Affine, Grid};
use proptest::prelude::*;

type Polygon = Vec<[f64; 3]>;

fn contour(kind: &str, points: &[[f64; 3]]) -> Item {
    Item::new()
        .text(tags::CONTOUR_GEOMETRIC_TYPE, VR::CS, kind)
        .text(tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, &points.len().to_string())
        .decimals(tags::CONTOUR_DATA, points.iter().flatten().copied())
}

/// A structure set of regions numbered from 1.
fn set_of(regions: Vec<Vec<Item>>) -> Item {
    let (mut listed, mut contours) = (Vec::new(), Vec::new());
    for (n, items) in regions.into_iter().enumerate() {
        let number = (n + 1).to_string();
        listed.push(Item::new().text(tags::ROI_NUMBER, VR::IS, &number).text(
            tags::ROI_NAME,
            VR::LO,
            &format!("lesion {number}"),
        ));
        contours.push(
            Item::new()
                .text(tags::REFERENCED_ROI_NUMBER, VR::IS, &number)
                .text(tags::ROI_DISPLAY_COLOR, VR::IS, "255\\0\\7")
                .sequence(tags::CONTOUR_SEQUENCE, items),
        );
    }
    Item::new()
        .text(tags::MODALITY, VR::CS, "RTSTRUCT")
        .sequence(tags::STRUCTURE_SET_ROI_SEQUENCE, listed)
        .sequence(tags::ROI_CONTOUR_SEQUENCE, contours)
}

fn read(item: Item) -> Result<StructureSet, String> {
    StructureSet::read(&item.file(uids::RT_STRUCTURE_SET_STORAGE)).map_err(|error| error.to_string())
}

fn closed(regions: &[Vec<Polygon>]) -> StructureSet {
    let items =
        |polygons: &Vec<Polygon>| polygons.iter().map(|points| contour("CLOSED_PLANAR", points)).collect();
    read(set_of(regions.iter().map(items).collect())).unwrap()
}

fn on(set: &StructureSet, grid: &Grid, rule: ContourRule) -> Result<Regions, String> {
    set.rasterise(grid, rule).map_err(|error| error.to_string())
}

fn plain_grid() -> Grid {
    Grid::axis_aligned([20, 16, 10], [2.0, 3.0, 4.0], [0.0; 3]).unwrap()
}

/// Turned about two axes, k running backwards.
fn oblique_grid() -> Grid {
    let (c, s) = (0.8, 0.6);
    let columns =
        [[2.0 * c, 2.0 * s, 0.0], [-3.0 * s * c, 3.0 * c * c, 3.0 * s], [4.0 * s * s, -4.0 * s * c, 4.0 * c]];
    let mut columns: [[f64; 3]; 3] = columns;
    columns[2] = columns[2].map(|x| -x);
    Grid::new([20, 16, 10], Affine { columns, origin: [-30.0, 12.0, 50.0] }).unwrap()
}

/// A rectangle in indices of a slice.
fn rectangle(grid: &Grid, [x0, y0]: [f64; 2], [x1, y1]: [f64; 2], k: f64) -> Polygon {
    [[x0, y0, k], [x1, y0, k], [x1, y1, k], [x0, y1, k]].map(|index| grid.index_to_patient(index)).to_vec()
}

#[test]
fn both_rules_hold_on_straight_and_oblique_grids() {
    for grid in [plain_grid(), oblique_grid()] {
        assert!(grid.is_orthogonal());
        let block = (3..6).map(|k| rectangle(&grid, [2.75, 4.5], [7.25, 8.5], f64::from(k))).collect();
        let set = closed(&[block]);
        assert_eq!((set.rois[0].name.as_str(), set.rois[0].colour), ("lesion 1", Some([255, 0, 7])));
        let centres = on(&set, &grid, ContourRule::VoxelCentre).unwrap();
        assert!(centres.warnings.is_empty(), "{:?}", centres.warnings);
        let expected: Vec<usize> = (0..grid.len())
            .filter(|&n| {
                let [i, j, k] = grid.index(n);
                (3..=7).contains(&i) && (5..=8).contains(&j) && (3..6).contains(&k)
            })
            .collect();
        assert_eq!(centres.regions[0].voxels, expected.into_iter().map(|n| (n, 1.0)).collect::<Vec<_>>());

        let shares = on(&set, &grid, ContourRule::Coverage).unwrap();
        let region = &shares.regions[0];
        let exact = 3.0 * 4.5 * 4.0 * grid.voxel_volume_ml();
        assert!((shares.volume_ml(region) / exact - 1.0).abs() < 1e-6, "{}", shares.volume_ml(region));
        let coverage = shares.coverage(region);
        assert!((coverage[[2, 5, 4]] - 0.0).abs() < 1e-6, "voxel 2 ends at 2.5");
        assert!((coverage[[3, 5, 4]] - 0.75).abs() < 1e-6 && (coverage[[5, 6, 4]] - 1.0).abs() < 1e-6);
    }
}

/// Ellipsoids drawn with 72 points a slice; the volume is that of the polygons by the shoelace formula.
#[test]
fn coverage_gives_the_volume_of_the_polygons_within_two_per_cent_over_one_millilitre() {
    let grid = oblique_grid();
    for radius in [7.1f64, 9.7, 14.2] {
        let (mut polygons, mut exact) = (Vec::new(), 0.0);
        for k in 0..10 {
            let height = (f64::from(k) - 4.6) * 4.0;
            let square = radius * radius - height * height;
            if square <= 0.0 {
                continue;
            }
            let corners: Vec<[f64; 2]> = (0..72)
                .map(|n| {
                    let (s, c) = libm::sincos(f64::from(n) * std::f64::consts::TAU / 72.0);
                    [9.3 + square.sqrt() * c / 2.0, 7.8 + square.sqrt() * s / 3.0]
                })
                .collect();
            let next = corners.iter().cycle().skip(1);
            let twice: f64 = corners.iter().zip(next).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum();
            exact += twice.abs() / 2.0 * grid.voxel_volume_ml();
            polygons
                .push(corners.iter().map(|&[i, j]| grid.index_to_patient([i, j, f64::from(k)])).collect());
        }
        assert!(exact > 1.0);
        let regions = on(&closed(&[polygons]), &grid, ContourRule::Coverage).unwrap();
        let found = regions.volume_ml(&regions.regions[0]);
        eprintln!("radius {radius} mm: {found:.4} mL of {exact:.4}");
        assert!((found / exact - 1.0).abs() < 2e-4, "{found} {exact}");
    }
}

#[test]
fn holes_and_parts_follow_the_even_odd_rule() {
    let grid = plain_grid();
    let slice = |a, b| rectangle(&grid, a, b, 2.0);
    let parts = vec![
        slice([1.5, 1.5], [8.5, 8.5]),
        slice([3.5, 3.5], [6.5, 6.5]),
        slice([4.5, 4.5], [5.5, 5.5]),
        slice([10.5, 10.5], [12.5, 12.5]),
    ];
    let regions = on(&closed(&[parts]), &grid, ContourRule::VoxelCentre).unwrap();
    assert_eq!(regions.regions[0].voxels.len(), 49 - 9 + 1 + 4);
    assert!(regions.warnings.is_empty());
}

#[test]
fn planes_of_another_series_are_slabs_of_their_own_thickness() {
    let grid = plain_grid();
    // Planes every 3 mm (0.75 slices) from k = 2.25 on: slabs from 1.875 to 4.875.
    let planes: Vec<Polygon> =
        (0..4).map(|n| rectangle(&grid, [1.5, 1.5], [3.5, 3.5], 2.25 + 0.75 * f64::from(n))).collect();
    let shares = on(&closed(std::slice::from_ref(&planes)), &grid, ContourRule::Coverage).unwrap();
    let coverage = shares.coverage(&shares.regions[0]);
    for (k, expected) in [(0, 0.0), (1, 0.0), (2, 0.625), (3, 1.0), (4, 1.0), (5, 0.375), (6, 0.0)] {
        assert!((coverage[[2, 2, k]] - expected).abs() < 1e-6, "{k}: {}", coverage[[2, 2, k]]);
    }
    assert!(shares.warnings[0].contains("3.00 mm apart"), "{:?}", shares.warnings);
    let centres = on(&closed(std::slice::from_ref(&planes)), &grid, ContourRule::VoxelCentre).unwrap();
    let slices: Vec<usize> = centres.regions[0].voxels.iter().map(|&(n, _)| grid.index(n)[2]).collect();
    assert_eq!((slices.first(), slices.last(), slices.len()), (Some(&2), Some(&4), 12));
    // One plane between slices has no thickness; uneven ones have two.
    assert!(
        on(&closed(&[planes[..1].to_vec()]), &grid, ContourRule::Coverage).unwrap_err().contains("series")
    );
    let mut uneven = planes;
    uneven.push(rectangle(&grid, [1.5, 1.5], [3.5, 3.5], 6.5));
    let message = on(&closed(&[uneven]), &grid, ContourRule::Coverage).unwrap_err();
    assert!(
        message.contains("made.dcm") && message.contains("lesion 1") && message.contains("evenly"),
        "{message}"
    );
}

#[test]
fn what_is_odd_about_contours_is_named() {
    let grid = plain_grid();
    let slice = |a, b, k| rectangle(&grid, a, b, k);
    let tie = [[2.0, 2.0, 1.0], [6.0, 6.0, 1.0], [6.0, 2.0, 1.0], [2.0, 6.0, 1.0]]
        .map(|index| grid.index_to_patient(index));
    let cases: [(&str, Vec<Polygon>); 7] = [
        ("crosses itself", vec![tie.to_vec()]),
        ("cross each other", vec![slice([1.0, 1.0], [5.0, 5.0], 1.0), slice([3.0, 3.0], [7.0, 7.0], 1.0)]),
        ("less than 3 points", vec![vec![grid.index_to_patient([4.0, 4.0, 1.0])]]),
        ("beyond the image", vec![slice([-9.0, 1.0], [5.0, 5.0], 1.0)]),
        ("beyond the image", vec![slice([1.0, 1.0], [5.0, 5.0], 12.0)]),
        ("1 gaps", vec![slice([1.0, 1.0], [5.0, 5.0], 1.0), slice([1.0, 1.0], [5.0, 5.0], 3.0)]),
        ("covers no voxel", vec![]),
    ];
    for (expected, polygons) in cases {
        let regions = on(&closed(&[polygons]), &grid, ContourRule::VoxelCentre).unwrap();
        assert!(
            regions.warnings.iter().any(|note| note.contains(expected)),
            "{expected}: {:?}",
            regions.warnings
        );
        assert!(regions.warnings[0].starts_with("ROI 1 \"lesion 1\": "));
    }
    let open = read(set_of(vec![vec![
        contour("POINT", &[[1.0, 1.0, 4.0]]),
        contour("OPEN_PLANAR", &[[1.0; 3], [2.0; 3]]),
    ]]))
    .unwrap();
    let regions = on(&open, &grid, ContourRule::VoxelCentre).unwrap();
    assert!(
        regions.warnings[0].contains("contour 1: POINT, contour 2: OPEN_PLANAR"),
        "{:?}",
        regions.warnings
    );
    let two = closed(&[vec![slice([1.0, 1.0], [5.0, 5.0], 1.0)], vec![slice([4.0, 4.0], [7.0, 7.0], 1.0)]]);
    let overlaps = on(&two, &grid, ContourRule::VoxelCentre).unwrap().overlaps();
    assert_eq!((overlaps[0].labels, overlaps[0].voxels), ([1, 2], 4));
}

#[test]
fn contours_that_cannot_be_placed_or_contradict_themselves_are_refused() {
    let grid = plain_grid();
    let tilted = closed(&[vec![vec![[2.0, 2.0, 4.0], [9.0, 2.0, 4.0], [9.0, 9.0, 4.3]]]]);
    assert!(on(&tilted, &grid, ContourRule::VoxelCentre).unwrap_err().contains("0.30 mm"));
    let square = [[2.0, 2.0, 4.0], [9.0, 2.0, 4.0], [9.0, 9.0, 4.0]];
    let good = || contour("CLOSED_PLANAR", &square);
    let unlisted = set_of(vec![vec![good()]]).sequence(
        tags::ROI_CONTOUR_SEQUENCE,
        vec![Item::new().text(tags::REFERENCED_ROI_NUMBER, VR::IS, "5")],
    );
    let twice = set_of(vec![vec![good()]]).sequence(
        tags::STRUCTURE_SET_ROI_SEQUENCE,
        vec![
            Item::new().text(tags::ROI_NUMBER, VR::IS, "1"),
            Item::new().text(tags::ROI_NUMBER, VR::IS, "1"),
        ],
    );
    for (expected, item) in [
        ("(3006,0042)", set_of(vec![vec![contour("SPLINE", &square)]])),
        ("(3006,0046)", set_of(vec![vec![good().text(tags::NUMBER_OF_CONTOUR_POINTS, VR::IS, "4")]])),
        ("(3006,0050)", set_of(vec![vec![good().decimals(tags::CONTOUR_DATA, [1.0, 2.0])]])),
        ("(3006,0050)", set_of(vec![vec![good().text(tags::CONTOUR_DATA, VR::DS, "1\\2\\nan")]])),
        ("(3006,0084)", unlisted),
        ("(3006,0022)", twice),
        ("(0008,0060)", set_of(vec![vec![good()]]).text(tags::MODALITY, VR::CS, "CT")),
        ("(3006,0020)", Item::new().text(tags::MODALITY, VR::CS, "RTSTRUCT")),
    ] {
        let message = read(item).unwrap_err();
        assert!(message.contains("made.dcm") && message.contains(expected), "{expected}: {message}");
    }
}

proptest! {
    #[test]
    fn no_contour_panics(
        points in prop::collection::vec((-1e3f64..1e3, -1e3f64..1e3), 1..12),
        exponent in -12i32..290,
        height in prop::sample::select(vec![-1e300, -4.0, 0.0, 2.0, 8.0, 36.0, 1e9]),
        coverage in any::<bool>(),
    ) {
        let scale = 10f64.powi(exponent.max(-12));
        let polygon: Polygon = points.iter().map(|&(x, y)| [x * scale, y * scale, height]).collect();
        let rule = if coverage { ContourRule::Coverage } else { ContourRule::VoxelCentre };
        let mut set = closed(&[vec![vec![[0.0; 3]]]]);
        set.rois[0].contours[0].points = polygon;
        if let Ok(regions) = on(&set, &plain_grid(), rule) {
            prop_assert!(regions.regions[0].voxels.iter().all(|&(n, share)| n < plain_grid().len() && share > 0.0 && share <= 1.0));
        }
    }
}
