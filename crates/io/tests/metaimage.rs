//! MetaImage files: what other software writes is read, what is ambiguous or damaged is refused.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

use flate2::{Compression, write::ZlibEncoder};
use iodose_io::{read_image, read_label_image, read_metaimage};
use proptest::prelude::*;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

/// What SimpleITK 2.5.7 writes for 2 x 3 x 4 voxels 0, 1, 2, ... (`SimpleITK.WriteImage`).
const HEADER: &str = "ObjectType = Image\nNDims = 3\nBinaryData = True\nBinaryDataByteOrderMSB = False\n\
    CompressedData = False\nTransformMatrix = 1 0 0 0 1 0 0 0 1\nOffset = 5 6 7\nCenterOfRotation = 0 0 0\n\
    AnatomicalOrientation = RAI\nElementSpacing = 1 2 3\nDimSize = 2 3 4\nElementType = MET_SHORT\n\
    ElementDataFile = LOCAL\n";

fn counting() -> Vec<u8> {
    (0..24i16).flat_map(i16::to_le_bytes).collect()
}

fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn written(header: &str, data: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("scan.mha");
    fs::write(&path, [header.as_bytes(), data].concat()).unwrap();
    (folder, path)
}

fn changed(from: &str, to: &str) -> String {
    assert!(HEADER.contains(from), "{from}");
    HEADER.replace(from, to)
}

fn error_of(header: &str, data: &[u8]) -> String {
    let (_folder, path) = written(header, data);
    let message = read_metaimage(&path).unwrap_err().to_string();
    assert!(message.contains("scan.mha"), "{message}");
    message
}

#[test]
fn local_separate_and_compressed_voxels_are_the_same_image() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let packed = zlib(&counting());
    let compressed = changed(
        "CompressedData = False",
        &format!("CompressedData = True\nCompressedDataSize = {}", packed.len()),
    );
    write("scan.raw", &counting());
    write("headed.raw", &[&[9; 5], counting().as_slice()].concat());
    write("scan.zraw", &packed);
    let separate = |header: &str, name: &str| header.replace("LOCAL", name);
    let skipped = |bytes: i32| changed("NDims = 3", &format!("NDims = 3\nHeaderSize = {bytes}"));
    let files = [
        write("a.mha", &[HEADER.as_bytes(), &counting()].concat()),
        write("b.mha", &[compressed.as_bytes(), &packed].concat()),
        write("c.mhd", separate(HEADER, "scan.raw").as_bytes()),
        write("d.mhd", separate(&compressed, "scan.zraw").as_bytes()),
        write("e.mhd", separate(HEADER, "./scan.raw").replace('\n', "\r\n").as_bytes()),
        write("f.mhd", separate(&skipped(5), "headed.raw").as_bytes()),
        write("g.mhd", separate(&skipped(-1), "headed.raw").as_bytes()),
    ];
    for path in &files {
        let image = read_image(path).unwrap();
        assert_eq!(image.volume.data(), (0..24).map(|n| n as f32).collect::<Vec<_>>());
        let grid = image.volume.grid();
        assert_eq!((grid.size(), grid.spacing()), ([2, 3, 4], [1.0, 2.0, 3.0]));
        assert_eq!(grid.affine().origin, [5.0, 6.0, 7.0], "LPS as it stands");
        assert_eq!(read_label_image(path).unwrap().volume.data()[23], 23);
    }
}

#[test]
fn directions_are_axis_by_axis_as_simpleitk_writes_them() {
    // `SetDirection` takes the matrix by rows, the file holds it by columns: each triple is the direction of one axis.
    for (matrix, letters, second_axis) in [
        ("-1 0 0 0 -1 0 0 0 1", "LPI", [0.0, -2.0, 0.0]),
        ("1 0 0 0 0 -1 0 1 0", "RSA", [0.0, 0.0, -2.0]),
        ("0 0 -1 -1 0 0 0 1 0", "SLA", [-2.0, 0.0, 0.0]),
        (
            "0.5 0.75 0.4330127 0.8660254 -0.4330127 -0.25 0 0.5 -0.8660254",
            "ARS",
            [1.7320508, -0.8660254, -0.5],
        ),
    ] {
        let header = changed("1 0 0 0 1 0 0 0 1", matrix).replace("RAI", letters);
        let (_folder, path) = written(&header, &counting());
        assert_eq!(read_image(&path).unwrap().volume.grid().affine().columns[1], second_axis);
    }
}

