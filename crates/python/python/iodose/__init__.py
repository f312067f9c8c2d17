"""Voxel-level Monte Carlo absorbed dose for radioiodine therapy. Research software, not a medical device.

Arrays are indexed ``[x, y, z]``; lengths are in mm, time-integrated activity in Bq.s per voxel (decays) unless ``unit`` says
otherwise, absorbed dose in Gy.

* :func:`simulate`: a map of time-integrated activity in, absorbed dose out on its grid.
* :func:`run`: a whole case, from images to lesion doses and report; :func:`batch`: many of them.
* :func:`dvh`, :func:`metrics`: dose-volume histograms and what is read from them.
* :func:`kernel`: voxel S values.
* :func:`shard`, :func:`merge`: a simulation in parts, and their exact sum; :mod:`iodose.distributed`: the same on a cluster.
"""

from iodose._native import VERSION as __version__
from iodose._native import Dvh, Error, InputError
from iodose._case import BatchCase, CaseResult, batch, run
from iodose._histogram import dvh, metrics
from iodose._images import Geometry
from iodose._kernel import VoxelKernel, kernel
from iodose._simulate import DoseResult, Region, merge, shard, simulate

__all__ = [
    "BatchCase",
    "CaseResult",
    "DoseResult",
    "Dvh",
    "Error",
    "Geometry",
    "InputError",
    "Region",
    "VoxelKernel",
    "__version__",
    "batch",
    "dvh",
    "kernel",
    "merge",
    "metrics",
    "run",
    "shard",
    "simulate",
]
