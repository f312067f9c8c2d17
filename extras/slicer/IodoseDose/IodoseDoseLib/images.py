"""Voxel values as Slicer has them, [k, j, i] and RAS mm, and as iodose takes them, [i, j, k]; nothing here needs Slicer."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class RasImage:
    """Values of a volume and where they lie, with the attributes that iodose reads of an image of nibabel, which is RAS as well.

    Attributes
    ----------
    dataobj : array [i, j, k]
        A copy, which the scene cannot change while the engine works.
    affine : array (4, 4)
        From (i, j, k, 1) to RAS mm: the volume's IJKToRAS.
    """

    dataobj: np.ndarray
    affine: np.ndarray
    # Where nibabel has the unit of lengths; Slicer's are always mm.
    header: None = None


def ras_image(values_kji, ijk_to_ras):
    """The image of an array [k, j, i] of a volume, whose values are copied."""
    return RasImage(np.array(values_kji, order="C", copy=True).T, np.array(ijk_to_ras, dtype=np.float64))


def slicer_array(values_ijk):
    """An array [k, j, i] in the order of Slicer's memory of values [i, j, k]."""
    return np.ascontiguousarray(np.asarray(values_ijk).T)
