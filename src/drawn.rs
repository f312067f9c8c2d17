//! Lesions from DICOM: contours (RTSTRUCT) and segments (SEG) to labels. Method: `docs/methods/contours.md`.

use crate::Error;
use crate::case::{ContourRule, Lesions as Section};
use crate::clinical::{choice, paths};
use crate::frames::{Frames, Origin};
use crate::inputs::Inputs;
use iodose_dicom::ContourRule as Rule;
use iodose_dicom::{DicomFile, Regions, Segmentation, SeriesInfo, StructureSet, Study};
use iodose_volume::{Grid, Volume};
use std::collections::BTreeMap;

/// The lesions of a file in the reference's patient space.
pub(crate) struct Drawn {
    pub(crate) labels: Volume<u16>,
    /// The file's names.
    pub(crate) names: BTreeMap<u16, String>,
    /// Volumes in mL by the shares of voxels.
    pub(crate) volumes_ml: BTreeMap<u16, f64>,
}

/// Reads lesions on the grid of the image that they were drawn on, or on `otherwise`, and takes them to the reference.
pub(crate) fn read(
    section: &Section,
    otherwise: &Grid,
    frames: &mut Frames,
    inputs: &mut Inputs,
) -> Result<Drawn, Error> {
    let (path, written) = (&section.path.resolved, &section.path.written);
    let study = Study::scan(&paths(path))?;
    let (series, file) = choose(section, &study)?;
    let source = Source { section, file, otherwise, frames };
    let (regions, frame) =
        if series.modality == "SEG" { source.segments(inputs)? } else { source.contours(inputs)? };
    inputs.note_series(&format!("lesions ({})", series.modality), written, path, series)?;
    inputs.warn_of(written, regions.warnings.clone());
    let labels = labels(section, &regions, inputs)?;
    let origin = Origin::new(series, frame);
    let labels = frames.place(&section.path, Some(&origin), &section.registration, labels, inputs)?;
    let named = regions.regions.iter().filter(|region| !region.name.trim().is_empty());
    Ok(Drawn {
        labels,
        names: named.map(|region| (region.label, on_one_line(&region.name))).collect(),
        volumes_ml: regions.regions.iter().map(|region| (region.label, regions.volume_ml(region))).collect(),
    })
}

fn choose<'a>(section: &Section, study: &'a Study) -> Result<(&'a SeriesInfo, DicomFile), Error> {
    let choice = choice(section.series.as_ref());
    let has = |modality: &str| study.series.iter().any(|series| series.modality == modality);
    let path = section.path.resolved.display();
    let series = match (has("RTSTRUCT"), has("SEG")) {
        (true, true) if section.series.is_none() => {
            let expected = "one of them: name its file or lesions.series";
            return Err(Error::input(path, "lesions.path", "an RTSTRUCT and a SEG", expected));
        }
        (true, true) => study.choose("RTSTRUCT", &choice).or_else(|_| study.choose("SEG", &choice))?,
        (false, true) => study.choose("SEG", &choice)?,
        (_, false) => study.choose("RTSTRUCT", &choice)?,
    };
    let [object] = series.objects.as_slice() else {
        let found = format!("{} objects in one series", series.objects.len());
        return Err(Error::input(path, "lesions.path", found, "the file of the one that is meant"));
    };
    Ok((series, DicomFile::open_source(&object.source)?))
}

/// Regions on the grid that they were drawn on, and its frame of reference.
type Drawing = (Regions, Option<String>);

/// A file of lesions and what its regions may be laid on.
struct Source<'a> {
    section: &'a Section,
    file: DicomFile,
    otherwise: &'a Grid,
    frames: &'a Frames,
}

