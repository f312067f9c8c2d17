"""The module as Slicer would load it, on stand-ins or on Slicer's own scene; see standins.py."""

import os
import sys
from pathlib import Path

import numpy as np
import pytest

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parent / "IodoseDose")]

import standins

standins.install(real=os.environ.get("IODOSE_MRML") == "real")

import slicer


def grid(shape, spacing, angles=(0, 0), flips=(1, 1, 1), center=(-8, 5, 102)):
    """IJKToRAS and shape of voxels about a place: axes turned about z and then about x (degrees), some of them turned round."""
    (about_z, about_x), c, s = np.radians(angles), np.cos, np.sin
    z = np.array([[c(about_z), -s(about_z), 0], [s(about_z), c(about_z), 0], [0, 0, 1]])
    x = np.array([[1, 0, 0], [0, c(about_x), -s(about_x)], [0, s(about_x), c(about_x)]])
    matrix = np.eye(4)
    matrix[:3, :3] = x @ z * np.array(spacing) * flips
    matrix[:3, 3] = center - matrix[:3, :3] @ (np.array(shape) - 1) / 2
    return matrix, shape


#: As DICOM gives it: i to the patient's left, j to the back.
CT = grid((44, 44, 28), (3, 3, 4), flips=(-1, -1, 1))


class Patient:
    """Volumes of a scene by functions of RAS: a hot lesion off every plane of symmetry, lung on the patient's left."""

    lesion = np.array([-12.0, 9.0, 104.0])

    @staticmethod
    def points(shape_ijk, matrix):
        ijk = np.indices(shape_ijk).reshape(3, -1)
        return (matrix @ np.vstack([ijk, np.ones_like(ijk[:1])]))[:3].T.reshape(*shape_ijk, 3)

    def volume(self, name, matrix, shape_ijk, values):
        """A node whose voxels are `values(points)`."""
        array = values(self.points(shape_ijk, matrix))
        return slicer.util.addVolumeFromArray(np.ascontiguousarray(array.T), ijkToRAS=matrix, name=name)

    def tia(self, points):
        return (1e6 + 1e7 * (np.linalg.norm(points - self.lesion, axis=-1) < 8)).astype(np.float32)

    def hu(self, points):
        return np.where(points[..., 0] < -20, -700, 30).astype(np.int16)

    def density(self, points):
        return np.where(points[..., 0] < -20, 0.3, 1.05).astype(np.float32)


@pytest.fixture
def patient():
    slicer.mrmlScene.Clear()
    standins.shown.clear()
    return Patient()


def add_segment(segmentation, volume, name, mask_ijk, color=(0.5, 0.25, 0.75)):
    """A segment of voxels [i, j, k] of a volume."""
    id = segmentation.GetSegmentation().AddEmptySegment("", name, color)
    slicer.util.updateSegmentBinaryLabelmapFromArray(np.ascontiguousarray(mask_ijk.T.astype(np.uint8)), segmentation, id, volume)


def values(table):
    """Columns of a table by name."""
    columns = [table.GetTable().GetColumn(position) for position in range(table.GetTable().GetNumberOfColumns())]
    return {column.GetName(): [column.GetValue(row) for row in range(column.GetNumberOfValues())] for column in columns}


class Scene:
    """A patient with activity on an oblique grid, a finer CT along the axes, and two segments that overlap."""

    def __init__(self, patient, grid=grid((14, 12, 9), (4, 3.5, 5), (25, -10))):
        self.matrix, self.shape = matrix, shape = grid
        self.activity = patient.volume("tia", matrix, shape, patient.tia)
        self.ct = patient.volume("ct", *CT, patient.hu)
        self.density = patient.volume("density", matrix, shape, patient.density)
        points = patient.points(shape, matrix)
        self.lesion = np.linalg.norm(points - patient.lesion, axis=-1) < 9
        self.around = np.linalg.norm(points - patient.lesion, axis=-1) < 14
        self.around[:, :7] = False
        self.segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        self.segmentation.SetReferenceImageGeometryParameterFromVolumeNode(self.activity)
        add_segment(self.segmentation, self.activity, "lesion", self.lesion, (1.0, 0.5, 0.0))
        add_segment(self.segmentation, self.activity, "around", self.around)

    def choices(self, **given):
        from IodoseDose import Choices

        usual = {"activity": self.activity, "unit": "Bq.s/voxel", "ct": self.ct, "segmentation": self.segmentation}
        return Choices(**usual | {"histories": 20_000, "seed": 7} | given)


@pytest.fixture
def scene(patient):
    return Scene(patient)