#[test]
fn every_type_of_voxel_is_read_in_either_byte_order() {
    fn check<const BYTES: usize>(name: &str, little: [u8; BYTES], value: f32) {
        for (big, text) in [(false, "False"), (true, "True")] {
            let header = changed("MET_SHORT", name)
                .replace("MSB = False", &format!("MSB = {text}"))
                .replace("2 3 4", "2 1 1");
            let mut bytes = little;
            if big {
                bytes.reverse();
            }
            let (_folder, path) = written(&header, &[bytes, bytes].concat());
            assert_eq!(read_image(&path).unwrap().volume.data(), [value; 2], "{name}");
        }
    }
    check("MET_UCHAR", 200u8.to_le_bytes(), 200.0);
    check("MET_CHAR", (-100i8).to_le_bytes(), -100.0);
    check("MET_USHORT", 60000u16.to_le_bytes(), 60000.0);
    check("MET_SHORT", (-30000i16).to_le_bytes(), -30000.0);
    check("MET_UINT", (1u32 << 31).to_le_bytes(), 2147483648.0);
    check("MET_INT", (-1i32 << 20).to_le_bytes(), -1048576.0);
    check("MET_ULONG", (1u32 << 31).to_le_bytes(), 2147483648.0);
    check("MET_LONG", (-1i32 << 20).to_le_bytes(), -1048576.0);
    check("MET_ULONG_LONG", (1u64 << 40).to_le_bytes(), 1099511627776.0);
    check("MET_LONG_LONG", (-1i64 << 40).to_le_bytes(), -1099511627776.0);
    check("MET_FLOAT", 1.5f32.to_le_bytes(), 1.5);
    check("MET_DOUBLE", (-2.25f64).to_le_bytes(), -2.25);
}

#[test]
fn each_wrong_or_missing_field_is_named() {
    for (field, from, to) in [
        ("NDims", "NDims = 3", "NDims = 4"),
        ("NDims", "NDims = 3\n", ""),
        ("DimSize", "DimSize = 2 3 4", "DimSize = 2 3"),
        ("DimSize", "DimSize = 2 3 4", "DimSize = 2 3 -4"),
        ("DimSize", "DimSize = 2 3 4\n", ""),
        ("size", "DimSize = 2 3 4", "DimSize = 2 3 0"),
        ("size", "DimSize = 2 3 4", "DimSize = 4294967296 4294967296 4294967296"),
        ("data", "DimSize = 2 3 4", "DimSize = 60000 60000 60000"),
        ("ElementType", "MET_SHORT", "MET_STRING"),
        ("ElementType", "ElementType = MET_SHORT\n", ""),
        ("ElementByteOrderMSB", "BinaryDataByteOrderMSB = False\n", ""),
        ("ElementByteOrderMSB", "MSB = False", "MSB = perhaps"),
        ("ElementSpacing", "ElementSpacing = 1 2 3\n", ""),
        ("ElementSpacing", "= 1 2 3", "= 1 2 -3"),
        ("ElementSpacing", "= 1 2 3", "= 1 2 nan"),
        ("Offset", "Offset = 5 6 7\n", ""),
        ("Offset", "Offset = 5 6 7\n", "Offset = 5 6 7\nPosition = 5 6 8\n"),
        ("affine", "Offset = 5 6 7", "Offset = 5 6 inf"),
        ("TransformMatrix", "TransformMatrix = 1 0 0 0 1 0 0 0 1\n", ""),
        ("TransformMatrix", "1 0 0 0 1 0 0 0 1", "1 0 0 0 2 0 0 0 1"),
        ("affine", "1 0 0 0 1 0 0 0 1", "1 0 0 0 1 0 0 1 0"),
        ("CenterOfRotation", "CenterOfRotation = 0 0 0", "CenterOfRotation = 0 0 1"),
        ("AnatomicalOrientation", "RAI", "LPS"),
        ("AnatomicalOrientation", "RAI", "ARI"),
        ("AnatomicalOrientation", "RAI", "RAIX"),
        ("DistanceUnits", "NDims = 3", "NDims = 3\nDistanceUnits = cm"),
        ("BinaryData", "BinaryData = True", "BinaryData = False"),
        ("ObjectType", "ObjectType = Image", "ObjectType = Tube"),
        ("ElementNumberOfChannels", "NDims = 3", "NDims = 3\nElementNumberOfChannels = 3"),
        ("ElementToIntensityFunctionSlope", "NDims = 3", "NDims = 3\nElementToIntensityFunctionSlope = 2"),
        ("HeaderSize", "NDims = 3", "NDims = 3\nHeaderSize = 4"),
        ("HeaderSize", "NDims = 3", "NDims = 3\nHeaderSize = -2"),
        ("CompressedDataSize", "CompressedData = False", "CompressedData = True\nCompressedDataSize = 7"),
        ("zlib", "CompressedData = False", "CompressedData = True"),
        ("line 2", "NDims = 3", "NDims 3"),
        ("ElementDataFile", "ElementDataFile = LOCAL\n", ""),
        ("ElementDataFile", "LOCAL", "LIST"),
        ("ElementDataFile", "LOCAL", "slice%03d.raw 1 4 1"),
    ] {
        let damaged = changed(from, to);
        // Without its last line a header has no voxels behind it.
        let data = if field == "ElementDataFile" { Vec::new() } else { counting() };
        let message = error_of(&damaged, &data);
        assert!(message.contains(&format!("scan.mha: {field}")), "{field}: {message}");
    }
}