impl Source<'_> {
    fn contours(&self, inputs: &mut Inputs) -> Result<Drawing, Error> {
        let section = self.section;
        let mut set = StructureSet::read(&self.file)?;
        let names: Vec<String> = set.rois.iter().map(|roi| roi.name.clone()).collect();
        let is_meant = selection(section, &names)?;
        set.rois.retain(|roi| is_meant(&roi.name));
        let frame = set.rois.iter().find_map(|roi| roi.frame_of_reference.clone());
        let other =
            set.rois.iter().find(|roi| roi.frame_of_reference.is_some() && roi.frame_of_reference != frame);
        if let Some(other) = other {
            let field = "(3006,0024) ReferencedFrameOfReferenceUID";
            let found = format!("another one for {} than for those before", other.describe());
            let expected = "one frame of reference; lesions.only and lesions.exclude choose regions";
            return Err(Error::input(section.path.resolved.display(), field, found, expected));
        }
        let canvas = self.frames.canvas(&set.referenced_series, frame.as_deref());
        if canvas.is_none() && section.registration.file.is_some() {
            let field = "(3006,0024) ReferencedFrameOfReferenceUID";
            let found = frame.as_deref().unwrap_or("nothing");
            let expected = "that of an image of the case in DICOM: contours are laid on its slices before they are moved";
            return Err(Error::input(section.path.resolved.display(), field, found, expected));
        }
        let grid = canvas.map_or(self.otherwise, |canvas| &canvas.grid);
        let (rule, name) = match section.contour_rule {
            None | Some(ContourRule::VoxelCentre) => (Rule::VoxelCentre, "voxel-centre"),
            Some(ContourRule::Coverage) => (Rule::Coverage, "coverage, from a half on"),
        };
        let regions = set.rasterise(grid, rule)?;
        inputs.convert(
            &section.path.written,
            format!("contours to voxels of {:.4?} mm by the rule {name}", grid.spacing()),
        );
        Ok((regions, frame))
    }

    fn segments(&self, inputs: &mut Inputs) -> Result<Drawing, Error> {
        let section = self.section;
        if section.contour_rule.is_some() {
            let expected = "it only with an RTSTRUCT, a segmentation has no contours";
            return Err(Error::input(
                section.path.resolved.display(),
                "lesions.contour_rule",
                "a rule",
                expected,
            ));
        }
        let Segmentation { mut regions, frame_of_reference, referenced_series, .. } =
            Segmentation::read(&self.file)?;
        let names: Vec<String> = regions.regions.iter().map(|region| region.name.clone()).collect();
        let is_meant = selection(section, &names)?;
        regions.regions.retain(|region| is_meant(&region.name));
        let series: Vec<String> = referenced_series.into_iter().collect();
        let canvas = self.frames.canvas(&series, frame_of_reference.as_deref());
        // Its own grid ends where the lesions do; that of the image lets what lies around them count.
        if let Some(on_image) = regions.on(canvas.map_or(self.otherwise, |canvas| &canvas.grid)) {
            regions = on_image;
        }
        inputs.convert(&section.path.written, "voxels belong to a segment that fills half of them or more");
        Ok((regions, frame_of_reference))
    }
}

/// Which regions are lesions, by name.
fn selection<'a>(section: &'a Section, names: &[String]) -> Result<impl Fn(&str) -> bool + use<'a>, Error> {
    for (key, wanted) in [("lesions.only", &section.only), ("lesions.exclude", &section.exclude)] {
        if let Some(absent) = wanted.iter().find(|name| !names.contains(name)) {
            let expected = format!("names of regions: {}", on_one_line(&names.join(", ")));
            return Err(Error::input(section.path.resolved.display(), key, format!("{absent:?}"), expected));
        }
    }
    let Section { only, exclude, .. } = section;
    Ok(move |name: &str| {
        let is = |listed: &String| listed == name;
        (only.is_empty() || only.iter().any(is)) && !exclude.iter().any(is)
    })
}

/// One label per voxel; what is lost to other regions is named, and refused where nothing is left.
fn labels(section: &Section, regions: &Regions, inputs: &mut Inputs) -> Result<Volume<u16>, Error> {
    let (path, written) = (&section.path.resolved, &section.path.written);
    let called = |label: u16| {
        let region = regions.regions.iter().find(|region| region.label == label);
        format!("{label} {:?}", region.map(|region| region.name.as_str()).unwrap_or_default())
    };
    let labels = regions.labels();
    for overlap in regions.overlaps() {
        let [first, second] = overlap.labels;
        inputs.warn(format!(
            "{written}: regions {} and {} share {} voxels; each goes to the larger share, of equals to the first",
            called(first),
            called(second),
            overlap.voxels
        ));
    }
    for region in &regions.regions {
        if labels.data().contains(&region.label) {
            continue;
        }
        if region.voxels.iter().any(|&(_, share)| share >= 0.5) {
            let found = format!("region {} wholly within another one", called(region.label));
            let expected = "regions that are lesions; lesions.exclude and lesions.only choose them";
            return Err(Error::input(path.display(), "lesions.path", found, expected));
        }
        inputs.warn(format!(
            "{written}: region {} fills no voxel by half and is no lesion of this case",
            called(region.label)
        ));
    }
    Ok(labels)
}

/// Without control characters, which no report can show.
fn on_one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect::<String>().trim().to_owned()
}
