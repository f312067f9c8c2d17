//! How everything that is read lies to the reference, the CT or density map: frames of reference and registrations.
//!
//! Method: `docs/methods/registration.md`. Single files (NIfTI, MetaImage) name no frame of reference; what they hold is
//! where they say it is.

mod file;

use crate::Error;
use crate::case::{Case, CasePath, Frames as Statement, Registration};
use crate::inputs::Inputs;
use iodose_dicom::{Private, SeriesInfo, Source};
use iodose_volume::{Grid, GridError, RigidTransform, Volume};

/// Where a DICOM image comes from.
#[derive(Clone, Debug)]
pub(crate) struct Origin {
    pub(crate) series_uid: String,
    /// FrameOfReferenceUID.
    pub(crate) frame: Option<String>,
    /// One object of the series.
    pub(crate) source: Option<Source>,
    pub(crate) patient: Private,
}

/// The grid of a DICOM image, for what was drawn on it.
#[derive(Clone, Debug)]
pub(crate) struct Canvas {
    pub(crate) series_uid: String,
    pub(crate) frame: Option<String>,
    /// In the image's own patient space.
    pub(crate) grid: Grid,
}

/// The frames of reference met so far.
#[derive(Debug)]
pub(crate) struct Frames {
    /// The case's word that all frames of reference are one.
    registered: bool,
    case_file: String,
    /// UID of the frame that is the reference's own.
    reference: Option<String>,
    /// Each frame's UID with the map to the reference and what was seen in it first.
    known: Vec<(String, RigidTransform, String)>,
    /// The image whose patient and study a result in the reference's space belongs to.
    record: Option<Origin>,
    canvases: Vec<Canvas>,
}

impl Origin {
    pub(crate) fn new(series: &SeriesInfo, frame: Option<String>) -> Self {
        Self {
            series_uid: series.series_uid.clone(),
            frame,
            source: series.objects.first().map(|object| object.source.clone()),
            patient: series.patient_id.clone(),
        }
    }
}

impl Frames {
    pub(crate) fn of_case(case: &Case) -> Self {
        Self {
            registered: case.header.frames == Some(Statement::Registered),
            case_file: case.file.clone(),
            reference: None,
            known: Vec::new(),
            record: None,
            canvases: Vec::new(),
        }
    }

    /// Brings an image to the reference; its voxels keep their values and get other places. What has no registration and
    /// the frame of something seen before lies where that lies. The first image, the CT, is the reference.
    pub(crate) fn place<T>(
        &mut self,
        path: &CasePath,
        origin: Option<&Origin>,
        registration: &Registration,
        volume: Volume<T>,
        inputs: &mut Inputs,
    ) -> Result<Volume<T>, Error> {
        let frame = origin.and_then(|origin| origin.frame.as_deref());
        let map = self.map(path, frame, registration, inputs)?;
        if let Some(origin) = origin {
            self.remember(path, origin, volume.grid(), map.is_none(), inputs);
        }
        match map {
            None => Ok(volume),
            Some(map) => map.move_volume(volume).map_err(|error| no_grid(path, &error)),
        }
    }

    /// The map from a frame of reference to the reference, `None` where that is the identity.
    fn map(
        &mut self,
        path: &CasePath,
        frame: Option<&str>,
        registration: &Registration,
        inputs: &mut Inputs,
    ) -> Result<Option<RigidTransform>, Error> {
        let known = frame.and_then(|frame| self.known.iter().find(|(uid, ..)| uid == frame)).cloned();
        if let Some(stated) = &registration.file {
            let map = file::read(stated, registration, frame, self.reference.as_deref(), inputs)?;
            inputs.convert(&path.written, format!("moved by the registration {}", stated.written));
            match (frame, known) {
                (Some(_), Some((.., first))) => inputs.warn(format!(
                    "{}: moved by {}, though it has the frame of reference of {first}",
                    path.written, stated.written
                )),
                (Some(frame), None) => self.known.push((frame.to_owned(), map, path.written.clone())),
                (None, _) => {}
            }
            return Ok(Some(map));
        }
        let Some(frame) = frame else { return Ok(None) };
        if let Some((_, map, first)) = known {
            if map == RigidTransform::identity() {
                return Ok(None);
            }
            inputs
                .convert(&path.written, format!("moved like {first}, which has the same frame of reference"));
            return Ok(Some(map));
        }
        if let Some((uid, _, first)) = self.known.first() {
            if !self.registered {
                let expected = format!(
                    "{uid} as of {first}, a registration, or frames = \"registered\" in [case] of {}",
                    self.case_file
                );
                let field = "(0020,0052) FrameOfReferenceUID";
                return Err(Error::input(path.resolved.display(), field, frame, expected));
            }
            inputs.warn(format!(
                "{}: has another frame of reference than {first}; taken as registered, as the case says",
                path.written
            ));
        } else {
            self.reference = Some(frame.to_owned());
        }
        self.known.push((frame.to_owned(), RigidTransform::identity(), path.written.clone()));
        Ok(None)
    }

    fn remember(
        &mut self,
        path: &CasePath,
        origin: &Origin,
        grid: &Grid,
        unmoved: bool,
        inputs: &mut Inputs,
    ) {
        match &self.record {
            None if unmoved && origin.frame.is_some() && origin.frame == self.reference => {
                self.record = Some(origin.clone());
            }
            Some(record) if record.patient != origin.patient => {
                inputs.warn(format!("{}: its PatientID is not that of the other images", path.written));
            }
            _ => {}
        }
        let Origin { series_uid, frame, .. } = origin.clone();
        self.canvases.push(Canvas { series_uid, frame, grid: *grid });
    }

    /// The image whose patient, study and frame of reference a result in the reference's space can bear.
    pub(crate) fn record(&self) -> Option<&Origin> {
        self.record.as_ref()
    }

    /// Why there is no [`Frames::record`] though something was DICOM.
    pub(crate) fn why_no_record(&self) -> Option<&'static str> {
        if self.record.is_some() || self.canvases.is_empty() {
            None
        } else if self.canvases.iter().all(|canvas| canvas.frame.is_none()) {
            Some("no DICOM input names a frame of reference, (0020,0052)")
        } else {
            Some(
                "every DICOM input was moved onto a CT or density map that is not DICOM, so that none names the frame of \
                 reference that the dose lies in; with the CT in DICOM there is one",
            )
        }
    }

    /// The image that something was drawn on: the series that it names, else the first of its frame of reference.
    pub(crate) fn canvas(&self, series: &[String], frame: Option<&str>) -> Option<&Canvas> {
        let fits = |canvas: &&Canvas| frame.is_none() || canvas.frame.as_deref() == frame;
        let named = |canvas: &&Canvas| fits(canvas) && series.contains(&canvas.series_uid);
        self.canvases.iter().find(named).or_else(|| self.canvases.iter().find(fits))
    }
}

pub(crate) fn no_grid(path: &CasePath, error: &GridError) -> Error {
    Error::input(path.resolved.display(), "registration", error, "a map to places that can be")
}
