"""The engine alone: time-integrated activity in, absorbed dose out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from iodose import _native
from iodose._effort import effort, own_data, whole
from iodose._images import Geometry, Image, ImageLike, label_map, numbers, read_image
from iodose._native import InputError
from iodose._progress import Progress, told


class Region(NamedTuple):
    """Mean absorbed dose over the voxels of a label."""

    label: int
    #: Gy
    mean: float
    #: Monte Carlo standard uncertainty (k=1) of the mean, Gy, with the correlation of the voxels.
    u: float


@dataclass(frozen=True, eq=False)
class DoseResult:
    """Absorbed dose on the grid of the time-integrated activity.

    Attributes
    ----------
    dose : array [x, y, z], float32
        Absorbed dose, Gy.
    uncertainty : array [x, y, z], float32
        Its Monte Carlo standard uncertainty (k=1), Gy; NaN where nothing was scored.
    regions : list of Region
        Label, mean and its uncertainty in Gy, one for each label of ``labels``; empty without.
    record : dict
        What was done and what it cost: the content of ``run.json``.
    geometry : Geometry
        Where the voxels lie.
    """

    dose: NDArray[np.float32]
    uncertainty: NDArray[np.float32]
    regions: list[Region]
    record: dict[str, Any]
    geometry: Geometry

    def to_sitk(self, what: Literal["dose", "uncertainty"] = "dose") -> Any:
        """Dose (or uncertainty), Gy, as a SimpleITK image with the geometry of the time-integrated activity."""
        return self.geometry.to_sitk(self._map(what))

    def to_nibabel(self, what: Literal["dose", "uncertainty"] = "dose") -> Any:
        """Dose (or uncertainty), Gy, as a NIfTI image of nibabel with the geometry of the time-integrated activity."""
        return self.geometry.to_nibabel(self._map(what))

    def _map(self, what: str) -> NDArray[np.float32]:
        if what not in ("dose", "uncertainty"):
            raise InputError(f"what: found {what!r}, expected 'dose' or 'uncertainty'")
        return self.dose if what == "dose" else self.uncertainty


def simulate(
    tia_Bq_s_per_voxel: ImageLike,
    *,
    density: ImageLike | None = None,
    ct: ImageLike | None = None,
    water: bool = False,
    materials: ImageLike | None = None,
    curve: str = "default",
    spacing: tuple[float, float, float] | None = None,
    nuclide: str = "I-131",
    unit: str = "Bq.s/voxel",
    labels: ImageLike | None = None,
    histories: float | None = None,
    uncertainty: float | None = None,
    goal: str | None = None,
    max_histories: float | None = None,
    max_seconds: float | None = None,
    variance_reduction: str | None = None,
    seed: int | None = None,
    threads: int | None = None,
    progress: Progress | bool | None = None,
    nuclide_files: Iterable[Any] = (),
    material_files: Iterable[Any] = (),
) -> DoseResult:
    """Absorbed dose from a map of time-integrated activity.

    The interpreter's lock is released while the engine works; Ctrl-C ends it. The same input and seed give the same bytes for any
    number of threads, and those that the command ``iodose simulate`` writes.

    Parameters
    ----------
    tia_Bq_s_per_voxel : array [x, y, z] or image
        Time-integrated activity: decays (Bq.s) in each voxel, or what ``unit`` says. Its grid is the dose grid.
    density : array [x, y, z] or image
        Mass density, g/cm3; materials by density: air < 0.05, lung < 0.7, soft-tissue < 1.2, bone-cortical above. Exactly one of
        ``density``, ``ct`` and ``water=True`` is needed.
    ct : array [x, y, z] or image
        CT, HU; ``curve`` ("default", "schneider2000", or a CSV file of HU,g/cm3) makes densities of it.
    water : bool
        Water of 1 g/cm3 everywhere.
    materials : array [x, y, z] or image of labels
        Beside ``density``: 1 water, 2 soft-tissue, 3 lung, 4 adipose, 5 muscle, 6 blood, 7 bone-compact, 8 bone-cortical, 9 air;
        0 by density.
    spacing : (x, y, z)
        Distance between voxel centres, mm. Needed for arrays; images bring it along. Arrays beside the first have its shape; images
        beside an image may lie on other grids in the same patient space.
    nuclide : str
        "I-131", "I-124", "Lu-177", "Y-90", or that of ``nuclide_files``.
    unit : str
        "Bq.s/voxel", "Bq.s/mL" or "MBq.h/mL".
    labels : array [x, y, z] or image of labels
        Regions above 0: their mean doses are in the result, and their voxels are those whose uncertainty counts; without, it is
        those above half the largest dose.
    histories : int
        Decays to simulate, in place of ``uncertainty``.
    uncertainty : float
        Relative standard uncertainty (k=1) to reach; 0.01 where neither is given.
    goal : str
        The uncertainty that is meant: the mean over the voxels ("voxels", the default), the largest of them ("voxel-max"), of a
        region's mean ("lesion-mean"), or of its D95 ("D95").
    max_histories, max_seconds : float
        Ceilings in decays and in seconds of simulation.
    variance_reduction : str
        "all" (the default), "none" (analog transport), or some of balance, tracks, importance, lattice, kerma joined by commas.
    seed : int
        Seed of the random numbers; 1 where it is not given.
    threads : int
        Threads; as many as there are processors where it is not given.
    progress : callable or True
        Called in the calling thread with decays simulated, decays expected and relative uncertainty so far (or None); True shows a
        bar where tqdm is installed.
    nuclide_files, material_files : lists of paths
        TOML files of other nuclides and materials.

    Returns
    -------
    DoseResult
        ``dose`` and ``uncertainty`` in Gy, arrays [x, y, z].

    Raises
    ------
    InputError
        For input that cannot be right; the text says what was found and what is expected.
    Error
        For any other failure.
    """
    asked, geometry = asked_of(
        tia_Bq_s_per_voxel,
        density=density,
        ct=ct,
        water=water,
        materials=materials,
        curve=curve,
        spacing=spacing,
        nuclide=nuclide,
        unit=unit,
        labels=labels,
        nuclide_files=nuclide_files,
        material_files=material_files,
        histories=histories,
        uncertainty=uncertainty,
        goal=goal,
        max_histories=max_histories,
        max_seconds=max_seconds,
        variance_reduction=variance_reduction,
        seed=seed,
        threads=threads,
    )
    with told(progress) as callable:
        found = _native.simulate(asked, callable)
    return result_of(found, geometry)


def shard(
    number: int, of: int, tia_Bq_s_per_voxel: ImageLike, *, progress: Progress | bool | None = None, **request: Any
) -> bytes:
    """Share ``number`` (counted from 1) of ``of`` of the decays of a simulation, for :func:`merge`.

    ``request`` is that of :func:`simulate`, with ``histories``: the decays of the whole.

    Returns
    -------
    bytes
        Sums that know which simulation and which of its decays they are of.
    """
    asked, _ = asked_of(tia_Bq_s_per_voxel, **request)
    number, of = whole("number", number, 1, 2**32 - 1), whole("of", of, 1, 2**32 - 1)
    with told(progress) as callable:
        return _native.shard(asked, number, of, callable)


def merge(parts: Iterable[bytes], tia_Bq_s_per_voxel: ImageLike, **request: Any) -> DoseResult:
    """The result of the simulation of which :func:`shard` made the parts, to the last bit of its dose.

    Parts may come in any order; ``request`` is that of :func:`simulate`. Refused are parts of another simulation, damaged ones, the
    same decays twice, and decays that are missing.
    """
    asked, geometry = asked_of(tia_Bq_s_per_voxel, **request)
    return result_of(_native.merge(asked, list(parts)), geometry)


def result_of(found: tuple[Any, Any, list[tuple[int, float, float]], str], geometry: Geometry) -> DoseResult:
    dose, uncertainty, regions, record = found
    return DoseResult(dose, uncertainty, [Region(*region) for region in regions], json.loads(record), geometry)


def asked_of(
    tia: ImageLike,
    *,
    density: ImageLike | None = None,
    ct: ImageLike | None = None,
    water: bool = False,
    materials: ImageLike | None = None,
    curve: str = "default",
    spacing: Any = None,
    nuclide: str = "I-131",
    unit: str = "Bq.s/voxel",
    labels: ImageLike | None = None,
    nuclide_files: Iterable[Any] = (),
    material_files: Iterable[Any] = (),
    **of_effort: Any,
) -> tuple[dict[str, Any], Geometry]:
    """The request as the engine takes it, and where its grid lies."""
    given = [name for name, value in [("density", density), ("ct", ct)] if value is not None] + ["water=True"] * bool(water)
    if len(given) != 1:
        raise InputError(
            f"tissue: found {' and '.join(given) or 'none'}, expected exactly one of density (g/cm3), ct (HU) and water=True"
        )
    if materials is not None and density is None:
        raise InputError(f"materials: found beside {given[0]}, expected beside density")
    first = read_image("time-integrated activity", tia)
    geometry = _geometry(first, spacing)

    def place(name: str, value: ImageLike | None, kind: Any) -> Any:
        if value is None:
            return None
        image = read_image(name, value)
        if image.geometry is None and image.values.shape != first.values.shape:
            raise InputError(
                f"{name}: found shape {image.values.shape}, expected {first.values.shape}, that of the time-integrated activity"
            )
        if image.geometry is not None and first.geometry is None:
            raise InputError(
                f"{name}: found an image with a place in the patient beside time-integrated activity without one, expected both as "
                "arrays or both as images"
            )
        return kind(name, image.values), (image.geometry or geometry).affine[:3].tolist()

    asked = {
        "tia": (numbers("time-integrated activity", first.values), geometry.affine[:3].tolist()),
        "unit": unit,
        "density": place("density", density, numbers),
        "materials": place("materials", materials, label_map),
        "ct": place("ct", ct, numbers),
        "curve": str(curve),
        "labels": place("labels", labels, label_map),
        "nuclide": nuclide,
        "effort": effort(**of_effort),
        "own_data": own_data(nuclide_files, material_files),
    }
    return asked, geometry


def _geometry(first: Image, spacing: Any) -> Geometry:
    if first.geometry is None:
        if spacing is None:
            raise InputError("spacing: found none, expected (x, y, z) in mm beside an array")
        return Geometry.of_spacing(spacing)
    if spacing is not None:
        raise InputError(f"spacing: found {spacing!r} beside an image, expected none: the image has its own")
    return first.geometry
