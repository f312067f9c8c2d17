//! Spatial Registration objects (REG): how frames of reference lie to each other (PS3.3 C.20.2).
//! Equations: `docs/methods/registration.md`.

use crate::element::Attributes;
use crate::error::Result;
use crate::file::DicomFile;
use dicom_dictionary_std::tags;
use dicom_dictionary_std::uids;
use iodose_volume::RigidTransform;

/// The rigid registrations of one object, all to one frame of reference.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// UID of the frame of reference that the others are registered to ("Registered RCS").
    pub registered: String,
    /// The registered data.
    pub sources: Vec<RegisteredSource>,
}

/// Data of one frame of reference, and where it goes.
#[derive(Clone, Debug, PartialEq)]
pub struct RegisteredSource {
    /// UID of its frame of reference; `None` where only images are named.
    pub frame_of_reference: Option<String>,
    /// SOPInstanceUIDs of the images named.
    pub images: Vec<String>,
    /// From the source's patient space to the registered one, LPS mm.
    pub transform: RigidTransform,
}

impl Registration {
    /// Reads an object. A frame of reference that is named twice with different matrices, or registered to itself by
    /// another matrix than the identity (to 0.01 mm within 1 m), is refused; so are deformations and matrices that scale or
    /// shear, whatever type they state.
    pub fn read(file: &DicomFile) -> Result<Self> {
        let root = file.attributes();
        let class = root.text(tags::SOP_CLASS_UID)?;
        if class != uids::SPATIAL_REGISTRATION_STORAGE {
            let expected = format!(
                "{} (Spatial Registration; deformable ones are not read)",
                uids::SPATIAL_REGISTRATION_STORAGE
            );
            return Err(root.error(tags::SOP_CLASS_UID, class, expected));
        }
        let registered = root.text(tags::FRAME_OF_REFERENCE_UID)?;
        let items = root.items(tags::REGISTRATION_SEQUENCE)?;
        if items.is_empty() {
            return Err(root.missing(tags::REGISTRATION_SEQUENCE));
        }
        let mut sources: Vec<RegisteredSource> = Vec::new();
        for item in items {
            let source = source(&item)?;
            if let Some(frame) = &source.frame_of_reference {
                let identity = RigidTransform::identity();
                let known = sources.iter().find(|other| other.frame_of_reference.as_ref() == Some(frame));
                let other =
                    known.map(|other| &other.transform).or((*frame == registered).then_some(&identity));
                if other.is_some_and(|other| !same(other, &source.transform)) {
                    let expected =
                        "one matrix for a frame of reference (the identity for the registered one)";
                    return Err(item.error(
                        tags::FRAME_OF_REFERENCE_UID,
                        "two different matrices for it",
                        expected,
                    ));
                }
            }
            sources.push(source);
        }
        Ok(Self { registered, sources })
    }

    /// The map from one frame of reference to another (both by UID), `None` where the object does not say.
    pub fn between(&self, from: &str, to: &str) -> Option<RigidTransform> {
        if from == to {
            return Some(RigidTransform::identity());
        }
        Some(self.to_registered(from)?.then(&self.to_registered(to)?.inverse()))
    }

    fn to_registered(&self, frame: &str) -> Option<RigidTransform> {
        if frame == self.registered {
            return Some(RigidTransform::identity());
        }
        let source =
            self.sources.iter().find(|source| source.frame_of_reference.as_deref() == Some(frame))?;
        Some(source.transform)
    }
}

fn source(item: &Attributes<'_>) -> Result<RegisteredSource> {
    let frame_of_reference = item.text_optional(tags::FRAME_OF_REFERENCE_UID);
    let images: Vec<String> = item
        .items(tags::REFERENCED_IMAGE_SEQUENCE)?
        .iter()
        .filter_map(|image| image.text_optional(tags::REFERENCED_SOP_INSTANCE_UID))
        .collect();
    if frame_of_reference.is_none() && images.is_empty() {
        return Err(item.missing(tags::FRAME_OF_REFERENCE_UID));
    }
    let matrices = item.item(tags::MATRIX_REGISTRATION_SEQUENCE)?;
    let parts = matrices.items(tags::MATRIX_SEQUENCE)?;
    if parts.is_empty() {
        return Err(matrices.missing(tags::MATRIX_SEQUENCE));
    }
    let mut transform = RigidTransform::identity();
    // PS3.3 C.20.2.1.1: the items are factors of a product that acts on points, so the last acts first.
    for part in parts.iter().rev() {
        let kind = part.text(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE)?;
        if !matches!(kind.as_str(), "RIGID" | "RIGID_SCALE" | "AFFINE") {
            return Err(part.error(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX_TYPE, kind, "RIGID"));
        }
        let values: [f64; 16] = part.vector(tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX)?;
        let rows = std::array::from_fn(|row| std::array::from_fn(|column| values[4 * row + column]));
        let matrix = RigidTransform::from_matrix(rows).map_err(|error| {
            let expected = "a rotation and a translation";
            part.error(
                tags::FRAME_OF_REFERENCE_TRANSFORMATION_MATRIX,
                format!("{error}, type {kind}"),
                expected,
            )
        })?;
        transform = transform.then(&matrix);
    }
    Ok(RegisteredSource { frame_of_reference, images, transform })
}

/// Whether two maps take the corners of a cube of 2 m to the same places, to 0.01 mm.
fn same(a: &RigidTransform, b: &RigidTransform) -> bool {
    (0..8).all(|corner| {
        let point = std::array::from_fn(|axis| if corner >> axis & 1 == 0 { -1000.0 } else { 1000.0 });
        a.apply(point).into_iter().zip(b.apply(point)).all(|(x, y)| (x - y).abs() <= 0.01)
    })
}
