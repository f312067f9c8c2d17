"""What lies somewhere in the patient gets its dose there, whatever way the volumes' axes lead."""

import numpy as np
import pytest
import slicer
from conftest import Scene, grid
from IodoseDose import IodoseDoseLogic
from IodoseDoseLib.scene import read_volume

import iodose

SHAPE, SPACING = (14, 12, 9), (4, 3.5, 5)
GRIDS = {
    "DICOM": grid(SHAPE, SPACING, flips=(-1, -1, 1)),
    "RAS": grid(SHAPE, SPACING),
    "downwards": grid(SHAPE, SPACING, flips=(1, -1, -1)),
    "left-handed": grid(SHAPE, SPACING, flips=(-1, 1, 1)),
    "oblique": grid(SHAPE, SPACING, (25, -10)),
    "oblique, turned round": grid(SHAPE, SPACING, (115, 20), flips=(1, -1, -1)),
}
RAS_OF_LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def sitk_image(node):
    """The volume by SimpleITK, whose space is LPS: a way to the engine that has nothing in common with the module's."""
    sitk = pytest.importorskip("SimpleITK")
    import vtk

    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    lps = RAS_OF_LPS @ slicer.util.arrayFromVTKMatrix(matrix)
    image = sitk.GetImageFromArray(np.array(slicer.util.arrayFromVolume(node)))
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image.SetSpacing(spacing.tolist())
    image.SetOrigin(lps[:3, 3].tolist())
    image.SetDirection((lps[:3, :3] / spacing).ravel().tolist())
    return image


@pytest.mark.parametrize("which", GRIDS)
def test_dose_is_that_of_the_engine_at_its_place(patient, which):
    matrix, shape = GRIDS[which]
    outputs = IodoseDoseLogic().run(Scene(patient, GRIDS[which]).choices())
    dose = slicer.util.arrayFromVolume(outputs.dose)
    image = read_volume(outputs.dose, "dose")
    assert np.array_equal(image.affine, matrix) and np.array_equal(read_volume(outputs.uncertainty, "u").affine, matrix)
    # The hottest voxel lies in the lesion.
    place = image.affine @ [*np.unravel_index(dose.argmax(), dose.shape)[::-1], 1]
    assert np.linalg.norm(place[:3] - patient.lesion) < 8
    # Lung gets more dose of the same activity: it is where the CT says, on the patient's left.
    points = patient.points(shape, matrix)
    far = np.linalg.norm(points - patient.lesion, axis=-1) > 22
    left, right = (image.dataobj[far & (points[..., 0] < -25)], image.dataobj[far & (points[..., 0] > -10)])
    assert left.mean() > 2 * right.mean()


@pytest.mark.parametrize("which", GRIDS)
def test_bytes_are_those_of_the_engine_by_another_way(patient, which):
    scene = Scene(patient, GRIDS[which])
    outputs = IodoseDoseLogic().run(scene.choices())
    labels = slicer.util.addVolumeFromArray((scene.lesion + 2 * scene.around).T.astype(np.uint8), ijkToRAS=scene.matrix)
    direct = iodose.simulate(
        sitk_image(scene.activity), ct=sitk_image(scene.ct), labels=sitk_image(labels), histories=20_000, seed=7, unit="Bq.s/voxel"
    )
    assert not any("outside" in warning for warning in direct.record["warnings"])
    assert outputs.dose.GetName() == "tia: dose (Gy)"
    assert slicer.util.arrayFromVolume(outputs.dose).tobytes() == direct.dose.tobytes(order="F")
    assert slicer.util.arrayFromVolume(outputs.uncertainty).tobytes() == direct.uncertainty.tobytes(order="F")
