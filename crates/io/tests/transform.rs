//! Transforms as other software writes them, and what is ambiguous.
#![allow(clippy::unwrap_used, clippy::panic)] // a test program: its panic is its failure

use iodose_io::transform::{Direction, Frame, MatrixMeaning, read_transform};
use iodose_volume::RigidTransform;
use proptest::prelude::*;
use std::fs;

const SAYS_NOTHING: MatrixMeaning = MatrixMeaning { direction: None, frame: None };

fn read(text: &str, stated: MatrixMeaning) -> Result<RigidTransform, String> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("visit.tfm");
    fs::write(&path, text).unwrap();
    read_transform(&path, stated).map_err(|error| error.to_string())
}

fn itk(entries: &str) -> String {
    format!("#Insight Transform File V1.0\n#Transform 0\n{entries}\n")
}

const EULER: &str =
    "Transform: Euler3DTransform_double_3_3\nParameters: 0.1 0.2 0.3 1 2 3\nFixedParameters: 10 20 30 0\n";
const VERSOR: &str = "Transform: VersorRigid3DTransform_double_3_3\n\
    Parameters: 0.06612148940441463 0.13224297880882926 0.1983644682132439 1 2 3\nFixedParameters: 10 20 30\n";
const SHIFT: &str = "Transform: TranslationTransform_double_3_3\nParameters: 1 2 3\nFixedParameters: \n";
const AFFINE: &str = "Transform: AffineTransform_double_3_3\n\
    Parameters: 0.9304320636570301 -0.29404383655185584 0.2187107612916787 0.3085774668591277 0.9505637859220634 \
    -0.034762563776535 -0.19767681165408388 0.09983341664682815 0.975170327201816 1 2 3\nFixedParameters: 10 20 30\n";

/// Entries as SimpleITK 2.5.7 writes them, with what its `TransformPoint((12, -7, 40))` gives.
#[test]
fn itk_maps_points_of_the_reference_to_the_moving_image() {
    let composite = format!(
        "Transform: CompositeTransform_double_3_3\n#Transform 1\n{EULER}#Transform 2\n{VERSOR}{SHIFT}"
    );
    let cases = [
        (EULER.to_owned(), [22.987155327130957, -3.395692923942807, 39.66084739924563]),
        (EULER.replace("30 0", "30"), [22.987155327130957, -3.395692923942807, 39.66084739924563]),
        (EULER.replace("30 0", "30 1"), [22.48368123622432, -3.613788497924496, 39.71259294523213]),
        (EULER.replace("double", "float"), [22.987155327130957, -3.395692923942807, 39.66084739924563]),
        (VERSOR.to_owned(), [25.504113213935305, -2.591997150220749, 37.226627028835395]),
        (
            VERSOR.replace("VersorRigid3D", "Versor").replace(" 1 2 3\n", "\n"),
            [24.504113213935305, -4.591997150220749, 34.226627028835395],
        ),
        (AFFINE.to_owned(), [22.987155327130957, -3.395692923942807, 39.66084739924563]),
        (
            AFFINE.replace("AffineTransform", "MatrixOffsetTransformBase"),
            [22.987155327130957, -3.395692923942807, 39.66084739924563],
        ),
        (SHIFT.to_owned(), [13.0, -5.0, 43.0]),
        (composite, [34.64757934370952, 7.16328690319351, 37.65445331548329]),
    ];
    for (entries, moving) in cases {
        let map = read(&itk(&entries), SAYS_NOTHING).unwrap();
        let reference = map.apply(moving);
        for (found, expected) in reference.into_iter().zip([12.0, -7.0, 40.0]) {
            assert!((found - expected).abs() < 1e-9, "{entries}: {reference:?}");
        }
    }
    let carriage_returns = itk(SHIFT).replace('\n', "\r\n");
    assert_eq!(read(&carriage_returns, SAYS_NOTHING).unwrap().apply([13.0, -5.0, 43.0]), [12.0, -7.0, 40.0]);
    let identity = "Transform: IdentityTransform_double_3_3\nParameters: \nFixedParameters: \n";
    assert_eq!(read(&itk(identity), SAYS_NOTHING).unwrap(), RigidTransform::identity());
}

const MATRIX: &str = "0 -1 0 10\n1 0 0 20\n0 0 1 30\n0 0 0 1\n";

fn meaning(direction: Direction, frame: Frame) -> MatrixMeaning {
    MatrixMeaning { direction: Some(direction), frame: Some(frame) }
}

