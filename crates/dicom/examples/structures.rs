//! Writes the coverage of each region of an RTSTRUCT on the grid of an image:
//! `cargo run -p iodose-dicom --example structures -- RTSTRUCT IMAGE FOLDER [voxel-centre]`.
//!
//! FOLDER gets one `roi_NUMBER.nii.gz` per region; names, volumes and warnings go to standard output.

use iodose_dicom::{ContourRule, DicomFile, StructureSet};
use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [structures, image, folder, rest @ ..] = arguments.as_slice() else {
        return Err("expected RTSTRUCT IMAGE FOLDER [voxel-centre]".into());
    };
    let rule = match rest {
        [] => ContourRule::Coverage,
        [word] if word == "voxel-centre" => ContourRule::VoxelCentre,
        _ => return Err("expected nothing or `voxel-centre` behind FOLDER".into()),
    };
    let set = StructureSet::read(&DicomFile::open(Path::new(structures))?)?;
    let image = iodose_io::read_image(Path::new(image))?;
    let regions = set.rasterise(image.volume.grid(), rule)?;
    for region in &regions.regions {
        println!("{} {:?}: {:.4} mL", region.label, region.name, regions.volume_ml(region));
        let path = Path::new(folder).join(format!("roi_{}.nii.gz", region.label));
        iodose_io::write_nifti_f32(&path, &regions.coverage(region), &region.name)?;
    }
    for warning in &regions.warnings {
        println!("{warning}");
    }
    Ok(())
}
