"""Whole cases: from images to lesion doses and report."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from iodose import _native
from iodose._effort import effort, own_data, positive, whole
from iodose._histogram import dvh
from iodose._images import Geometry
from iodose._native import Dvh, InputError
from iodose._progress import Progress, told


@dataclass(frozen=True, eq=False)
class CaseResult:
    """What a case comes to.

    Attributes
    ----------
    dose : array [x, y, z], float32
        Absorbed dose in ``unit``.
    uncertainty : array [x, y, z], float32
        Its Monte Carlo standard uncertainty (k=1) in ``unit``; NaN where nothing was scored.
    unit : str
        "Gy", or "Gy/GBq" where the case names no therapy activity.
    labels : array [x, y, z], uint16, or None
        Lesions on the dose grid.
    lesions, organs : list of dict
        One for each, with the fields of ``lesions.json``.
    prescription : dict or None
        The content of ``prescription.json``; of a case with lesions.
    report_html : str
        The report's page.
    record : dict
        What was done and what it cost: the content of ``run.json``.
    geometry : Geometry
        Where the voxels lie.
    """

    dose: NDArray[np.float32]
    uncertainty: NDArray[np.float32]
    unit: str
    labels: NDArray[np.uint16] | None
    lesions: list[dict[str, Any]]
    organs: list[dict[str, Any]]
    prescription: dict[str, Any] | None
    report_html: str
    record: dict[str, Any]
    geometry: Geometry

    def dvh(self) -> dict[int, Dvh]:
        """The dose-volume histogram of each lesion on the dose grid, by label, in ``unit``."""
        return {} if self.labels is None else dvh(self.dose, self.labels, self.geometry.spacing)

    def to_sitk(self, what: Literal["dose", "uncertainty", "labels"] = "dose") -> Any:
        """A map as a SimpleITK image in the patient's space."""
        return self.geometry.to_sitk(self._map(what))

    def to_nibabel(self, what: Literal["dose", "uncertainty", "labels"] = "dose") -> Any:
        """A map as a NIfTI image of nibabel in the patient's space."""
        return self.geometry.to_nibabel(self._map(what))

    def _map(self, what: str) -> NDArray[Any]:
        maps = {"dose": self.dose, "uncertainty": self.uncertainty, "labels": self.labels}
        values = maps.get(what)
        if values is None:
            there = " or ".join(repr(name) for name, values in maps.items() if values is not None)
            raise InputError(f"what: found {what!r}, expected {there}")
        return values


def run(
    case: str | os.PathLike[str] | Mapping[str, Any],
    output: str | os.PathLike[str] | None = None,
    *,
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
) -> CaseResult:
    """The whole job: images to time-integrated activity, absorbed dose, lesions and report.

    Parameters
    ----------
    case : path or mapping
        A case file (``docs/case-file.md``), or its sections and keys as dictionaries and lists; paths in these are taken from the
        current folder.
    output : path
        A folder for all result files, which appear in it together at the end. Without it nothing is written.
    histories, uncertainty, goal, max_histories, max_seconds, variance_reduction, seed
        In place of the case's; as in :func:`iodose.simulate`.
    threads, progress, nuclide_files, material_files
        As in :func:`iodose.simulate`.

    Raises
    ------
    InputError
        For a case or images that cannot be right; the text names file, field, what was found and what is expected.
    Error
        For any other failure.
    """
    of_effort = effort(
        histories=histories,
        uncertainty=uncertainty,
        goal=goal,
        max_histories=max_histories,
        max_seconds=max_seconds,
        variance_reduction=variance_reduction,
        seed=seed,
        threads=threads,
    )
    written = json.dumps(case, default=os.fspath) if isinstance(case, Mapping) else Path(case)
    folder = None if output is None else Path(output)
    with told(progress) as callable:
        found = _native.run(written, folder, of_effort, own_data(nuclide_files, material_files), callable)
    document = json.loads(found.pop("lesions"))
    prescription = found.pop("prescription")
    return CaseResult(
        lesions=document["lesions"],
        organs=document["organs"],
        prescription=None if prescription is None else json.loads(prescription),
        record=json.loads(found.pop("record")),
        geometry=Geometry(np.array([*found.pop("rows"), [0.0, 0.0, 0.0, 1.0]])),
        **found,
    )


@dataclass(frozen=True)
class BatchCase:
    """A case of a batch and how it ended.

    Attributes
    ----------
    file, folder : Path
        The case file and the folder of its results.
    id : str
        The case's id; empty where the file cannot be read.
    end : str
        "done", "finished" (before) or "failed".
    seconds : float or None
        Wall time of a case that was run.
    error : str or None
        What was wrong with one that failed.
    """

    file: Path
    id: str
    folder: Path
    end: str
    seconds: float | None
    error: str | None


def batch(
    cases: Iterable[str | os.PathLike[str]],
    output: str | os.PathLike[str],
    *,
    jobs: int = 2,
    memory_GiB: float | None = None,
    keep_going: bool = False,
    resume: bool = False,
    histories: float | None = None,
    uncertainty: float | None = None,
    goal: str | None = None,
    max_histories: float | None = None,
    max_seconds: float | None = None,
    variance_reduction: str | None = None,
    seed: int | None = None,
    threads: int | None = None,
    nuclide_files: Iterable[Any] = (),
    material_files: Iterable[Any] = (),
) -> list[BatchCase]:
    """Many case files on this machine, each into the folder of its id below ``output``; a case that fails stops no other.

    Parameters
    ----------
    cases : paths
        The case files.
    output : path
        The folder of all results; the tables of the cohort are written there.
    jobs : int
        Cases side by side at most.
    memory_GiB : float
        Memory that they may take by estimate, GiB; 80 % of what is free where it is not given.
    keep_going : bool
        Run the others where a case file cannot be read; otherwise nothing is run.
    resume : bool
        Pass over what is finished: results of this version and these settings, no input changed since.
    threads : int
        Threads of all cases together; all of the machine where it is not given.
    histories, uncertainty, goal, max_histories, max_seconds, variance_reduction, seed, nuclide_files, material_files
        As in :func:`run`, for every case.

    Returns
    -------
    list of BatchCase
        In the order of ``cases``.
    """
    of_effort = effort(
        histories=histories,
        uncertainty=uncertainty,
        goal=goal,
        max_histories=max_histories,
        max_seconds=max_seconds,
        variance_reduction=variance_reduction,
        seed=seed,
        threads=threads,
    )
    memory = None if memory_GiB is None else int(positive("memory_GiB", memory_GiB) * 2**30)
    ended = _native.batch(
        [Path(case) for case in cases],
        Path(output),
        whole("jobs", jobs, 1, 65535),
        memory,
        bool(keep_going),
        bool(resume),
        of_effort,
        own_data(nuclide_files, material_files),
    )
    return [BatchCase(*case) for case in ended]
