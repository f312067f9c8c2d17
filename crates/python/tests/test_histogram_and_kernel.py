"""Histograms and voxel S values are the engine's."""

import csv

import numpy as np
import pytest
from conftest import SPACING

import iodose


def test_a_ramp_gives_the_percentiles_by_hand():
    dose = np.arange(101, dtype=np.int32).reshape(101, 1, 1)
    histogram = iodose.dvh(dose, np.ones(dose.shape, dtype=bool), SPACING)[1]
    assert (histogram.D98, histogram.D95, histogram.D50, histogram.D2) == pytest.approx((2, 5, 50, 98))
    assert (histogram.mean, histogram.min, histogram.max, histogram.voxels) == pytest.approx((50, 0, 100, 101))
    assert histogram.volume_mL == pytest.approx(101 * 0.06)
    assert histogram.dose_at_volume(30) == pytest.approx(70) and histogram.volume_at_dose(70) == pytest.approx(0.3)
    doses, shares = histogram.curve()
    assert (np.diff(doses) >= 0).all() and shares[0] == 1 and shares[-1] == 0
    assert "D95=5.0000" in repr(histogram)
    rows = iodose.metrics(dose, np.where(dose < 50, 2, 7), SPACING)
    assert list(rows) == [2, 7] and rows[7]["mean"] == pytest.approx(75) and rows[2]["voxels"] == 50


def test_a_kernel_is_that_of_the_command(command, tmp_path):
    kernel = iodose.kernel("I-131", "soft-tissue", (4, 4, 3), extent=2, emissions="beta,gamma", histories=20_000, seed=3)
    command(
        *("kernel", "voxel", "--nuclide", "I-131", "--material", "soft-tissue", "--size", "4x4x3", "--extent", 2),
        *("--emissions", "beta,gamma", "--histories", 20_000, "--seed", 3, "-o", tmp_path / "s.csv"),
    )
    with open(tmp_path / "s.csv") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == kernel.S.size == 27
    for row in rows:
        index = tuple(int(row[axis]) for axis in "ijk")
        assert float(row["S_mGy_per_MBq_s"]) == pytest.approx(kernel.S[index], rel=1e-6)
    assert kernel.density == 1.0 and kernel.S.argmax() == 0


def test_a_nuclide_of_ones_own_is_known(tmp_path, phantom):
    embedded = iodose.simulate(phantom.tia, **phantom.given)
    own = tmp_path / "own.toml"
    own.write_text(OWN_NUCLIDE)
    result = iodose.simulate(phantom.tia, **phantom.given | {"nuclide": "My-1", "nuclide_files": [own]})
    # One electron of 100 keV per decay deposits less than I-131 does.
    assert 0 < result.dose.sum() < embedded.dose.sum()
    with pytest.raises(iodose.InputError, match="My-1"):
        iodose.simulate(phantom.tia, **phantom.given | {"nuclide": "My-1"})


OWN_NUCLIDE = """
name = "My-1"
source = "made for this test"
half_life_s = 3600.0

[lines]
conversion = [[0.1, 1.0]]
"""
