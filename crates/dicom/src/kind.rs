//! Which objects can be an image of a kind, by their SOP class (PS3.4 B.5).

use crate::error::Result;
use crate::scan::{SeriesChoice, Study};
use crate::series::{ObjectInfo, SeriesInfo};

/// A kind of image that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageKind {
    /// CT, single or enhanced multi-frame.
    Ct,
    /// PET, single or enhanced multi-frame.
    Pet,
    /// Nuclear medicine: reconstructed SPECT.
    Nm,
}

impl ImageKind {
    /// The value of Modality.
    pub fn modality(self) -> &'static str {
        match self {
            Self::Ct => "CT",
            Self::Pet => "PT",
            Self::Nm => "NM",
        }
    }

    fn sop_classes(self) -> &'static [&'static str] {
        match self {
            // CT Image, Enhanced CT, Legacy Converted Enhanced CT
            Self::Ct => {
                &["1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"]
            }
            // PET Image, Enhanced PET, Legacy Converted Enhanced PET
            Self::Pet => &[
                "1.2.840.10008.5.1.4.1.1.128",
                "1.2.840.10008.5.1.4.1.1.130",
                "1.2.840.10008.5.1.4.1.1.128.1",
            ],
            Self::Nm => &["1.2.840.10008.5.1.4.1.1.20"],
        }
    }

    /// Whether an object can be part of an image of this kind: no localizer, no screenshot with the same modality.
    pub(crate) fn holds(self, object: &ObjectInfo) -> bool {
        self.sop_classes().contains(&object.sop_class_uid.as_str()) && !is_localizer(object)
    }

    /// The objects of a series that are its image.
    ///
    /// # Errors
    /// When the series has another modality, holds no such object, or objects of several classes or image types.
    pub(crate) fn objects(self, series: &SeriesInfo) -> Result<Vec<&ObjectInfo>> {
        if series.modality != self.modality() {
            return Err(series.error("(0008,0060) Modality", &series.modality, self.modality()));
        }
        let objects: Vec<_> = series.objects.iter().filter(|object| self.holds(object)).collect();
        let Some(first) = objects.first() else {
            let found = series.objects.first().map(|object| object.sop_class_uid.clone()).unwrap_or_default();
            let expected = format!("a {} image: {}", self.modality(), self.sop_classes().join(" or "));
            return Err(series.error("(0008,0016) SOPClassUID", found, expected));
        };
        let names = |a: &str, b: &str, other: &ObjectInfo| {
            format!("{a} in {} and {b} in {}", first.source.path().display(), other.source.path().display())
        };
        for other in &objects {
            if other.sop_class_uid != first.sop_class_uid {
                let found = names(&first.sop_class_uid, &other.sop_class_uid, other);
                return Err(series.error("(0008,0016) SOPClassUID", found, "one class in a series"));
            }
            if leading(other) != leading(first) {
                let text = |object: &ObjectInfo| leading(object).join("\\");
                let found = names(&text(first), &text(other), other);
                return Err(series.error("(0008,0008) ImageType", found, "one type in a series"));
            }
        }
        Ok(objects)
    }
}

impl Study {
    /// The one image of a kind that is meant; localizers, screenshots and CT series of a single slice are no candidates.
    pub fn choose_image(&self, kind: ImageKind, choice: &SeriesChoice) -> Result<&SeriesInfo> {
        self.choose_where(kind.modality(), choice, |series| {
            let mut objects = series.objects.iter().filter(|object| kind.holds(object));
            match (objects.next(), objects.next()) {
                (Some(_), Some(_)) => true,
                (Some(only), None) => only.frames > 1,
                _ => false,
            }
        })
    }
}

fn is_localizer(object: &ObjectInfo) -> bool {
    object.image_type.get(2).is_some_and(|value| value == "LOCALIZER")
}

/// The values of ImageType that say what an image shows; those behind them are a maker's own.
fn leading(object: &ObjectInfo) -> &[String] {
    &object.image_type[..object.image_type.len().min(3)]
}
