"""Segments, which may overlap, as a map of labels, and their doses; nothing here needs Slicer."""

from dataclasses import dataclass

import numpy as np

#: Percentages of volume whose dose is given.
DOSES_AT = (95, 50, 2)
_STEPS = 400


@dataclass(frozen=True, eq=False)
class Segments:
    """Segments on the grid of the dose.

    Attributes
    ----------
    names : list of str
        One for each segment, no two alike.
    masks : list of arrays [i, j, k], bool
        Its voxels.
    labels : array [i, j, k], uint16
        Voxels of one label are in the same segments; 0 is in none.
    """

    names: list
    masks: list
    labels: np.ndarray


@dataclass(frozen=True)
class SegmentDose:
    """Doses (Gy) of a segment, each with its Monte Carlo standard uncertainty (k=1); NaN where there is none."""

    name: str
    voxels: int
    volume_mL: float
    mean: float
    mean_u: float
    #: Whether `mean_u` is an upper bound: the segment overlaps others, and how its pieces are correlated is not known.
    mean_u_is_bound: bool
    #: Doses that these percentages of the volume have at least, and upper bounds of their uncertainties.
    at_volume: dict
    at_volume_u: dict


def segments(names, masks):
    """Segments of names and masks; names that are there before get a number.

    Raises ValueError for none, for none with a voxel, and for more than 65535 ways to overlap.
    """
    if not masks:
        raise ValueError("segmentation: found no segment, expected at least one")
    stack = np.stack([np.asarray(mask, dtype=bool) for mask in masks])
    inside = stack.any(axis=0)
    if not inside.any():
        raise ValueError(
            "segmentation: found no segment with a voxel of the activity volume, expected one that overlaps it and is not smaller "
            "than a voxel"
        )
    _, label = np.unique(np.packbits(stack[:, inside], axis=0), axis=1, return_inverse=True)
    if label.max() >= 65535:
        raise ValueError(f"segmentation: found {label.max() + 1} ways in which segments overlap, expected at most 65535")
    labels = np.zeros(inside.shape, dtype=np.uint16)
    labels[inside] = label.ravel() + 1
    return Segments(distinct(names), list(stack), labels)


def distinct(names):
    """The names, with a number after one that is there before."""
    given = []
    for name in names:
        number, own = 1, name
        while own in given:
            number += 1
            own = f"{name} ({number})"
        given.append(own)
    return given


def at_border(mask):
    """Whether one of the voxels lies at a face of the grid."""
    return any(np.take(mask, (0, -1), axis).any() for axis in range(3))


def segment_doses(found, dose, uncertainty, regions, spacing, dvh):
    """The doses of each segment.

    Parameters
    ----------
    found : Segments
    dose, uncertainty : arrays [i, j, k]
        Gy; uncertainty NaN where nothing was scored.
    regions : iterable of (label, mean, u)
        Mean dose over the voxels of each label and its uncertainty, Gy, by the engine, which knows how voxels are correlated.
    spacing : (x, y, z) in mm
    dvh : callable
        `iodose.dvh`.
    """
    of_label = {label: (mean, u) for label, mean, u in regions}
    return [_segment_dose(*one, found.labels, dose, uncertainty, of_label, spacing, dvh) for one in zip(found.names, found.masks)]


def _segment_dose(name, mask, labels, dose, uncertainty, of_label, spacing, dvh):
    nan = float("nan")
    nowhere = dict.fromkeys(DOSES_AT, nan)
    if not mask.any():
        return SegmentDose(name, 0, 0.0, nan, nan, False, nowhere, nowhere)
    pieces, voxels = np.unique(labels[mask], return_counts=True)
    means, us = np.array([of_label[label] for label in pieces.tolist()]).T
    histogram = dvh(dose, mask, spacing)[1]
    at_volume = {percent: histogram.dose_at_volume(percent) for percent in DOSES_AT}
    at_volume_u = nowhere
    if np.isfinite(uncertainty[mask]).all():
        # All voxels wrong to the same side at once. A dose at a volume is, to first order, a weighted mean of voxels, and the
        # uncertainty of such a mean is largest where they are fully correlated.
        low, high = (dvh(np.where(mask, dose + sign * uncertainty, 0), mask, spacing)[1] for sign in (-1, 1))
        at_volume_u = {percent: (high.dose_at_volume(percent) - low.dose_at_volume(percent)) / 2 for percent in DOSES_AT}
    return SegmentDose(
        name=name,
        voxels=histogram.voxels,
        volume_mL=histogram.volume_mL,
        mean=float(voxels @ means / voxels.sum()),
        mean_u=float(voxels @ us / voxels.sum()),
        mean_u_is_bound=len(pieces) > 1,
        at_volume=at_volume,
        at_volume_u=at_volume_u,
    )


def histograms(found, dose, spacing, dvh):
    """Doses from 0 to the largest, Gy, and for each segment with voxels the percentage of its volume that has at least each."""
    of_segment = {name: dvh(dose, mask, spacing)[1] for name, mask in zip(found.names, found.masks) if mask.any()}
    doses = np.linspace(0, max(one.max for one in of_segment.values()), _STEPS + 1)
    return doses, {name: np.array([100 * one.volume_at_dose(at) for at in doses]) for name, one in of_segment.items()}
