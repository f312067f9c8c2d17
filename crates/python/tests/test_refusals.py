"""What cannot be right is refused, in words that say what is."""

import numpy as np
import pytest
from conftest import SPACING

import iodose

SHAPE = (6, 5, 4)
ONES = np.ones(SHAPE)


def changed(value, index=(1, 2, 3)):
    values = np.ones(SHAPE)
    values[index] = value
    return values


@pytest.mark.parametrize(
    "tia, given, text",
    [
        (ONES, {}, "tissue: found none, expected exactly one of"),
        (ONES, {"density": ONES, "water": True}, "tissue: found density and water=True"),
        (ONES, {"water": True, "spacing": None}, r"spacing: found none, expected \(x, y, z\) in mm"),
        (ONES, {"water": True, "spacing": 4}, "spacing: found 4"),
        (ONES, {"water": True, "spacing": (4, 4, 0)}, "above 0"),
        (ONES, {"water": True, "spacing": (4, 4, float("nan"))}, "above 0"),
        (ONES, {"density": np.ones((6, 5, 3))}, r"density: found shape \(6, 5, 3\), expected \(6, 5, 4\)"),
        (ONES, {"water": True, "labels": np.ones((4, 5, 6))}, r"labels: found shape \(4, 5, 6\), expected \(6, 5, 4\)"),
        (ONES[0], {"water": True}, r"time-integrated activity: found shape \(5, 4\)"),
        (ONES[:0], {"water": True}, r"size: found \[0, 5, 4\]"),
        (changed(-1), {"water": True}, r"time-integrated activity: found -1 at voxel \[1, 2, 3\]"),
        (changed(np.nan), {"water": True}, r"found NaN at voxel \[1, 2, 3\]"),
        (changed(1e300), {"water": True}, r"found inf at voxel \[1, 2, 3\]"),
        (ONES * 0, {"water": True}, "0 in every voxel"),
        (ONES * 1j, {"water": True}, "type complex128, expected real numbers"),
        (ONES > 0, {"water": True}, "type bool, expected real numbers"),
        (np.ma.masked_less(ONES, 0), {"water": True}, "masked"),
        ("tia.nii.gz", {"water": True}, "three axes"),
        (ONES, {"density": changed(np.nan)}, r"density \(g/cm3\)"),
        (ONES, {"density": changed(-0.5)}, r"density \(g/cm3\)"),
        (ONES, {"density": ONES, "materials": 10 * ONES}, "label: found 10"),
        (ONES, {"water": True, "materials": ONES}, "materials: found beside water"),
        (ONES, {"water": True, "labels": changed(1.5)}, "labels: found 1.5, expected whole labels"),
        (ONES, {"water": True, "labels": changed(70000).astype(int)}, "labels: found 70000"),
        (ONES, {"water": True, "labels": -ONES.astype(int)}, "labels: found -1"),
        (ONES, {"water": True, "labels": changed(np.nan)}, "labels: found nan"),
        (ONES, {"water": True, "labels": 0 * ONES}, "label"),
        (ONES, {"water": True, "nuclide": "I-130"}, "I-130"),
        (ONES, {"water": True, "unit": "MBq"}, 'unit: found "MBq", expected one of'),
        (ONES, {"water": True, "histories": 0}, "histories: found 0"),
        (ONES, {"water": True, "histories": 1.5}, "histories: found 1.5"),
        (ONES, {"water": True, "histories": 10**11}, "100000000000"),
        (ONES, {"water": True, "histories": 10, "uncertainty": 0.1}, "only one of the two"),
        (ONES, {"water": True, "uncertainty": 1}, "uncertainty: found 1"),
        (ONES, {"water": True, "uncertainty": "1%"}, "uncertainty: found '1%'"),
        (ONES, {"water": True, "max_seconds": -1}, "max_seconds: found -1"),
        (ONES, {"water": True, "seed": -1}, "seed: found -1"),
        (ONES, {"water": True, "threads": 0}, "threads: found 0"),
        (ONES, {"water": True, "goal": "mean"}, 'goal: found "mean", expected voxels'),
        (ONES, {"water": True, "goal": "D95"}, "D95 without lesions"),
        (ONES, {"water": True, "variance_reduction": "magic"}, "variance_reduction: .*magic"),
        (ONES, {"ct": ONES, "curve": "nowhere.csv"}, "nowhere.csv"),
        (ONES, {"water": True, "nuclide_files": "own.toml"}, "expected a list of paths"),
        (ONES, {"water": True, "nuclide_files": ["own.toml"]}, "own.toml"),
        (ONES, {"water": True, "progress": 3}, "progress: found 3"),
    ],
)
def test_input_is_refused(tia, given, text):
    with pytest.raises(iodose.InputError, match=text):
        iodose.simulate(tia, **{"spacing": SPACING} | given)


def test_an_image_of_another_library_is_refused():
    class Image(np.ndarray):
        def GetSpacing(self):
            return SPACING

    with pytest.raises(iodose.InputError, match="expected one of SimpleITK or nibabel"):
        iodose.simulate(ONES.view(Image), water=True, spacing=SPACING)


def test_input_errors_are_value_errors():
    assert issubclass(iodose.InputError, ValueError) and issubclass(iodose.Error, RuntimeError)
    assert iodose.InputError.__module__ == "iodose"


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda: iodose.shard(4, 3, ONES, water=True, spacing=SPACING, histories=10), "share: found 4 of 3"),
        (lambda: iodose.shard(1, 3, ONES, water=True, spacing=SPACING), "decays"),
        (lambda: iodose.kernel("I-131", "cheese"), "cheese"),
        (lambda: iodose.kernel(spacing=(1, 2)), "spacing"),
        (lambda: iodose.kernel(density=1000), "density: found 1000"),
        (lambda: iodose.kernel(extent=101), "extent: found 101"),
        (lambda: iodose.kernel(emissions="alpha"), "emissions: .*alpha"),
        (lambda: iodose.dvh(ONES, ONES), "spacing"),
        (lambda: iodose.dvh(ONES, ONES[1:], SPACING), r"labels: found shape \(5, 5, 4\), expected \(6, 5, 4\)"),
        (lambda: iodose.dvh(changed(np.nan), ONES, SPACING), "finite dose"),
        (lambda: iodose.dvh(ONES, 0 * ONES, SPACING), "labels: found none above 0"),
        (lambda: iodose.dvh(ONES, ONES, SPACING)[1].dose_at_volume(101), "percent: found 101"),
        (lambda: iodose.run("nowhere.toml"), "nowhere.toml"),
        (lambda: iodose.run({"case": {"id": "demo"}, "tissues": {}}), "tissues"),
        (lambda: iodose.batch(["nowhere.toml"], "out"), "nowhere.toml"),
    ],
)
def test_other_functions_refuse_too(call, text):
    with pytest.raises(iodose.InputError, match=text):
        call()


def test_what_is_only_unusual_is_a_warning(phantom):
    result = iodose.simulate(phantom.tia, **phantom.given | {"density": 8 * phantom.density})
    assert any("above 3 g/cm3" in warning for warning in result.record["warnings"])


def test_a_density_in_another_unit_is_refused(phantom):
    with pytest.raises(iodose.InputError, match="kg/m3"):
        iodose.simulate(phantom.tia, **phantom.given | {"density": 1000 * phantom.density})
