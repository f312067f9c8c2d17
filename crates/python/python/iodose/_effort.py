"""The arguments that all Monte Carlo functions share, checked."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from iodose._native import InputError


def whole(name: str, value: Any, least: int, most: int = 2**64 - 1) -> int:
    """A whole number; 1e6 is one."""
    try:
        number = int(value)
        is_whole = number == value and not isinstance(value, (bool, str))
    except (TypeError, ValueError, OverflowError):
        is_whole = False
    if not is_whole or not least <= number <= most:
        raise InputError(f"{name}: found {value!r}, expected a whole number of at least {least}")
    return number


def positive(name: str, value: Any) -> float:
    """A finite number above 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = 0.0
    if not 0 < number < float("inf"):
        raise InputError(f"{name}: found {value!r}, expected a finite number above 0")
    return number


def effort(
    *,
    histories: Any = None,
    uncertainty: Any = None,
    goal: str | None = None,
    max_histories: Any = None,
    max_seconds: Any = None,
    variance_reduction: str | None = None,
    seed: Any = None,
    threads: Any = None,
) -> dict[str, Any]:
    """What the engine takes; None leaves its choice to it."""
    for other, value in [("uncertainty", uncertainty), ("max_histories", max_histories)]:
        if histories is not None and value is not None:
            raise InputError(f"{other}: found {value!r} beside histories={histories!r}, expected only one of the two")
    if uncertainty is not None and not 0 < positive("uncertainty", uncertainty) < 1:
        raise InputError(f"uncertainty: found {uncertainty!r}, expected a share above 0 and below 1, such as 0.01 for 1 %")
    return {
        "histories": None if histories is None else whole("histories", histories, 1),
        "uncertainty": None if uncertainty is None else float(uncertainty),
        "goal": goal,
        "max_histories": None if max_histories is None else whole("max_histories", max_histories, 1),
        "max_seconds": None if max_seconds is None else positive("max_seconds", max_seconds),
        "variance_reduction": variance_reduction,
        "seed": None if seed is None else whole("seed", seed, 0),
        "threads": None if threads is None else whole("threads", threads, 1, 65535),
    }


def own_data(nuclide_files: Iterable[Any], material_files: Iterable[Any]) -> dict[str, list[str]]:
    """Files of a caller's own nuclides and materials."""
    files = {"nuclide_files": nuclide_files, "material_files": material_files}
    for name, value in files.items():
        if isinstance(value, (str, bytes, os.PathLike)):
            raise InputError(f"{name}: found one path, expected a list of paths")
    return {name: [os.fsdecode(file) for file in value] for name, value in files.items()}
