"""One case through every door: the command (which is what Rust callers call), Python, C, shares put together, and Dask."""

import ctypes
import os

import numpy as np
import pytest
from conftest import SPACING, read_nifti, same_bytes, write_image

import iodose

HISTORIES, SEED = 20_000, 7


@pytest.fixture(scope="module")
def expected(phantom):
    """By Python; (dose, uncertainty, regions)."""
    result = iodose.simulate(phantom.tia, **phantom.given)
    assert phantom.given["histories"] == HISTORIES and phantom.given["seed"] == SEED
    return result.dose, result.uncertainty, [tuple(region) for region in result.regions]


def same(found, expected):
    return same_bytes(found[0], expected[0]) and same_bytes(found[1], expected[1])


@pytest.fixture(scope="module")
def files(phantom, tmp_path_factory):
    folder = tmp_path_factory.mktemp("files")
    for name in ("tia", "density", "labels"):
        write_image(folder / f"{name}.mha", getattr(phantom, name))
    images = [folder / f"{name}.mha" for name in ("tia", "density", "labels")]
    tissue = ("--density", images[1], "--roi", images[2])
    return ("simulate", "--tia", images[0], "--unit", "Bq.s/voxel", *tissue, "--histories", HISTORIES, "--seed", SEED)


def written(folder):
    return read_nifti(folder / "dose.nii.gz"), read_nifti(folder / "uncertainty.nii.gz")


def test_the_command(expected, files, command, tmp_path):
    command(*files, "-o", tmp_path / "out")
    assert same(written(tmp_path / "out"), expected)


def test_shares_of_the_command(expected, files, command, tmp_path):
    parts = [tmp_path / f"{number}.part" for number in (1, 2, 3)]
    for number, part in enumerate(parts, 1):
        command("shard", f"{number}/3", *files, "-o", part)
    command("merge", *parts, "-o", tmp_path / "out")
    assert same(written(tmp_path / "out"), expected)


def test_dask(expected, phantom):
    distributed = pytest.importorskip("distributed")
    from iodose.distributed import simulate_sharded

    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as cluster,
        distributed.Client(cluster) as client,
    ):
        result = simulate_sharded(phantom.tia, client, shards=3, **phantom.given)
    assert same((result.dose, result.uncertainty), expected)
    assert [tuple(region) for region in result.regions] == expected[2]


class Grid(ctypes.Structure):
    """iodose_grid of crates/capi/include/iodose.h"""

    _fields_ = [
        ("size", ctypes.c_size_t * 3),
        ("spacing_mm", ctypes.c_double * 3),
        ("origin_mm", ctypes.c_double * 3),
        ("direction", ctypes.c_double * 9),
    ]


class Region(ctypes.Structure):
    """iodose_region"""

    _fields_ = [("label", ctypes.c_uint16), ("mean_gy", ctypes.c_double), ("u_gy", ctypes.c_double)]


@pytest.fixture(scope="module")
def library():
    """The shared library for C, whose path is in IODOSE_LIBRARY."""
    path = os.environ.get("IODOSE_LIBRARY")
    if path is None:
        pytest.skip("IODOSE_LIBRARY does not name the library (cargo build --release -p iodose-capi)")
    library = ctypes.CDLL(path)
    # Those that return a status do so as C's int, which is what ctypes expects of all.
    library.iodose_error_text.restype = ctypes.c_char_p
    for name in ("iodose_result_dose", "iodose_result_uncertainty"):
        getattr(library, name).restype = ctypes.POINTER(ctypes.c_float)
    library.iodose_result_regions.restype = ctypes.c_size_t
    return library


def pointer(values, of):
    return values.ctypes.data_as(ctypes.POINTER(of))


def test_c(expected, phantom, library):
    def ok(status):
        assert status == 0, library.iodose_error_text().decode()

    shape = phantom.tia.shape
    tia, density, labels = (np.asfortranarray(values) for values in (phantom.tia, phantom.density, phantom.labels))
    grid = Grid(shape, SPACING, (0, 0, 0), (1, 0, 0, 0, 1, 0, 0, 0, 1))
    request, result = ctypes.c_void_p(), ctypes.c_void_p()
    ok(library.iodose_request_new(ctypes.byref(grid), pointer(tia, ctypes.c_float), 0, b"I-131", ctypes.byref(request)))
    try:
        ok(library.iodose_request_density(request, pointer(density, ctypes.c_float), None))
        ok(library.iodose_request_labels(request, pointer(labels, ctypes.c_uint16)))
        ok(library.iodose_request_decays(request, ctypes.c_uint64(HISTORIES)))
        ok(library.iodose_request_seed(request, ctypes.c_uint64(SEED)))
        ok(library.iodose_simulate(request, None, ctypes.byref(result)))
        maps = [
            np.ctypeslib.as_array(of(result), shape=shape[::-1]).T
            for of in (library.iodose_result_dose, library.iodose_result_uncertainty)
        ]
        assert same(maps, expected)
        regions = []
        for position in range(library.iodose_result_regions(result)):
            region = Region()
            ok(library.iodose_result_region(result, ctypes.c_size_t(position), ctypes.byref(region)))
            regions.append((region.label, region.mean_gy, region.u_gy))
        assert regions == expected[2]
    finally:
        library.iodose_result_free(result)
        library.iodose_request_free(request)


def test_other_seeds_have_other_bytes(expected, phantom):
    """The comparison can fail."""
    other = iodose.simulate(phantom.tia, **phantom.given | {"seed": SEED + 1})
    assert not same((other.dose, other.uncertainty), expected)
