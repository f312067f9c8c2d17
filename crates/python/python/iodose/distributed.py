"""Simulations and cases on many machines, by Dask (``pip install iodose[distributed]``).

``client`` is a ``distributed.Client``: of a cluster of dask-jobqueue (Slurm, PBS, HTCondor, LSF), or of workers started by hand. All
workers need this package in the same version; what a lost worker was at is done again by others.
"""

from __future__ import annotations

import os
import pickle
import tomllib
import warnings
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from iodose import _native
from iodose._case import CaseResult
from iodose._case import run as run_case
from iodose._effort import whole
from iodose._images import ImageLike
from iodose._native import Error, InputError
from iodose._simulate import DoseResult, asked_of, result_of

if TYPE_CHECKING:
    from distributed import Client

__all__ = ["RemoteCase", "run", "simulate_sharded"]


def simulate_sharded(
    tia_Bq_s_per_voxel: ImageLike, client: Client, *, shards: int | None = None, threads: int = 1, **request: Any
) -> DoseResult:
    """:func:`iodose.simulate` with its decays shared out over the workers; the dose has the bytes that one machine gives.

    Parameters
    ----------
    tia_Bq_s_per_voxel : array [x, y, z] or image
        As for :func:`iodose.simulate`.
    client : distributed.Client
        The cluster's.
    shards : int
        Parts; four for each thread of the workers where it is not given. What is lost with a worker is one part for each thread.
    threads : int
        Threads of the engine for one part: 1 where Dask runs a task on each processor, more where it runs one on a machine.
    request
        That of :func:`iodose.simulate`, with ``histories``: the decays of the whole.
    """
    asked, geometry = asked_of(tia_Bq_s_per_voxel, threads=threads, **request)
    if asked["effort"]["histories"] is None:
        raise InputError("histories: found none, expected the decays of the whole, which are shared out")
    of = max(1, 4 * sum(client.nthreads().values())) if shards is None else whole("shards", shards, 1, 2**32 - 1)
    # A task of its own, whose bytes stay with the scheduler: what is scattered is lost with the worker that holds it.
    packed = zlib.compress(pickle.dumps(asked), level=1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sending large graph")
        unpacked = client.submit(_unpack, packed, pure=False)
    futures = [client.submit(_share, unpacked, number, of, pure=False) for number in range(1, of + 1)]
    try:
        parts = client.gather(futures)
    finally:
        client.cancel(futures)
    return result_of(_native.merge(asked | {"effort": asked["effort"] | {"threads": None}}, parts), geometry)


def _unpack(packed: bytes) -> dict[str, Any]:
    asked: dict[str, Any] = pickle.loads(zlib.decompress(packed))
    return asked


def _share(asked: dict[str, Any], number: int, of: int) -> bytes:
    return _native.shard(asked, number, of, None)


@dataclass(frozen=True, eq=False)
class RemoteCase:
    """A case and how it ended.

    Attributes
    ----------
    file : Path
        The case file.
    folder : Path or None
        The folder of its results, where an output was named.
    result : CaseResult or None
        Its results, where no output was named.
    error : str or None
        What was wrong with a case that failed.
    """

    file: Path
    folder: Path | None
    result: CaseResult | None
    error: str | None


def run(
    cases: Iterable[str | os.PathLike[str]],
    client: Client,
    output: str | os.PathLike[str] | None = None,
    *,
    threads: int = 1,
    **options: Any,
) -> list[RemoteCase]:
    """Case files, each run by a worker; a case that fails stops no other.

    Parameters
    ----------
    cases : paths
        The case files, under paths that every worker and this process can read.
    client : distributed.Client
        The cluster's.
    output : path
        A folder that every worker can write to: the results of each case go into the folder of its id below it. Without it they come
        back in memory.
    threads : int
        Threads of the engine for one case: 1 where Dask runs a task on each processor, more where it runs one on a machine.
    options
        Those of :func:`iodose.run`, for every case.

    Returns
    -------
    list of RemoteCase
        In the order of ``cases``.
    """
    files = [Path(case).absolute() for case in cases]
    folders = [None] * len(files) if output is None else _folders(files, Path(output).absolute())
    futures = [
        client.submit(_run, file, folder, options | {"threads": threads}, pure=False) for file, folder in zip(files, folders)
    ]
    ended = []
    try:
        for file, folder, future in zip(files, folders, futures):
            try:
                result, error = future.result()
            # A case that ended every worker that took it, for one.
            except Exception as lost:
                result, error = None, f"{type(lost).__name__}: {lost}"
            ended.append(RemoteCase(file, folder, result, error))
    finally:
        client.cancel(futures)
    return ended


def _run(file: Path, folder: Path | None, options: dict[str, Any]) -> tuple[CaseResult | None, str | None]:
    try:
        result = run_case(file, folder, **options)
    except (InputError, Error) as error:
        return None, str(error)
    return (result if folder is None else None), None


def _folders(files: list[Path], output: Path) -> list[Path | None]:
    """The folder of each case; None for a file that cannot be read, whose run will say why."""
    folders: list[Path | None] = []
    for file in files:
        try:
            folder = output / _native.folder_name(str(tomllib.loads(file.read_text(encoding="utf-8"))["case"]["id"]))
        except (OSError, ValueError, KeyError, TypeError):
            folders.append(None)
            continue
        if folder in folders:
            other = files[folders.index(folder)]
            raise InputError(f"{file}: case.id: found that of {other}, expected an id for each case, and folder, of its own")
        folders.append(folder)
    return folders
