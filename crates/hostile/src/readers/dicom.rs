//! DICOM images. The header was accepted where the file is a data set in a known encoding.

use super::{Progress, Reader};
use crate::{damage, place, promise, seeds};
use iodose::dicom::{
    DicomFile, Frames, NmOptions, PetOptions, SeriesInfo, SpectCalibration, Study, read_ct, read_nm, read_pet,
};
use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// An element of eight bytes becomes some hundred in memory, a value of two characters a text of 24 bytes in a list; a pixel of
/// one byte a whole number of eight and a float of four.
pub(super) const BYTES_OF_BYTE: usize = 32;
/// A run of two bytes unpacks to 128 pixels at most.
const PIXELS_OF_BYTE: usize = 64;
/// A whole number of eight bytes, the bytes that were decoded, and a float.
const BYTES_OF_PIXEL: usize = 16;
/// Deflate cannot expand more than this (zlib's technical details).
const LARGEST_EXPANSION: usize = 1032;

const EXPLICIT: &str = "1.2.840.10008.1.2.1";
const DEFLATED_UID: &str = "1.2.840.10008.1.2.1.99";

/// The second of three slices.
pub(super) const CT: Reader = Reader {
    name: "dicom-ct",
    seeds: seeds::ct,
    damage: damage::elements,
    read: |bytes| read_with_neighbours("ct", seeds::ct_neighbour, bytes),
    justified: |bytes| BYTES_OF_BYTE * (bytes.len() + 4096),
};

/// The second of three slices.
pub(super) const PET: Reader = Reader {
    name: "dicom-pet",
    seeds: seeds::pet,
    damage: damage::elements,
    read: |bytes| {
        let variant = seeds::pet_variant(bytes);
        read_with_neighbours(&format!("pet{variant}"), |k| seeds::pet_neighbour(k, variant), bytes)
    },
    justified: |bytes| BYTES_OF_BYTE * (bytes.len() + 4096),
};

