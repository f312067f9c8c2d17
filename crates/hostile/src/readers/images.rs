//! NIfTI and MetaImage. The header was accepted where what is wrong is a voxel, the data or their compression.

use super::{Progress, Reader};
use crate::damage::{self, Field};
use crate::random::Random;
use crate::{place, promise, seeds};
use iodose::io::{Image, IoError, read_image, read_label_image};
use std::path::Path;

/// A voxel becomes a float of four bytes at most; where that is more than the file's own bytes it is still no more than four each.
const BYTES_OF_VOXEL: usize = 4;

pub(super) const NIFTI: Reader = Reader {
    name: "nifti",
    seeds: seeds::nifti,
    damage: |bytes, random| nifti_fields(bytes, random),
    read: |bytes| read(&place::file("image.nii", bytes)),
    justified: |bytes| BYTES_OF_VOXEL * bytes.len(),
};

/// The bytes are those before compression.
pub(super) const NIFTI_GZ: Reader = Reader {
    name: "nifti-gz",
    seeds: seeds::nifti,
    damage: |bytes, random| nifti_fields(bytes, random),
    read: |bytes| {
        let mut packed = damage::gzip(bytes);
        damage::stream(&mut packed, bytes, (NIFTI_GZ.seeds)());
        read(&place::file("image.nii.gz", &packed))
    },
    justified: |bytes| BYTES_OF_VOXEL * bytes.len(),
};

/// In one file.
pub(super) const METAIMAGE: Reader = Reader {
    name: "metaimage",
    seeds: seeds::metaimage,
    damage: damage_metaimage,
    read: |bytes| {
        place::file("beside.raw", &seeds::counting());
        read(&place::file("image.mha", bytes))
    },
    // The file beside it may be named.
    justified: |bytes| BYTES_OF_VOXEL * (bytes.len() + 4096),
};

/// What stands behind the header is compressed before it is read.
pub(super) const METAIMAGE_ZLIB: Reader = Reader {
    name: "metaimage-zlib",
    seeds: || {
        let packed = |seed: Vec<u8>| {
            let text = String::from_utf8_lossy(&seed);
            text.contains("CompressedData = False").then(|| {
                let (header, data) = halves(&seed);
                let header = String::from_utf8_lossy(header)
                    .replace("CompressedData = False", "CompressedData = True");
                [header.as_bytes(), data].concat()
            })
        };
        seeds::metaimage().into_iter().filter_map(packed).collect()
    },
    damage: damage_metaimage,
    read: |bytes| {
        let (header, data) = halves(bytes);
        let packed = damage::zlib(data);
        place::file("beside.raw", &damage::zlib(&seeds::counting()));
        read(&place::file("image.mha", &[header, &packed].concat()))
    },
    justified: |bytes| BYTES_OF_VOXEL * (bytes.len() + 4096),
};

/// The header with its last line, and what follows it.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    let field = b"ElementDataFile";
    let begin = bytes.windows(field.len()).position(|window| window == field).unwrap_or(0);
    let line =
        bytes[begin..].iter().position(|&byte| byte == b'\n').map_or(bytes.len(), |end| begin + end + 1);
    bytes.split_at(line)
}

fn damage_metaimage(bytes: &mut Vec<u8>, random: &mut Random) {
    let (header, data) = halves(bytes);
    let (mut header, mut data) = (header.to_vec(), data.to_vec());
    if !random.once_in(3) {
        damage::bytes(&mut data, &[], random);
        *bytes = [header, data].concat();
        return;
    }
    let words = [
        "MET_UCHAR",
        "MET_CHAR",
        "MET_LONG",
        "MET_DOUBLE",
        "MET_FLOAT",
        "MET_ULONG_LONG",
        "MET_LONG_LONG",
        "True",
        "False",
        "LOCAL",
        "beside.raw",
        "LIST",
        "../image.mha",
        "RAI",
        "LPS",
        "???",
        "3",
        "HeaderSize = -1\nBinaryData",
        "CompressedDataSize",
    ];
    damage::text_with(&mut header, &words, random);
    *bytes = [header, data].concat();
}

/// Fields of either version, by `nifti1.h` and `nifti2.h`.
fn nifti_fields(bytes: &mut [u8], random: &mut Random) {
    if bytes.starts_with(&540i32.to_le_bytes()) || bytes.starts_with(&540i32.to_be_bytes()) {
        let fields: Vec<Field> = Field::whole(12, 2, 2)
            .chain(Field::whole(16, 8, 8))
            .chain(Field::floats(104, 8, 8))
            .chain(Field::whole(168, 8, 1))
            .chain(Field::floats(176, 8, 2))
            .chain(Field::whole(344, 4, 2))
            .chain(Field::floats(352, 8, 18))
            .chain(Field::whole(500, 4, 1))
            .collect();
        return damage::fields(bytes, &fields, random);
    }
    let fields: Vec<Field> = Field::whole(40, 2, 8)
        .chain(Field::whole(70, 2, 2))
        .chain(Field::floats(76, 4, 8))
        .chain(Field::floats(108, 4, 3))
        .chain(Field::whole(123, 1, 1))
        .chain(Field::whole(252, 2, 2))
        .chain(Field::floats(256, 4, 18))
        .chain(Field::whole(344, 1, 4))
        .collect();
    damage::fields(bytes, &fields, random);
}

fn read(path: &Path) -> Progress {
    let image = progress(read_image(path), promise::volume);
    let labels = progress(read_label_image(path), promise::volume);
    image.max(labels)
}

fn progress<T>(result: Result<Image<T>, IoError>, check: impl Fn(&iodose::volume::Volume<T>)) -> Progress {
    match result {
        Ok(image) => {
            check(&image.volume);
            Progress::Whole
        }
        Err(
            IoError::Voxel { .. } | IoError::Field { field: "data" | "gzip" | "zlib" | "vox_offset", .. },
        ) => Progress::PastHeader,
        Err(error) => {
            assert!(!error.to_string().is_empty());
            Progress::Refused
        }
    }
}
