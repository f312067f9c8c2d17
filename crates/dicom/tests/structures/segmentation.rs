use crate::builder::Item;
use dicom_core::VR;
use dicom_dictionary_std::{tags, uids};
use iodose_dicom::{Segmentation, SegmentationKind};
use iodose_volume::{Affine, Grid};

/// A frame's segment, plane and pixels by rows.
type Frame = (u16, f64, Vec<u8>);

const COLUMNS: usize = 5;
const ROWS: usize = 3;

/// Oblique, with planes 2.5 mm apart along the normal.
fn grid(planes: usize) -> Grid {
    let columns = [[1.2, 1.6, 0.0], [-2.4, 1.8, 0.0], [0.0, 0.0, 2.5]];
    Grid::new([COLUMNS, ROWS, planes], Affine { columns, origin: [10.0, -20.0, 30.0] }).unwrap()
}

fn frame_groups((segment, plane, _): &Frame) -> Item {
    let position = grid(1).index_to_patient([0.0, 0.0, *plane]);
    Item::new()
        .sequence(
            tags::PLANE_POSITION_SEQUENCE,
            vec![Item::new().decimals(tags::IMAGE_POSITION_PATIENT, position)],
        )
        .sequence(
            tags::SEGMENT_IDENTIFICATION_SEQUENCE,
            vec![Item::new().number(tags::REFERENCED_SEGMENT_NUMBER, *segment)],
        )
}

fn measures() -> Item {
    Item::new().decimals(tags::PIXEL_SPACING, [3.0, 2.0]).decimals(tags::SLICE_THICKNESS, [2.5])
}

fn orientation() -> Item {
    Item::new().decimals(tags::IMAGE_ORIENTATION_PATIENT, [0.6, 0.8, 0.0, -0.8, 0.6, 0.0])
}

fn segmentation(frames: &[Frame], bits: u16) -> Item {
    let segment = |number: u16, name: &str| {
        Item::new().number(tags::SEGMENT_NUMBER, number).text(tags::SEGMENT_LABEL, VR::LO, name)
    };
    let shared = Item::new()
        .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures()])
        .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation()]);
    let values: Vec<u8> = frames.iter().flat_map(|(_, _, pixels)| pixels.iter().copied()).collect();
    let mut bytes = values.clone();
    if bits == 1 {
        // The packing of PS3.5 8.1.1 by its own words: pixel n is bit n mod 8 of byte n div 8.
        bytes = vec![0; values.len().div_ceil(8)];
        for (n, value) in values.iter().enumerate() {
            bytes[n / 8] |= u8::from(*value > 0) << (n % 8);
        }
    }
    if bytes.len() % 2 == 1 {
        bytes.push(0);
    }
    Item::new()
        .text(tags::MODALITY, VR::CS, "SEG")
        .text(tags::FRAME_OF_REFERENCE_UID, VR::UI, "1.2.3.4")
        .text(tags::SEGMENTATION_TYPE, VR::CS, if bits == 1 { "BINARY" } else { "FRACTIONAL" })
        .text(tags::SEGMENTATION_FRACTIONAL_TYPE, VR::CS, "OCCUPANCY")
        .number(tags::MAXIMUM_FRACTIONAL_VALUE, 200)
        .text(tags::NUMBER_OF_FRAMES, VR::IS, &frames.len().to_string())
        .number(tags::ROWS, ROWS as u16)
        .number(tags::COLUMNS, COLUMNS as u16)
        .number(tags::BITS_ALLOCATED, bits)
        .number(tags::BITS_STORED, bits)
        .number(tags::HIGH_BIT, bits - 1)
        .number(tags::SAMPLES_PER_PIXEL, 1)
        .text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "MONOCHROME2")
        .number(tags::PIXEL_REPRESENTATION, 0)
        .sequence(tags::SEGMENT_SEQUENCE, vec![segment(1, "neck"), segment(4, "lung"), segment(9, "none")])
        .sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared])
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, frames.iter().map(frame_groups).collect())
        .bytes(tags::PIXEL_DATA, VR::OB, bytes)
}

fn read(item: Item) -> Result<Segmentation, String> {
    Segmentation::read(&item.file(uids::SEGMENTATION_STORAGE)).map_err(|error| error.to_string())
}

/// 15 pixels a frame, so that no frame but the first begins with a byte; frames out of order, planes 1 and 2 left out.
fn frames() -> Vec<Frame> {
    let pixels = |seed: usize| {
        (0..COLUMNS * ROWS).map(|n| u8::from((n * 7 + seed).is_multiple_of(3)) * 100).collect::<Vec<_>>()
    };
    vec![
        (4, 3.0, pixels(0)),
        (1, 4.0, pixels(1)),
        (4, 0.0, pixels(2)),
        (1, 3.0, pixels(4)),
        (4, 4.0, pixels(5)),
    ]
}

