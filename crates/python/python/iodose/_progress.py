"""Who is told how far a run is."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from iodose._native import InputError

#: Called with the decays simulated, the decays expected in all, and the relative uncertainty reached (None before it is known).
Progress = Callable[[int, int, float | None], object]


@contextmanager
def told(progress: Progress | bool | None) -> Iterator[Progress | None]:
    """A callable for the engine: that given, or one that moves a bar of tqdm for True."""
    if progress is None or progress is False:
        yield None
    elif progress is not True:
        if not callable(progress):
            raise InputError(f"progress: found {progress!r}, expected a callable, True or None")
        yield progress
    else:
        try:
            from tqdm.auto import tqdm
        except ImportError:
            warnings.warn("progress=True shows nothing: tqdm is not installed", stacklevel=4)
            yield None
            return
        with tqdm(unit=" decays", unit_scale=True) as bar:

            def move(histories: int, expected: int, uncertainty: float | None) -> None:
                bar.total = expected
                if uncertainty is not None:
                    bar.set_postfix_str(f"uncertainty {100 * uncertainty:.1f} % so far", refresh=False)
                bar.update(histories - bar.n)

            yield move
