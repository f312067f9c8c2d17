"""Voxel S values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from iodose import _native
from iodose._effort import effort, own_data, whole
from iodose._images import positive_sides
from iodose._native import InputError
from iodose._progress import Progress, told


@dataclass(frozen=True, eq=False)
class VoxelKernel:
    """Absorbed dose around one source voxel in a medium without end.

    Attributes
    ----------
    S : array [i, j, k], float64
        Mean absorbed dose to the voxel i, j, k steps away along x, y, z, per decay in the source voxel: mGy/(MBq s).
    relative_uncertainty : array [i, j, k], float64
        Its relative Monte Carlo standard uncertainty (k=1); NaN where nothing was scored.
    density : float
        That of the medium, g/cm3.
    decays : int
        Decays simulated.
    """

    S: NDArray[np.float64]
    relative_uncertainty: NDArray[np.float64]
    density: float
    decays: int


def kernel(
    nuclide: str = "I-131",
    medium: str = "water",
    spacing: float | tuple[float, float, float] = (3.0, 3.0, 3.0),
    *,
    density: float | None = None,
    extent: int = 5,
    emissions: str = "all",
    histories: float | None = None,
    uncertainty: float | None = None,
    max_histories: float | None = None,
    max_seconds: float | None = None,
    variance_reduction: str | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress | bool | None = None,
    nuclide_files: Iterable[Any] = (),
    material_files: Iterable[Any] = (),
) -> VoxelKernel:
    """Voxel S values of a nuclide in an unbounded medium; symmetric voxels are averaged.

    Parameters
    ----------
    nuclide, medium : str
        Such as "I-131" and "water", "soft-tissue", "lung", "bone-cortical".
    spacing : float or (x, y, z)
        Sides of the voxels, mm.
    density : float
        g/cm3; the medium's nominal one where it is not given.
    extent : int
        Largest index, 0 to 100.
    emissions : str
        "all", or any of beta,gamma,x,ce,auger,annihilation.
    histories, uncertainty
        Decays to simulate, or the relative uncertainty (k=1) of the self value to reach; 0.005 where neither is given.
    max_histories, max_seconds, variance_reduction, seed, threads, progress, nuclide_files, material_files
        As in :func:`iodose.simulate`.
    """
    sides = positive_sides((spacing,) * 3 if isinstance(spacing, (int, float)) else spacing)
    # From thin air to the densest element: beyond, a unit is wrong.
    if density is not None and not 1e-4 <= density <= 23:
        raise InputError(f"density: found {density!r}, expected one from 0.0001 to 23 g/cm3")
    if whole("extent", extent, 0) > 100:
        raise InputError(f"extent: found {extent!r}, expected at most 100")
    asked = {
        "nuclide": nuclide,
        "medium": medium,
        "spacing": sides,
        "density": density,
        "extent": int(extent),
        "emissions": emissions,
        "effort": effort(
            histories=histories,
            uncertainty=uncertainty,
            max_histories=max_histories,
            max_seconds=max_seconds,
            variance_reduction=variance_reduction,
            seed=seed,
            threads=threads,
        ),
        "own_data": own_data(nuclide_files, material_files),
    }
    with told(progress) as callable:
        return VoxelKernel(*_native.kernel(asked, callable))
