//! A registration from its file.

use crate::Error;
use crate::case::{CasePath, Registration, RegistrationAxes, RegistrationMaps};
use crate::inputs::Inputs;
use iodose_dicom::{DicomFile, Registration as Spatial};
use iodose_io::transform::{Direction, Frame, MatrixMeaning};
use iodose_io::{open_file, read_transform};
use iodose_volume::RigidTransform;
use std::io::Read;
use std::path::Path;

/// The map from an image's patient space to the reference's; the frames of reference of both are known for DICOM alone.
pub(super) fn read(
    file: &CasePath,
    stated: &Registration,
    frame: Option<&str>,
    reference: Option<&str>,
    inputs: &mut Inputs,
) -> Result<RigidTransform, Error> {
    let path = &file.resolved;
    let map =
        if is_dicom_object(path) { spatial(path, stated, frame, reference)? } else { plain(path, stated)? };
    inputs.note_file("registration", &file.written, path)?;
    Ok(map)
}

fn plain(path: &Path, stated: &Registration) -> Result<RigidTransform, Error> {
    let direction = stated.maps.map(|maps| match maps {
        RegistrationMaps::ImageToCt => Direction::MovingToReference,
        RegistrationMaps::CtToImage => Direction::ReferenceToMoving,
    });
    let frame = stated.axes.map(|axes| match axes {
        RegistrationAxes::Lps => Frame::Lps,
        RegistrationAxes::Ras => Frame::Ras,
    });
    Ok(read_transform(path, MatrixMeaning { direction, frame })?)
}

fn spatial(
    path: &Path,
    stated: &Registration,
    frame: Option<&str>,
    reference: Option<&str>,
) -> Result<RigidTransform, Error> {
    if stated.maps.is_some() || stated.axes.is_some() {
        let found = "registration_maps or registration_axes";
        let expected = "neither: a DICOM registration says itself what it maps";
        return Err(Error::input(path.display(), "registration", found, expected));
    }
    let object = Spatial::read(&DicomFile::open(path)?)?;
    let field = "(0020,0052) FrameOfReferenceUID";
    let (Some(frame), Some(reference)) = (frame, reference) else {
        let found = "a CT or an image that names no frame of reference";
        let expected = "DICOM for both, whose frames it relates; or an ITK transform";
        return Err(Error::input(path.display(), field, found, expected));
    };
    object.between(frame, reference).ok_or_else(|| {
        let named = object.sources.iter().filter_map(|source| source.frame_of_reference.as_deref());
        let named: Vec<&str> = named.chain([object.registered.as_str()]).collect();
        let expected = format!("{frame}, the image's, and {reference}, the CT's");
        Error::input(path.display(), field, named.join(", "), expected)
    })
}

/// PS3.10 7.1: `DICM` after a preamble of 128 bytes. What cannot be opened is left to the reader, which says why.
fn is_dicom_object(path: &Path) -> bool {
    let mut start = [0; 132];
    open_file(path).and_then(|mut file| file.read_exact(&mut start)).is_ok() && start.ends_with(b"DICM")
}