fn voxels(frames: &[Frame], segment: u16, share: f32) -> Vec<(usize, f32)> {
    let mut voxels: Vec<_> = frames
        .iter()
        .filter(|frame| frame.0 == segment)
        .flat_map(|(_, plane, pixels)| {
            let begin = *plane as usize * COLUMNS * ROWS;
            pixels.iter().enumerate().filter(|(_, value)| **value > 0).map(move |(n, _)| (begin + n, share))
        })
        .collect();
    voxels.sort_by_key(|&(offset, _)| offset);
    voxels
}

#[test]
fn bits_run_on_from_frame_to_frame_and_missing_planes_are_empty() {
    for (bits, share, kind) in [(1, 1.0, SegmentationKind::Binary), (8, 0.5, SegmentationKind::Occupancy)] {
        let frames = frames();
        let read = read(segmentation(&frames, bits)).unwrap();
        assert_eq!((read.kind, read.frame_of_reference.as_deref()), (kind, Some("1.2.3.4")));
        assert!(read.regions.grid.matches(&grid(5), 1e-6), "{:?}", read.regions.grid);
        let found: Vec<_> =
            read.regions.regions.iter().map(|region| (region.label, region.name.as_str())).collect();
        assert_eq!(found, [(1, "neck"), (4, "lung"), (9, "none")]);
        assert_eq!(read.regions.regions[0].voxels, voxels(&frames, 1, share));
        assert_eq!(read.regions.regions[1].voxels, voxels(&frames, 4, share));
        assert_eq!(read.regions.warnings, ["segment 9 \"none\": covers no voxel"]);
    }
}

/// Frames of numbers of segments on planes 3, 0 and 4, with 0 or another value as background.
fn label_map(background: u8, bits: u16) -> Item {
    let pixels = |seed: usize| -> Vec<u8> {
        (0..COLUMNS * ROWS).map(|n| [background, 1, 4][(n * 7 + seed) % 3]).collect()
    };
    let frames = [(0, 3.0, pixels(0)), (0, 0.0, pixels(1)), (0, 4.0, pixels(2))];
    let groups = frames.iter().map(|frame| {
        Item::new().sequence(tags::PLANE_POSITION_SEQUENCE, {
            let position = grid(1).index_to_patient([0.0, 0.0, frame.1]);
            vec![Item::new().decimals(tags::IMAGE_POSITION_PATIENT, position)]
        })
    });
    let mut bytes: Vec<u8> = frames.iter().flat_map(|frame| frame.2.clone()).collect();
    if bits == 16 {
        bytes = bytes.iter().flat_map(|&value| [value, 0]).collect();
    } else {
        bytes.push(0);
    }
    segmentation(&frames, 8)
        .text(tags::SEGMENTATION_TYPE, VR::CS, "LABELMAP")
        .number(tags::BITS_ALLOCATED, bits)
        .number(tags::BITS_STORED, bits)
        .number(tags::HIGH_BIT, bits - 1)
        .sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, groups.collect())
        .bytes(tags::PIXEL_DATA, if bits == 16 { VR::OW } else { VR::OB }, bytes)
}

#[test]
fn pixels_of_a_label_map_are_numbers_of_segments() {
    for (background, bits) in [(0, 8), (0, 16), (200, 8)] {
        let mut item =
            label_map(background, bits).text(tags::PHOTOMETRIC_INTERPRETATION, VR::CS, "PALETTE COLOR");
        if background > 0 {
            item = item.number(tags::PIXEL_PADDING_VALUE, background.into());
        }
        let read = read(item).unwrap();
        assert_eq!(read.kind, SegmentationKind::LabelMap);
        assert!(read.regions.grid.matches(&grid(5), 1e-6), "{:?}", read.regions.grid);
        let labels = read.regions.labels();
        for (plane, seed) in [(3, 0), (0, 1), (4, 2)] {
            for n in 0..COLUMNS * ROWS {
                assert_eq!(labels.data()[plane * COLUMNS * ROWS + n], [0, 1, 4][(n * 7 + seed) % 3]);
            }
        }
        assert_eq!(read.regions.regions[0].voxels.len() + read.regions.regions[1].voxels.len(), 30);
    }
    let unlisted = read(label_map(7, 8)).unwrap_err();
    assert!(unlisted.contains("(7FE0,0010) PixelData: found 7 in frame 1"), "{unlisted}");
    let listed = Item::new().number(tags::SEGMENT_NUMBER, 0).text(tags::SEGMENT_LABEL, VR::LO, "background");
    let item = label_map(0, 8).sequence(tags::SEGMENT_SEQUENCE, vec![listed]);
    assert!(read(item).unwrap_err().contains("(0062,0002)"));
}

