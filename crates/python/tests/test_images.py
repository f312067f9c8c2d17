"""Images of SimpleITK and nibabel: geometry in, the same geometry out."""

import subprocess
import sys

import numpy as np
import pytest
from conftest import read_nifti, same_bytes

import iodose

ORIGIN = (-12.5, 40.25, 103.0)
#: Turned by a quarter and a bit about z: columns are the directions of x, y, z.
DIRECTION = (0.0, -0.8, 0.6, 1.0, 0.0, 0.0, 0.0, 0.6, 0.8)
SPACING = (4.0, 3.0, 5.0)


@pytest.fixture(scope="module")
def plain(phantom):
    return iodose.simulate(phantom.tia, **phantom.given)


def without(given, *names):
    return {name: value for name, value in given.items() if name not in names}


def test_sitk_images_come_back_as_they_came(phantom, plain):
    sitk = pytest.importorskip("SimpleITK")

    def image(values):
        image = sitk.GetImageFromArray(values.T)
        image.SetSpacing(SPACING)
        image.SetOrigin(ORIGIN)
        image.SetDirection(DIRECTION)
        return image

    given = without(phantom.given, "spacing", "density", "labels")
    given |= {"density": image(phantom.density), "labels": image(phantom.labels)}
    result = iodose.simulate(image(phantom.tia), **given)
    assert same_bytes(result.dose, plain.dose)
    back = result.to_sitk()
    assert back.GetSpacing() == SPACING and back.GetOrigin() == ORIGIN and back.GetDirection() == DIRECTION
    assert back.GetSize() == phantom.tia.shape
    assert back.GetPixel(5, 4, 3) == result.dose[5, 4, 3]
    index = (3, 7, 2)
    point = back.TransformIndexToPhysicalPoint(index)
    assert np.allclose(result.geometry.affine @ [*index, 1], [*point, 1])
    assert iodose.dvh(back, image(phantom.labels))[1].D95 == iodose.dvh(plain.dose, phantom.labels, SPACING)[1].D95


def test_nibabel_images_come_back_as_they_came(phantom, plain, command, tmp_path):
    nibabel = pytest.importorskip("nibabel")
    affine = np.array([[-4.0, 0, 0, 80], [0, -3, 0, 95.5], [0, 0, 5, -400], [0, 0, 0, 1]])

    def image(values, name):
        image = nibabel.Nifti1Image(values, affine)
        image.header.set_xyzt_units("mm")
        nibabel.save(image, tmp_path / name)
        return nibabel.load(tmp_path / name)

    given = without(phantom.given, "spacing", "density", "labels")
    given |= {"density": image(phantom.density, "density.nii"), "labels": image(phantom.labels, "labels.nii")}
    result = iodose.simulate(image(phantom.tia, "tia.nii"), **given)
    back = result.to_nibabel()
    assert np.array_equal(back.affine, affine)
    assert same_bytes(np.asanyarray(back.dataobj), result.dose)
    # LPS: x and y have the other sign.
    assert np.allclose(result.geometry.affine[:3, 3], [-80, -95.5, -400])
    command(
        *("simulate", "--tia", tmp_path / "tia.nii", "--unit", "Bq.s/voxel", "--density", tmp_path / "density.nii"),
        *("--roi", tmp_path / "labels.nii", "--histories", 20_000, "--seed", 7, "-o", tmp_path / "out"),
    )
    assert same_bytes(result.dose, read_nifti(tmp_path / "out" / "dose.nii.gz"))
    written = nibabel.load(tmp_path / "out" / "dose.nii.gz")
    assert np.allclose(written.affine, back.affine)


def test_both_libraries_mean_the_same_place(phantom):
    sitk, nibabel = pytest.importorskip("SimpleITK"), pytest.importorskip("nibabel")
    image = sitk.GetImageFromArray(phantom.tia.T)
    image.SetSpacing(SPACING)
    image.SetOrigin(ORIGIN)
    result = iodose.simulate(image, water=True, histories=1000)
    affine = result.to_nibabel().affine
    assert np.allclose(affine, [[-4, 0, 0, 12.5], [0, -3, 0, -40.25], [0, 0, 5, 103], [0, 0, 0, 1]])
    # A density map on another grid that covers the same space, by the other library.
    density = nibabel.Nifti1Image(np.ones((24, 20, 16)), [[-2, 0, 0, 13.5], [0, -1.5, 0, -39.5], [0, 0, 2.5, 101.75], [0, 0, 0, 1]])
    other = iodose.simulate(image, density=density, histories=1000)
    assert any("another grid" in warning for warning in other.record["warnings"])
    assert not any("outside" in warning for warning in other.record["warnings"])


def test_an_axis_of_one_is_dropped(phantom, plain):
    nibabel = pytest.importorskip("nibabel")
    image = nibabel.Nifti1Image(phantom.tia[..., None], np.diag([*SPACING, 1]))
    given = without(phantom.given, "spacing")
    assert same_bytes(iodose.simulate(image, **given).dose, plain.dose)


def test_images_are_refused_where_they_cannot_be_understood(phantom):
    nibabel, sitk = pytest.importorskip("nibabel"), pytest.importorskip("SimpleITK")
    image = nibabel.Nifti1Image(phantom.tia, np.eye(4))
    for tia, given, text in [
        (image, {"water": True, "spacing": SPACING}, "spacing: found .* beside an image"),
        (phantom.tia, {"density": image, "spacing": SPACING}, "density: found an image with a place"),
        (nibabel.Nifti1Image(np.zeros((4, 4, 4, 2)), np.eye(4)), {"water": True}, "shape"),
        (sitk.Image([4, 4], sitk.sitkFloat32), {"water": True}, "2 axes"),
        (sitk.Image([4, 4, 4], sitk.sitkVectorFloat32), {"water": True}, "3 values per voxel"),
    ]:
        with pytest.raises(iodose.InputError, match=text):
            iodose.simulate(tia, **given)
    image.header.set_xyzt_units("meter")
    with pytest.raises(iodose.InputError, match="found an affine in meter, expected mm"):
        iodose.simulate(image, water=True)


def test_neither_library_is_imported_unasked():
    program = "import sys, iodose; sys.exit(any(m in sys.modules for m in ('SimpleITK', 'nibabel', 'tqdm', 'distributed')))"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
