//! Where the voxels of a MetaImage stand, and how.

use super::header::{Header, shortened};
use crate::IoError;
use crate::source::{Packing, Source};
use crate::voxels::{Layout, Number};
use iodose_volume::Grid;
use std::path::{Component, Path, PathBuf};

/// Type and byte order of the voxels.
pub(super) fn layout(header: &Header) -> Result<Layout, IoError> {
    if let Some(kind) = header.get(&["ObjectType"])?.filter(|kind| *kind != "Image") {
        return Err(header.wrong("ObjectType", shortened(kind), "Image"));
    }
    if header.switch(&["BinaryData"])? == Some(false) {
        return Err(header.wrong("BinaryData", "False (voxels as text)", "True"));
    }
    identity(header, "ElementNumberOfChannels", 1.0, "1 (one value per voxel)")?;
    let as_stored = "values without an intensity function (software differs on whether it applies one)";
    identity(header, "ElementToIntensityFunctionSlope", 1.0, as_stored)?;
    identity(header, "ElementToIntensityFunctionOffset", 0.0, as_stored)?;
    let number = number(header)?;
    let big_endian = header.switch(&["ElementByteOrderMSB", "BinaryDataByteOrderMSB"])?;
    if big_endian.is_none() && number.bytes() > 1 {
        let expected = "True or False (without it the order of a value's bytes is unknown)";
        return Err(header.wrong("ElementByteOrderMSB", "no such field", expected));
    }
    Ok(Layout { number, big_endian: big_endian == Some(true), scaling: None, offset: 0 })
}

fn identity(header: &Header, field: &'static str, neutral: f64, expected: &str) -> Result<(), IoError> {
    match header.get(&[field])? {
        Some(text) if text.parse() != Ok(neutral) => Err(header.wrong(field, shortened(text), expected)),
        _ => Ok(()),
    }
}

/// MetaIO's own table of sizes gives `MET_LONG` four bytes, whatever a `long` is on the machine.
fn number(header: &Header) -> Result<Number, IoError> {
    match header.need(&["ElementType"], "the type of a voxel")? {
        "MET_UCHAR" => Ok(Number::U8),
        "MET_CHAR" => Ok(Number::I8),
        "MET_USHORT" => Ok(Number::U16),
        "MET_SHORT" => Ok(Number::I16),
        "MET_UINT" | "MET_ULONG" => Ok(Number::U32),
        "MET_INT" | "MET_LONG" => Ok(Number::I32),
        "MET_ULONG_LONG" => Ok(Number::U64),
        "MET_LONG_LONG" => Ok(Number::I64),
        "MET_FLOAT" => Ok(Number::F32),
        "MET_DOUBLE" => Ok(Number::F64),
        other => {
            let expected = "MET_[U]CHAR, MET_[U]SHORT, MET_[U]INT, MET_[U]LONG, MET_[U]LONG_LONG, MET_FLOAT or MET_DOUBLE";
            Err(header.wrong("ElementType", shortened(other), expected))
        }
    }
}

/// A stretch of a file that holds voxels.
pub(super) struct Place {
    pub(super) path: PathBuf,
    pub(super) start: u64,
    pub(super) packing: Packing,
}

/// The file of the voxels and where they begin in it.
pub(super) fn place(header: &Header, grid: &Grid, number: Number) -> Result<Place, IoError> {
    let compressed = header.switch(&["CompressedData"])? == Some(true);
    let packing = if compressed { Packing::Deflated } else { Packing::Plain };
    let name = header.need(&["ElementDataFile"], "LOCAL or a file name")?;
    let skipped = match header.get(&["HeaderSize"])? {
        None => Some(0),
        Some(text) => text.parse::<i64>().ok().filter(|&bytes| bytes >= -1 && (bytes <= 0 || !compressed)),
    };
    let Some(skipped) = skipped else {
        let found = shortened(header.get(&["HeaderSize"])?.unwrap_or_default());
        return Err(header.wrong(
            "HeaderSize",
            found,
            "bytes to skip, or -1 for voxels at the end of the file",
        ));
    };
    if name.eq_ignore_ascii_case("LOCAL") {
        if skipped > 0 {
            return Err(header.wrong("HeaderSize", skipped.to_string(), "0 for voxels behind the header"));
        }
        return Ok(Place { path: header.path.clone(), start: header.length, packing });
    }
    let path = beside(header, name)?;
    let start = match u64::try_from(skipped) {
        Ok(bytes) => bytes,
        Err(_) if compressed => 0,
        // -1: the voxels are the last bytes of the file.
        Err(_) => {
            let failed = |source| IoError::Read { path: path.clone(), source };
            let stored = std::fs::metadata(&path).map_err(failed)?.len();
            stored.saturating_sub((grid.len() * number.bytes()) as u64)
        }
    };
    Ok(Place { path, start, packing })
}

/// A file in the header's folder or below it. A header may come from anywhere, so it must not name files elsewhere.
fn beside(header: &Header, name: &str) -> Result<PathBuf, IoError> {
    let wrong =
        |expected: &str| Err(header.wrong("ElementDataFile", format!("\"{}\"", shortened(name)), expected));
    if name.split_whitespace().next() == Some("LIST") || name.contains('%') {
        return wrong("LOCAL or one file (lists of files are not read: convert to one file)");
    }
    let inside = !name.is_empty()
        && !name.contains('\\')
        && Path::new(name).components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    if !inside {
        return wrong("the name of a file in the header's folder");
    }
    Ok(header.path.parent().unwrap_or(Path::new("")).join(name))
}

/// A compressed stream must be as long as the header says, where it says so.
pub(super) fn check_stored_size(header: &Header, source: &Source) -> Result<(), IoError> {
    let Some(text) = header.get(&["CompressedDataSize"])? else { return Ok(()) };
    if header.switch(&["CompressedData"])? != Some(true) || text.parse() == Ok(source.stored()) {
        return Ok(());
    }
    let expected = format!("{}, the compressed bytes in {}", source.stored(), source.path().display());
    Err(header.wrong("CompressedDataSize", shortened(text), expected))
}