#[test]
fn overlapping_segments_are_reported() {
    let all = vec![100; COLUMNS * ROWS];
    let regions = read(segmentation(&[(1, 0.0, all.clone()), (4, 0.0, all)], 1)).unwrap().regions;
    assert_eq!((regions.overlaps()[0].labels, regions.overlaps()[0].voxels), ([1, 4], 15));
}

#[test]
fn a_stated_distance_of_planes_rules_where_the_frames_allow_it() {
    let frames = vec![(1, 0.0, vec![100; 15]), (1, 4.0, vec![100; 15])];
    let stated = |between: f64| {
        let measures = measures().decimals(tags::SPACING_BETWEEN_SLICES, [between]);
        let shared = Item::new()
            .sequence(tags::PIXEL_MEASURES_SEQUENCE, vec![measures])
            .sequence(tags::PLANE_ORIENTATION_SEQUENCE, vec![orientation()]);
        read(segmentation(&frames, 1).sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![shared]))
    };
    assert!(stated(2.5).unwrap().regions.grid.matches(&grid(5), 1e-6));
    assert!(stated(-2.5).unwrap().regions.grid.matches(&grid(5), 1e-6));
    assert!(stated(3.0).unwrap_err().contains("(0018,0088)"));
    assert_eq!(read(segmentation(&frames, 1)).unwrap().regions.grid.size(), [COLUMNS, ROWS, 2]);
    assert_eq!(read(segmentation(&frames[..1], 1)).unwrap().regions.grid.spacing()[2], 2.5);
}

#[test]
fn what_does_not_fit_is_refused_with_its_tag() {
    let good = || segmentation(&frames(), 1);
    let with_frames = |frames: &[Frame]| segmentation(frames, 1);
    let moved = |frame: usize, groups: Item| {
        let mut items: Vec<Item> = frames().iter().map(frame_groups).collect();
        items[frame] = groups;
        good().sequence(tags::PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, items)
    };
    let beside = frame_groups(&frames()[1]).sequence(
        tags::PLANE_POSITION_SEQUENCE,
        vec![Item::new().decimals(tags::IMAGE_POSITION_PATIENT, [11.0, -20.0, 40.0])],
    );
    let turned = frame_groups(&frames()[1]).sequence(
        tags::PLANE_ORIENTATION_SEQUENCE,
        vec![Item::new().decimals(tags::IMAGE_ORIENTATION_PATIENT, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0])],
    );
    let uneven = frame_groups(&(1, 4.4, Vec::new()));
    let far = frame_groups(&(1, 40_000.0, Vec::new()));
    let unknown = frame_groups(&(2, 4.0, Vec::new()));
    let mut twice = frames();
    twice[0].1 = 0.0;
    for (expected, item) in [
        ("(0008,0060)", good().text(tags::MODALITY, VR::CS, "CT")),
        ("(0062,0001)", good().text(tags::SEGMENTATION_TYPE, VR::CS, "SURFACE")),
        ("(5200,9230)", good().text(tags::NUMBER_OF_FRAMES, VR::IS, "6")),
        ("(0028,0008)", good().text(tags::NUMBER_OF_FRAMES, VR::IS, "0")),
        ("(0028,0100)", good().number(tags::BITS_ALLOCATED, 8)),
        ("(0062,000E)", segmentation(&frames(), 8).number(tags::MAXIMUM_FRACTIONAL_VALUE, 0)),
        ("(7FE0,0010)", good().bytes(tags::PIXEL_DATA, VR::OB, vec![0; 8])),
        ("(7FE0,0010)", good().number(tags::ROWS, 65535).number(tags::COLUMNS, 65535)),
        ("(0028,0010)", good().number(tags::ROWS, 0)),
        ("beside the others", moved(1, beside)),
        ("another orientation", moved(1, turned)),
        ("a multiple of the distance", moved(1, uneven)),
        ("8192 planes", moved(1, far)),
        ("(0062,000B)", moved(1, unknown)),
        ("(0062,000B)", with_frames(&twice)),
        ("(0062,0002)", good().sequence(tags::SEGMENT_SEQUENCE, Vec::new())),
        ("(0028,9110)", good().sequence(tags::SHARED_FUNCTIONAL_GROUPS_SEQUENCE, vec![Item::new()])),
    ] {
        let message = read(item).unwrap_err();
        assert!(message.contains("made.dcm") && message.contains(expected), "{expected}: {message}");
    }
}
