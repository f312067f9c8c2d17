"""The engine as the package calls it; see the functions of :mod:`iodose` for what the values mean."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias, final

import numpy as np
from numpy.typing import NDArray

__all__ = ["VERSION", "Dvh", "Error", "InputError", "batch", "folder_name", "kernel", "merge", "run", "shard", "simulate"]

VERSION: str
"""Version of the engine and of the package."""

class InputError(ValueError):
    """The input or the request is to blame; the text says what is."""

class Error(RuntimeError):
    """Any other failure."""

_Progress: TypeAlias = Callable[[int, int, float | None], object] | None
_Found: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32], list[tuple[int, float, float]], str]

def simulate(asked: dict[str, Any], progress: _Progress) -> _Found: ...
def shard(asked: dict[str, Any], number: int, of: int, progress: _Progress) -> bytes: ...
def merge(asked: dict[str, Any], parts: list[bytes]) -> _Found: ...
def run(
    case: str | Path, output: Path | None, effort: dict[str, Any], own_data: dict[str, list[str]], progress: _Progress
) -> dict[str, Any]: ...
def batch(
    files: list[Path],
    output: Path,
    jobs: int,
    memory_bytes: int | None,
    keep_going: bool,
    resume: bool,
    effort: dict[str, Any],
    own_data: dict[str, list[str]],
) -> list[tuple[Path, str, Path, str, float | None, str | None]]: ...
def folder_name(id: str) -> str: ...
def kernel(asked: dict[str, Any], progress: _Progress) -> tuple[NDArray[np.float64], NDArray[np.float64], float, int]: ...

@final
class Dvh:
    """The cumulative dose-volume histogram of a region, by the code that makes the report's (``docs/methods/dvh.md``)."""

    def __new__(cls, doses: NDArray[np.float64], voxel_mL: float) -> Dvh:
        """Of the doses of the region's voxels (Gy), each of ``voxel_mL`` mL."""

    @property
    def voxels(self) -> int:
        """Voxels of the region."""

    @property
    def volume_mL(self) -> float:
        """Volume of the region, mL."""

    @property
    def mean(self) -> float:
        """Mean dose, Gy."""

    @property
    def min(self) -> float:
        """Smallest dose, Gy."""

    @property
    def max(self) -> float:
        """Largest dose, Gy."""

    @property
    def D98(self) -> float:
        """Dose that 98 % of the volume has at least, Gy."""

    @property
    def D95(self) -> float:
        """Dose that 95 % of the volume has at least, Gy."""

    @property
    def D50(self) -> float:
        """Median dose, Gy."""

    @property
    def D2(self) -> float:
        """Dose that 2 % of the volume has at least, Gy."""

    def dose_at_volume(self, percent: float) -> float:
        """Dose (Gy) that ``percent`` (0 to 100) of the volume has at least."""

    def volume_at_dose(self, dose: float) -> float:
        """Share of the volume, 0 to 1, with at least a dose (Gy)."""

    def curve(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Doses (Gy), ascending, and the share of the volume that has at least each: at most 400 points, to be plotted."""
