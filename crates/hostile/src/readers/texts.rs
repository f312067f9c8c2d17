//! Texts: cases, nuclides, materials, registrations, CT curves, blood samples, reports.

use super::{Progress, Reader};
use crate::{damage, place, promise, seeds};
use iodose::case::Case;
use iodose::io::transform::{Direction, Frame, MatrixMeaning};
use iodose::io::{HuCurve, read_transform};
use iodose::physics::Library;
use iodose::{doors, rebuild_report};
use std::path::Path;
use std::sync::OnceLock;

/// A parsed text: its characters, and for each word of a few a node of a tree.
const BYTES_OF_BYTE: usize = 64;

/// The header was accepted where the text is TOML.
pub(super) const CASE: Reader = Reader {
    name: "case",
    seeds: seeds::cases,
    damage: |bytes, random| damage::text_with(bytes, &CASE_WORDS, random),
    read: |bytes| match Case::read(place::file("case.toml", bytes)) {
        Ok(case) => {
            let text = serde_json::to_string(&case).expect("a case is recorded as JSON");
            // JSON has no number for infinity or NaN; a case has no value that may be unknown.
            assert!(!text.contains(":null"), "a number that is none in {text}");
            Progress::Whole
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            is_toml(bytes)
        }
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// The header was accepted where the text is TOML.
pub(super) const NUCLIDE: Reader = Reader {
    name: "nuclide",
    seeds: seeds::nuclides,
    damage: |bytes, random| {
        damage::text_with(
            bytes,
            &["gamma", "x", "conversion", "auger", "annihilation", "beta", "'+'", "'-'"],
            random,
        )
    },
    read: |bytes| {
        let Some(mut library) = text(bytes).map(|text| (library().clone(), text)) else {
            return Progress::Refused;
        };
        let (library, text) = (&mut library.0, library.1);
        let before = library.nuclides().len();
        if library.add_nuclide("own.toml", text).is_err() {
            return is_toml(bytes);
        }
        assert!((before..=before + 1).contains(&library.nuclides().len()));
        let nuclide = library.nuclides().last().unwrap();
        assert!(nuclide.half_life.is_finite() && nuclide.half_life > 0.0);
        for beta in &nuclide.betas {
            assert!(
                beta.particles().is_finite() && beta.mean_energy().is_finite(),
                "{} {}",
                beta.particles(),
                beta.mean_energy()
            );
            assert!(beta.spectrum.iter().flatten().all(|number| number.is_finite() && *number >= 0.0));
        }
        assert!(
            nuclide
                .lines
                .values()
                .flatten()
                .all(|line| line.energy.is_finite() && line.particles.is_finite())
        );
        Progress::Whole
    },
    // And the copy of the library that it is added to, spectra refined ten times.
    justified: |bytes| BYTES_OF_BYTE * 4 * bytes.len() + LIBRARY_BYTES,
};

/// The header was accepted where the text is TOML.
pub(super) const MATERIALS: Reader = Reader {
    name: "materials",
    seeds: seeds::materials,
    damage: |bytes, random| {
        damage::text_with(bytes, &["H", "O", "Xx", "I_eV", "weights", "[[material]]", "water"], random)
    },
    read: |bytes| {
        let Some(text) = text(bytes) else { return Progress::Refused };
        let mut library = library().clone();
        if library.add_materials("own.toml", text).is_err() {
            return is_toml(bytes);
        }
        for material in library.materials() {
            let constituents = material.constituents(&library).unwrap();
            let total: f64 = constituents.iter().map(|part| part.weight).sum();
            assert!((total - 1.0).abs() < 1e-9, "{}: weights sum to {total}", material.name);
        }
        Progress::Whole
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len() + LIBRARY_BYTES,
};

/// ITK's transforms and plain matrices. The header was accepted where the text is one.
pub(super) const TRANSFORM: Reader = Reader {
    name: "transform",
    seeds: seeds::transforms,
    damage: |bytes, random| damage::text_with(bytes, &TRANSFORM_WORDS, random),
    read: |bytes| {
        let path = place::file("to_ct.tfm", bytes);
        let stated = MatrixMeaning { direction: Some(Direction::MovingToReference), frame: Some(Frame::Ras) };
        let mut whole = false;
        for meaning in [MatrixMeaning::default(), stated] {
            if let Ok(map) = read_transform(&path, meaning) {
                promise::transform(&map);
                promise::transform(&map.inverse());
                whole = true;
            }
        }
        if whole {
            Progress::Whole
        } else if text(bytes).is_some() {
            Progress::PastHeader
        } else {
            Progress::Refused
        }
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// CT numbers and densities. The header was accepted where the text begins with its line.
pub(super) const CURVE: Reader = Reader {
    name: "ct-curve",
    seeds: || vec![b"HU,g/cm3\n-1000,0.0012\n0,1.0\n1000,1.6\n3000,2.8\n".to_vec()],
    damage: damage::text,
    read: |bytes| match HuCurve::from_csv(&place::file("curve.csv", bytes)) {
        Ok(curve) => {
            for hu in [-1e6, -1000.0, -0.5, 0.0, 999.0, 1e6] {
                let density = curve.density(hu);
                assert!(density.is_finite() && density > 0.0, "{hu} HU is {density} g/cm3");
            }
            Progress::Whole
        }
        Err(_) if bytes.starts_with(b"HU") => Progress::PastHeader,
        Err(_) => Progress::Refused,
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// Samples of whole body and blood, down to what they say of the patient. The header was accepted where its columns are.
pub(super) const BLOOD: Reader = Reader {
    name: "blood",
    seeds: seeds::blood,
    damage: |bytes, random| {
        damage::text_with(
            bytes,
            &["whole-body", "blood", "counts", "share", "%", "MBq", "kBq/mL", "%/L", "u", "\"", "#"],
            random,
        )
    },
    read: |bytes| {
        static CASE: OnceLock<Case> = OnceLock::new();
        let case = CASE
            .get_or_init(|| Case::from_toml(&seeds::case_with_blood(), "case.toml", Path::new("")).unwrap());
        let mut case = case.clone();
        let section = case.blood.as_mut().unwrap();
        section.path.resolved = place::file("samples.csv", bytes);
        match doors::read_blood(&case, library()) {
            Ok(found) => {
                assert!(found.iter().all(|number| number.is_finite()), "{found:?}");
                Progress::Whole
            }
            Err(error) if error.to_string().contains(": header:") => Progress::Refused,
            Err(_) => Progress::PastHeader,
        }
    },
    justified: |bytes| BYTES_OF_BYTE * bytes.len(),
};

/// `report.json` to the page. The header was accepted where the text is JSON of the schema's name.
pub(super) const REPORT: Reader = Reader {
    name: "report",
    seeds: seeds::reports,
    damage: |bytes, random| {
        damage::text_with(bytes, &["null", "[]", "{}", "1e999", "\"\"", "true", "-1"], random)
    },
    read: |bytes| {
        let path = place::file("results/report.json", bytes);
        match rebuild_report(path.parent().unwrap()) {
            Ok(page) => {
                assert!(page.contains("</html>"));
                Progress::Whole
            }
            Err(error)
                if error.to_string().contains("missing field") || error.to_string().contains("invalid") =>
            {
                Progress::PastHeader
            }
            Err(_) => Progress::Refused,
        }
    },
    // The page itself holds its script and its style.
    justified: |bytes| BYTES_OF_BYTE * bytes.len() + (1 << 20),
};

/// Size of the tables that come with the engine, measured; a copy of them is damaged.
const LIBRARY_BYTES: usize = 4 << 20;

const CASE_WORDS: [&str; 24] = [
    "pre-therapy",
    "post-therapy",
    "PET",
    "SPECT",
    "counts",
    "Bq/mL",
    "single-time",
    "mono",
    "auto",
    "I-131",
    "I-124",
    "path",
    "[[image]]",
    "[ct]",
    "[density]",
    "[kinetics]",
    "[transport]",
    "voxel-max",
    "1979-05-27",
    "inf",
    "nan",
    "0xFFFFFFFFFFFF",
    "\"\\u0000\"",
    "[[organ]]",
];
const TRANSFORM_WORDS: [&str; 12] = [
    "#Insight Transform File V1.0",
    "Transform: Euler3DTransform_double_3_3",
    "Transform: VersorRigid3DTransform_double_3_3",
    "Transform: CompositeTransform_double_3_3",
    "Transform: AffineTransform_float_3_3",
    "Transform: TranslationTransform_double_3_3",
    "Parameters:",
    "FixedParameters:",
    "# direction: moving-to-reference",
    "# frame: RAS",
    "nan",
    "1e308",
];

fn text(bytes: &[u8]) -> Option<&str> {
    std::str::from_utf8(bytes).ok()
}

fn is_toml(bytes: &[u8]) -> Progress {
    let parsed = text(bytes).map(toml::from_str::<toml::Table>);
    if parsed.is_some_and(|parsed| parsed.is_ok()) { Progress::PastHeader } else { Progress::Refused }
}

fn library() -> &'static Library {
    static LIBRARY: OnceLock<Library> = OnceLock::new();
    LIBRARY.get_or_init(|| Library::embedded().unwrap())
}
