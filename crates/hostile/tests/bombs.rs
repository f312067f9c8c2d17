//! Small files that become large: they are refused before memory is taken for them.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};
use iodose::dicom::{DicomFile, Frames, Segmentation, Study};
use iodose::io::read_image;
use iodose_hostile::memory::peak_of;
use iodose_hostile::{place, seeds};
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const MIB: usize = 1 << 20;

/// One test at a time: memory is that of the whole program.
fn alone() -> MutexGuard<'static, ()> {
    static ALONE: Mutex<()> = Mutex::new(());
    ALONE.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// Some bytes and a hundred MiB of zeros behind them, written into an encoder.
fn blown_up(mut encoder: impl Write, beginning: &[u8]) {
    encoder.write_all(beginning).unwrap();
    for _ in 0..100 {
        encoder.write_all(&[0; MIB]).unwrap();
    }
    encoder.flush().unwrap();
}

fn patched(mut bytes: Vec<u8>, at: usize, value: &[u8]) -> Vec<u8> {
    bytes[at..at + value.len()].copy_from_slice(value);
    bytes
}

#[test]
fn a_gzip_stream_longer_than_its_header_says_is_read_no_further() {
    let _alone = alone();
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    blown_up(&mut packed, &seeds::nifti()[0]);
    let packed = packed.finish().unwrap();
    let path = place::file("bomb.nii.gz", &packed);
    let (result, peak) = peak_of(|| read_image(&path));
    assert!(result.unwrap_err().to_string().contains("data: found more bytes"));
    assert!(packed.len() < MIB / 2 && peak < MIB, "{peak}");
}

#[test]
fn sizes_that_no_stream_of_that_length_can_fill_are_refused_at_once() {
    let _alone = alone();
    let first = seeds::nifti().into_iter().find(|seed| seed.starts_with(&348i32.to_le_bytes())).unwrap();
    let second = seeds::nifti().into_iter().find(|seed| seed.starts_with(&540i32.to_le_bytes())).unwrap();
    let sides = |sides: [i64; 3]| sides.map(i64::to_le_bytes).concat();
    for bytes in [
        patched(first.clone(), 42, &[0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F]),
        patched(second.clone(), 24, &sides([i64::MAX; 3])),
        patched(second.clone(), 24, &sides([1 << 40, 1 << 40, 1])),
        patched(second.clone(), 24, &sides([1 << 47, 1, 1])),
        patched(second.clone(), 168, &i64::MAX.to_le_bytes()),
        patched(second, 168, &(i64::MAX - 600).to_le_bytes()),
    ] {
        let mut packed = GzEncoder::new(Vec::new(), Compression::best());
        packed.write_all(&bytes).unwrap();
        for path in [place::file("large.nii", &bytes), place::file("large.nii.gz", &packed.finish().unwrap())]
        {
            let (result, peak) = peak_of(|| read_image(&path));
            assert!(result.is_err() && peak < MIB, "{peak} {result:?}");
        }
    }
}

#[test]
fn a_stream_that_ends_early_has_taken_no_more_than_it_held() {
    let _alone = alone();
    // 100 MiB of the 12 GB that the header says.
    let second = seeds::nifti().into_iter().find(|seed| seed.starts_with(&540i32.to_le_bytes())).unwrap();
    let header = patched(second[..544].to_vec(), 24, &[1024i64, 1024, 100].map(i64::to_le_bytes).concat());
    let header = patched(patched(header, 12, &2i16.to_le_bytes()), 14, &8i16.to_le_bytes());
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&header).unwrap();
    for _ in 0..60 {
        packed.write_all(&[0; MIB]).unwrap();
    }
    let path = place::file("short.nii.gz", &packed.finish().unwrap());
    let (result, peak) = peak_of(|| read_image(&path));
    assert!(result.unwrap_err().to_string().contains("expected 104858144 bytes"));
    // 60 MiB of voxels become 240 MiB of floats, and a vector that grows holds its last two sizes at once.
    assert!(peak < 4 * 240 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn compressed_voxels_of_a_metaimage_behind_those_of_the_header_are_not_read() {
    let _alone = alone();
    let seed = String::from_utf8_lossy(&seeds::metaimage()[0]).into_owned();
    let header =
        seed[..seed.find("LOCAL\n").unwrap() + 6].replace("CompressedData = False", "CompressedData = True");
    let mut packed = ZlibEncoder::new(Vec::new(), Compression::best());
    blown_up(&mut packed, &[]);
    let packed = packed.finish().unwrap();
    let path = place::file("bomb.mha", &[header.as_bytes(), &packed].concat());
    let (result, peak) = peak_of(|| read_image(&path));
    assert!(result.unwrap_err().to_string().contains("data: found more bytes"));
    assert!(peak < MIB, "{peak}");
    for size in ["18446744073709551615 2 2", "4294967296 4294967296 4294967296", "-1 2 2", "0 1 1", "1e3 1 1"]
    {
        let path = place::file(
            "large.mha",
            header.replace("DimSize = 2 3 4", &format!("DimSize = {size}")).as_bytes(),
        );
        let (result, peak) = peak_of(|| read_image(&path));
        assert!(result.is_err() && peak < MIB, "{size}: {peak}");
    }
}

#[test]
fn a_deflated_data_set_ends_where_no_image_would_be_so_compressible() {
    let _alone = alone();
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::best());
    // An element of private data, 100 MiB long.
    blown_up(&mut packed, &[9, 0, 1, 0x10, b'O', b'B', 0, 0, 0, 0, 0x40, 0x06]);
    let packed = packed.finish().unwrap();
    let bytes = [seeds::preamble("1.2.840.10008.1.2.1.99"), packed].concat();
    let allowed = (64 << 20) + 200 * bytes.len();
    let (result, peak) = peak_of(|| DicomFile::from_bytes(Path::new("bomb.dcm"), bytes.clone()));
    assert!(result.unwrap_err().to_string().contains("deflated data set"));
    assert!(peak <= 4 * allowed && peak < 400 * MIB, "{} MiB", peak / MIB);
}

