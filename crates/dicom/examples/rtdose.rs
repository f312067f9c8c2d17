//! Writes a dose volume as RT Dose: `cargo run -p iodose-dicom --example rtdose -- DOSE CT OUT [uncertainty]`.
//!
//! DOSE is a NIfTI or MetaImage file in Gy, CT any DICOM image of the patient in the same frame of reference.

use iodose_dicom::{DicomFile, DoseDescription, DoseQuantity, rtdose_bytes};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [dose, ct, out, rest @ ..] = arguments.as_slice() else {
        return Err("expected DOSE CT OUT [uncertainty]".into());
    };
    let quantity = match rest {
        [] => DoseQuantity::AbsorbedDose,
        [word] if word == "uncertainty" => DoseQuantity::Uncertainty,
        _ => return Err("expected nothing or `uncertainty` behind OUT".into()),
    };
    let description = DoseDescription {
        quantity,
        series_description: format!("{quantity:?}"),
        comment: "example".into(),
        date: "20260101".into(),
        time: "120000".into(),
        version: env!("CARGO_PKG_VERSION").into(),
        fingerprint: iodose_io::sha256_of_file(Path::new(dose))?,
    };
    let image = iodose_io::read_image(Path::new(dose))?;
    let bytes = rtdose_bytes(&image.volume, &DicomFile::open(Path::new(ct))?, &description)?;
    iodose_io::write_bytes_whole(Path::new(out), &bytes)?;
    Ok(())
}