#[test]
fn a_matrix_means_what_is_said_of_it() {
    use Direction::{MovingToReference, ReferenceToMoving};
    let point = [1.0, 2.0, 3.0];
    let lps = read(MATRIX, meaning(MovingToReference, Frame::Lps)).unwrap();
    assert_eq!(lps.apply(point), [8.0, 21.0, 33.0]);
    let back = read(MATRIX, meaning(ReferenceToMoving, Frame::Lps)).unwrap();
    assert_eq!(back.apply([8.0, 21.0, 33.0]), point);
    // In RAS the point is (-1, -2, 3), which goes to (12, 19, 33).
    let ras = read(MATRIX, meaning(MovingToReference, Frame::Ras)).unwrap();
    assert_eq!(ras.apply(point), [-12.0, -19.0, 33.0]);
    let written = format!("# from the workstation\n# direction: moving-to-reference\n# frame: LPS\n{MATRIX}");
    for stated in [SAYS_NOTHING, meaning(MovingToReference, Frame::Lps)] {
        assert_eq!(read(&written, stated).unwrap(), lps);
    }
    let commas = MATRIX.replace(' ', ", ");
    assert_eq!(read(&commas, meaning(MovingToReference, Frame::Lps)).unwrap(), lps);
}

#[test]
fn what_is_ambiguous_or_not_rigid_is_refused() {
    use Direction::{MovingToReference, ReferenceToMoving};
    let stated = meaning(MovingToReference, Frame::Lps);
    let written = format!("# direction: moving-to-reference\n# frame: LPS\n{MATRIX}");
    let cases = [
        ("direction", MATRIX.to_owned(), MatrixMeaning { direction: None, ..stated }),
        ("frame", MATRIX.to_owned(), MatrixMeaning { frame: None, ..stated }),
        ("meaning", written.clone(), meaning(ReferenceToMoving, Frame::Lps)),
        ("meaning", written.clone(), meaning(MovingToReference, Frame::Ras)),
        ("direction", written.replace("moving-to-reference", "forward"), SAYS_NOTHING),
        ("frame", format!("# frame: RAS\n{written}"), SAYS_NOTHING),
        ("matrix: found 15 numbers", MATRIX.replace("0 0 0 1", "0 0 0"), stated),
        ("matrix: found a last row", MATRIX.replace("0 0 0 1", "0 0 1 1"), stated),
        ("scales or shears", MATRIX.replace("-1", "-1.01"), stated),
        ("mirrors", MATRIX.replace("-1", "1"), stated),
        ("matrix: found \"ten\"", MATRIX.replace("10", "ten"), stated),
        ("not finite", MATRIX.replace("10", "inf"), stated),
        ("matrix: found 0 numbers", String::new(), stated),
        ("meaning", itk(EULER), stated),
        ("meaning", itk(EULER), MatrixMeaning { frame: Some(Frame::Ras), direction: None }),
        ("several", itk(&format!("{EULER}{VERSOR}")), SAYS_NOTHING),
        ("Transform: found none", itk(""), SAYS_NOTHING),
        ("Parameters: found 5 numbers", itk(&EULER.replace(" 1 2 3", " 1 2")), SAYS_NOTHING),
        ("FixedParameters: found 0 numbers", itk(&VERSOR.replace("10 20 30", "")), SAYS_NOTHING),
        ("Parameters: found two lines", itk(&format!("{EULER}Parameters: 1\n")), SAYS_NOTHING),
        ("versor", itk(&VERSOR.replace("0.066", "1.066")), SAYS_NOTHING),
        ("scales or shears", itk(&AFFINE.replace("0.9304", "0.9504")), SAYS_NOTHING),
        ("deformation", itk(&EULER.replace("Euler3D", "BSpline")), SAYS_NOTHING),
        ("_double_3_3", itk(&EULER.replace("_3_3", "_2_2")), SAYS_NOTHING),
        ("line", itk(&format!("{EULER}Centre: 1 2 3\n")), SAYS_NOTHING),
        ("line", itk("Parameters: 1 2 3"), SAYS_NOTHING),
        ("no text", "\0\0\0\0".to_owned(), stated),
    ];
    for (expected, text, stated) in cases {
        let message = read(&text, stated).unwrap_err();
        assert!(message.contains("visit.tfm") && message.contains(expected), "{expected}: {message}");
    }
    // A uniform scale of 1 is rigid.
    let similarity =
        "Transform: Similarity3DTransform_double_3_3\nParameters: 0 0 0 1 2 3 1\nFixedParameters: 0 0 0\n";
    assert!(read(&itk(similarity), SAYS_NOTHING).is_ok());
    assert!(read(&itk(&similarity.replace("3 1\n", "3 1.1\n")), SAYS_NOTHING).is_err());
}

proptest! {
    #[test]
    fn no_damage_panics(damage in prop::collection::vec((0usize..120, any::<u8>()), 1..6), plain in any::<bool>()) {
        let mut bytes = if plain { MATRIX.repeat(4) } else { itk(EULER) }.into_bytes();
        for (offset, byte) in damage {
            if let Some(place) = bytes.get_mut(offset) {
                *place = byte;
            }
        }
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("visit.tfm");
        fs::write(&path, bytes).unwrap();
        if let Ok(map) = read_transform(&path, SAYS_NOTHING) {
            prop_assert!(map.matrix().iter().flatten().all(|x| x.is_finite()));
        }
    }
}