#[test]
fn an_unknown_anatomy_and_the_same_thing_said_twice_are_no_contradiction() {
    for (from, to) in [
        ("RAI", "???"),
        ("NDims = 3", "NDims = 3\nPosition = 5 6 7"),
        ("NDims = 3", "NDims = 3\nDistanceUnits = mm"),
    ] {
        let (_folder, path) = written(&changed(from, to), &counting());
        read_image(&path).unwrap();
    }
}

#[test]
fn no_file_outside_the_folder_is_opened() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("scan.raw"), counting()).unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    let absolute = folder.path().join("scan.raw").display().to_string();
    for name in ["../scan.raw", "x/../../scan.raw", absolute.as_str(), "..\\scan.raw", ""] {
        let path = inner.join("scan.mhd");
        fs::write(&path, HEADER.replace("LOCAL", name)).unwrap();
        let message = read_image(&path).unwrap_err().to_string();
        assert!(message.contains("ElementDataFile"), "{name}: {message}");
    }
}

#[test]
fn too_few_and_too_many_bytes_are_refused() {
    let data = counting();
    assert!(error_of(HEADER, &data[..47]).contains("data: found a file that holds at most 47 bytes"));
    assert!(error_of(HEADER, &[data.as_slice(), &[0]].concat()).contains("more bytes"));
    let compressed = changed("CompressedData = False", "CompressedData = True");
    assert!(error_of(&compressed, &zlib(&data[..47])).contains("data: found 47 bytes"));
    assert!(error_of(&compressed, &zlib(&[data.as_slice(), &[0]].concat())).contains("more bytes"));
    let mut damaged = zlib(&data);
    *damaged.last_mut().unwrap() ^= 1;
    assert!(error_of(&compressed, &damaged).contains("zlib"));
}

#[test]
fn a_value_that_is_no_label_is_refused() {
    let (_folder, path) =
        written(HEADER, &[counting()[..46].to_vec(), (-1i16).to_le_bytes().to_vec()].concat());
    assert!(read_label_image(&path).unwrap_err().to_string().contains("voxel [1, 2, 3]"));
}

#[test]
fn what_is_no_image_is_refused_by_what_it_is_called() {
    let folder = tempfile::tempdir().unwrap();
    for (name, expected) in [
        ("scan.raw", "name its .mhd"),
        ("scan.nii", "NIfTI"),
        ("scan.mha", "MetaImage header's line"),
        ("scan.txt", "MetaImage"),
    ] {
        let path = folder.path().join(name);
        fs::write(&path, vec![0; 400]).unwrap();
        let message = read_image(&path).unwrap_err().to_string();
        assert!(message.contains(name) && message.contains(expected), "{message}");
    }
    assert!(read_image(&folder.path().join("absent.mha")).unwrap_err().to_string().contains("absent.mha"));
}

proptest! {
    #[test]
    fn no_damage_panics(
        damage in prop::collection::vec((0usize..HEADER.len(), any::<u8>()), 1..8),
        compressed in any::<bool>(),
    ) {
        let header = changed("CompressedData = False", if compressed { "CompressedData = True" } else { "CompressedData = 0" });
        let mut bytes = [header.as_bytes(), &if compressed { zlib(&counting()) } else { counting() }].concat();
        for (offset, byte) in damage {
            bytes[offset] = byte;
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scan.mha");
        fs::write(&path, bytes).unwrap();
        if let Ok(image) = read_image(&path) {
            prop_assert_eq!(image.volume.data().len(), image.volume.grid().len());
        }
    }
}