/// All slices in one object: CT and PET.
pub(super) const ENHANCED: Reader = Reader {
    name: "dicom-enhanced",
    seeds: seeds::enhanced,
    damage: damage::elements,
    read: |bytes| read_paths(&[place::file("enhanced.dcm", bytes)], bytes),
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// SPECT in one object.
pub(super) const NM: Reader = Reader {
    name: "dicom-nm",
    seeds: seeds::nm,
    damage: damage::elements,
    read: |bytes| read_paths(&[place::file("nm.dcm", bytes)], bytes),
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// Frames in every coding: uncompressed, run length, JPEG lossless, JPEG-LS.
pub(super) const PIXELS: Reader = Reader {
    name: "dicom-pixels",
    seeds: seeds::pixels,
    damage: damage::elements,
    read: |bytes| {
        let Ok(file) = DicomFile::from_bytes(Path::new("pixels.dcm"), bytes.to_vec()) else {
            return Progress::Refused;
        };
        let Ok(frames) = Frames::new(&file) else { return Progress::PastHeader };
        let format = frames.format();
        let all = (0..format.frames.min(4)).all(|frame| match frames.stored_values(frame) {
            Ok(values) => {
                assert_eq!(values.len(), format.pixels_per_frame());
                true
            }
            Err(error) => error.to_string().is_empty(),
        });
        if all { Progress::Whole } else { Progress::PastHeader }
    },
    justified: |bytes| (BYTES_OF_BYTE + PIXELS_OF_BYTE * BYTES_OF_PIXEL) * bytes.len(),
};

/// The data set behind the meta information is deflated before it is read.
pub(super) const DEFLATED: Reader = Reader {
    name: "dicom-deflated",
    seeds: || seeds::nm().into_iter().filter(|seed| transfer_syntax(seed) == Some(EXPLICIT)).collect(),
    damage: damage::elements,
    read: |bytes| {
        let (_, data_set) = bytes.split_at(bytes.len().min(META_BYTES));
        let mut packed = damage::deflate(data_set);
        damage::stream(&mut packed, bytes, (DEFLATED.seeds)());
        let file = [seeds::preamble(DEFLATED_UID), packed].concat();
        read_paths(&[place::file("deflated.dcm", &file)], &file)
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// A zip archive of slices: as it is, and with the damage inside its entries.
pub(super) const ZIP: Reader = Reader {
    name: "dicom-zip",
    seeds: || {
        let ct = [seeds::ct_neighbour(0), seeds::ct()[0].clone(), seeds::ct_neighbour(2)];
        vec![
            zipped(&ct),
            zipped(&[seeds::pet_neighbour(0, 0), seeds::pet()[0].clone(), seeds::pet_neighbour(2, 0)]),
        ]
    },
    damage: |bytes, random| {
        // Headers of entries and the directory: signatures, sizes, offsets, names.
        let marks: Vec<usize> =
            bytes.windows(2).enumerate().filter(|(_, pair)| pair == b"PK").map(|(at, _)| at).collect();
        if let (false, true) = (random.once_in(3), !marks.is_empty()) {
            let at = *random.of(&marks) + 4 + random.below(42);
            let number =
                *random.of(&[0u32, 1, 8, 99, 0xFFFF, 0x7FFF_FFFF, 0xFFFF_FFFF, random.clone().bits() as u32]);
            let size = 1 << random.below(3);
            if let Some(place) = bytes.get_mut(at..at + size) {
                place.copy_from_slice(&number.to_le_bytes()[..size]);
            }
        } else {
            damage::bytes(bytes, &[], random);
        }
    },
    read: |bytes| {
        let path = place::file("study.zip", bytes);
        match Study::scan(std::slice::from_ref(&path)) {
            Ok(_) => read_paths(&[path], &[]).max(Progress::PastHeader),
            Err(_) => Progress::Refused,
        }
    },
    justified: |bytes| BYTES_OF_BYTE * LARGEST_EXPANSION.min(64) * bytes.len(),
};

/// Bytes before the data set in every seed: preamble, mark, and one element that names the transfer syntax.
const META_BYTES: usize = 132 + 8 + EXPLICIT.len().next_multiple_of(2);

fn transfer_syntax(bytes: &[u8]) -> Option<&str> {
    let text = std::str::from_utf8(bytes.get(140..META_BYTES)?).ok()?;
    Some(text.trim_end_matches('\0'))
}

fn zipped(slices: &[Vec<u8>; 3]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let [first, second, third] = slices;
    let text = b"no image".to_vec();
    for (name, bytes) in
        [("study/1.dcm", first), ("README", &text), ("../../outside.dcm", second), ("/3.dcm", third)]
    {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn read_with_neighbours(folder: &str, neighbour: impl Fn(i32) -> Vec<u8>, bytes: &[u8]) -> Progress {
    let path = place::folder().join(folder);
    if !path.join("0.dcm").exists() {
        fs::create_dir_all(&path).unwrap();
        for k in [2, 0] {
            fs::write(path.join(format!("{k}.dcm")), neighbour(k)).unwrap();
        }
    }
    fs::write(path.join("1.dcm"), bytes).unwrap();
    read_paths(&[path], bytes)
}

fn read_paths(paths: &[PathBuf], bytes: &[u8]) -> Progress {
    let Ok(study) = Study::scan(paths) else { return Progress::Refused };
    let read = study.series.iter().map(read_series).max().unwrap_or(Progress::Refused);
    let accepted = || DicomFile::from_bytes(Path::new("damaged.dcm"), bytes.to_vec()).is_ok();
    match read {
        Progress::Refused if accepted() => Progress::PastHeader,
        other => other,
    }
}

fn read_series(series: &SeriesInfo) -> Progress {
    let mut whole = false;
    if let Ok(image) = read_ct(series) {
        promise::finite_volume(&image.volume);
        whole = true;
    }
    let calibration = Some(SpectCalibration::new(50.0));
    let pet =
        [None, Some(2.0)].map(|bq_per_ml_per_unit| read_pet(series, &PetOptions { bq_per_ml_per_unit }));
    let nm = [None, calibration].map(|calibration| read_nm(series, &NmOptions { calibration }));
    for image in pet.into_iter().chain(nm).flatten() {
        promise::finite_volume(&image.volume);
        assert!(image.hours_after_administration().is_none_or(f64::is_finite));
        whole = true;
    }
    if whole { Progress::Whole } else { Progress::Refused }
}