#[test]
fn an_archive_that_holds_too_much_for_its_size_is_refused_unread() {
    let _alone = alone();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for name in ["a.dcm", "b.dcm"] {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        blown_up(&mut writer, &seeds::ct()[0]);
    }
    let mut bytes = writer.finish().unwrap().into_inner();
    let (result, peak) = peak_of(|| Study::scan(&[place::file("bomb.zip", &bytes)]));
    assert!(result.unwrap_err().to_string().contains("bytes packed into"));
    assert!(peak < MIB, "{peak}");
    // A directory that lies: small sizes in every header.
    for mark in [b"PK\x01\x02", b"PK\x03\x04"] {
        let places: Vec<usize> =
            bytes.windows(4).enumerate().filter(|(_, found)| *found == mark).map(|(at, _)| at).collect();
        for at in places {
            let field = at + if mark[2] == 1 { 24 } else { 22 };
            bytes[field..field + 4].copy_from_slice(&4000u32.to_le_bytes());
        }
    }
    let (result, peak) = peak_of(|| Study::scan(&[place::file("liar.zip", &bytes)]));
    assert!(result.map_or(true, |study| study.series.is_empty() || study.series[0].objects.len() <= 2));
    assert!(peak < 8 * MIB, "{} MiB", peak / MIB);
}

/// The text of an element (or another value of the same length) changed in a file.
fn with(bytes: &[u8], tag: [u8; 4], value: &[u8]) -> Vec<u8> {
    let at = bytes.windows(4).position(|found| found == tag).unwrap();
    patched(bytes.to_vec(), at + 8, value)
}

#[test]
fn frames_and_sides_of_pixels_that_are_not_there_take_no_memory() {
    let _alone = alone();
    let all = seeds::pixels();
    for seed in all
        .iter()
        .chain(&seeds::nm())
        .chain(&seeds::segmentation())
        .filter(|seed| seed.starts_with(&[0; 128]))
    {
        let large = with(&with(seed, [0x28, 0, 0x10, 0], &[0xFF, 0xFF]), [0x28, 0, 0x11, 0], &[0xFF, 0xFF]);
        let (_, peak) = peak_of(|| {
            let file = DicomFile::from_bytes(Path::new("large.dcm"), large.clone());
            file.is_ok_and(|file| {
                let whole = Segmentation::read(&file).is_ok();
                Frames::new(&file).is_ok_and(|frames| frames.stored_values(0).is_ok()) || whole
            })
        });
        assert!(peak < MIB, "{} MiB", peak / MIB);
    }
}

#[test]
fn planes_that_no_frame_fills_take_no_memory_when_labels_are_made() {
    let _alone = alone();
    // Two frames of 3000 x 3000 single bits, 4000 planes apart: 2.3 MB that would become 216 GB of labels.
    let far = |rows: u16, pixels: usize| {
        let seed = seeds::segmentation_of(rows, rows, [8.0, 8.0 + 4.0 * 4000.0], &vec![0b1010_0000; pixels]);
        DicomFile::from_bytes(Path::new("far.dcm"), seed).unwrap()
    };
    let (result, peak) = peak_of(|| Segmentation::read(&far(3000, 2 * 3000 * 3000 / 8)));
    assert!(result.unwrap_err().to_string().contains("4000 planes from the farthest"));
    assert!(peak < 64 * MIB, "{} MiB", peak / MIB);
    assert_eq!(
        Segmentation::read(&far(8, 16)).unwrap().regions.grid.size(),
        [8, 8, 4001],
        "few voxels are free"
    );
}
