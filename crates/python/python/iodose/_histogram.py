"""Dose-volume histograms by the engine's own code."""

from __future__ import annotations

from typing import Any

import numpy as np

from iodose._images import Geometry, ImageLike, label_map, read_image
from iodose._native import Dvh, InputError

_METRICS = ("mean", "min", "max", "D98", "D95", "D50", "D2", "voxels", "volume_mL")


def dvh(dose: ImageLike, labels: ImageLike, spacing: tuple[float, float, float] | None = None) -> dict[int, Dvh]:
    """The cumulative dose-volume histogram of each region.

    Parameters
    ----------
    dose : array [x, y, z] or image
        Absorbed dose, Gy (or any other unit, which the histograms then have).
    labels : array [x, y, z] or image of labels, on the grid of ``dose``
        Regions above 0; truth values are one region of label 1.
    spacing : (x, y, z)
        Distance between voxel centres, mm; needed for an array, an image brings it along.

    Returns
    -------
    dict of Dvh by label, ascending
    """
    of_dose, of_labels = read_image("dose", dose), read_image("labels", labels)
    if of_dose.values.shape != of_labels.values.shape:
        raise InputError(f"labels: found shape {of_labels.values.shape}, expected {of_dose.values.shape}, that of the dose")
    if of_dose.values.dtype.kind not in "fiu":
        raise InputError(f"dose: found values of type {of_dose.values.dtype}, expected real numbers")
    geometry = of_dose.geometry
    if geometry is None:
        if spacing is None:
            raise InputError("spacing: found none, expected (x, y, z) in mm beside an array")
        geometry = Geometry.of_spacing(spacing)
    elif spacing is not None:
        raise InputError(f"spacing: found {spacing!r} beside an image, expected none: the image has its own")
    elif of_labels.geometry is not None:
        apart = np.abs(of_labels.geometry.affine - geometry.affine)
        # No corner further apart than a hundredth of a voxel.
        if (apart[:3] @ [*of_dose.values.shape, 1] > 0.01 * min(geometry.spacing)).any():
            raise InputError("labels: found on another grid than the dose, expected on the same")
    regions = label_map("labels", of_labels.values)
    doses = {}
    for label in np.unique(regions[regions > 0]).tolist():
        inside = np.ascontiguousarray(of_dose.values[regions == label], dtype=np.float64)
        doses[label] = Dvh(inside, geometry.voxel_mL)
    if not doses:
        raise InputError("labels: found none above 0, expected at least one")
    return doses


def metrics(
    dose: ImageLike, labels: ImageLike, spacing: tuple[float, float, float] | None = None
) -> dict[int, dict[str, Any]]:
    """Mean, min, max, D98, D95, D50, D2 (in the unit of ``dose``), voxels and volume_mL of each region, by label; as :func:`dvh`."""
    return {label: {name: getattr(one, name) for name in _METRICS} for label, one in dvh(dose, labels, spacing).items()}
