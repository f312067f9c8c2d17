"""The bytes of the command, whatever the arrays look like."""

import threading
import time

import numpy as np
import pytest
from conftest import SPACING, read_nifti, same_bytes, write_image

import iodose


@pytest.fixture(scope="module")
def result(phantom):
    return iodose.simulate(phantom.tia, **phantom.given)


def test_dose_is_that_of_the_command(phantom, result, command, tmp_path):
    for name in ("tia", "density", "labels"):
        write_image(tmp_path / f"{name}.mha", getattr(phantom, name))
    files = [tmp_path / f"{name}.mha" for name in ("tia", "density", "labels")]
    command(
        *("simulate", "--tia", files[0], "--unit", "Bq.s/voxel", "--density", files[1], "--roi", files[2]),
        *("--histories", 20_000, "--seed", 7, "-o", tmp_path / "out"),
    )
    assert same_bytes(result.dose, read_nifti(tmp_path / "out" / "dose.nii.gz"))
    assert same_bytes(result.uncertainty, read_nifti(tmp_path / "out" / "uncertainty.nii.gz"))


def test_result_says_what_it_is(phantom, result):
    assert result.dose.dtype == np.float32 and result.dose.shape == phantom.tia.shape
    assert result.dose.flags.f_contiguous and result.dose.flags.writeable and not result.dose.flags.owndata
    assert [region.label for region in result.regions] == [1, 4]
    mean = result.dose[phantom.labels == 1].mean(dtype=float)
    assert result.regions[0].mean == pytest.approx(mean, rel=1e-6) and 0 < result.regions[0].u < 0.1 * mean
    assert result.record["decays"] == 20_000 and result.record["seed"] == 7
    assert result.geometry.spacing == SPACING
    assert result.geometry.voxel_mL == pytest.approx(0.06)


@pytest.mark.parametrize(
    "form",
    [
        np.ascontiguousarray,
        np.asfortranarray,
        lambda values: np.repeat(values, 2, axis=1)[:, ::2],
        lambda values: values[::-1].copy()[::-1],
        lambda values: values.astype(np.float64),
        lambda values: values.astype(">f4"),
        lambda values: values.tolist(),
    ],
    ids=["C", "F", "strided", "reversed", "float64", "big-endian", "list"],
)
def test_layout_and_type_do_not_matter(phantom, result, form):
    given = phantom.given | {"density": form(phantom.density)}
    assert same_bytes(iodose.simulate(form(phantom.tia), **given).dose, result.dose)


def test_integers_are_numbers_and_truth_values_are_labels(phantom, result):
    given = phantom.given | {"labels": phantom.labels > 0}
    other = iodose.simulate(phantom.tia.astype(np.int64), **given)
    assert same_bytes(other.dose, result.dose)
    assert [region.label for region in other.regions] == [1]


@pytest.mark.parametrize("threads", [1, 3])
def test_threads_do_not_matter(phantom, result, threads):
    assert same_bytes(iodose.simulate(phantom.tia, **phantom.given, threads=threads).dose, result.dose)


def test_units_say_the_same(phantom, result):
    per_ml = iodose.simulate(phantom.tia / 0.06, **phantom.given, unit="Bq.s/mL")
    assert np.allclose(per_ml.dose, result.dose, rtol=1e-4)
    per_ml = iodose.simulate(phantom.tia / 0.06 / 3.6e9, **phantom.given, unit="MBq.h/mL")
    assert np.allclose(per_ml.dose, result.dose, rtol=1e-4)


def test_ct_and_water_are_tissue(phantom):
    given = {"spacing": SPACING, "histories": 20_000}
    water = iodose.simulate(phantom.tia, water=True, **given)
    of_ct = iodose.simulate(phantom.tia, ct=np.zeros_like(phantom.tia), **given)
    ones = np.ones_like(phantom.tia)
    of_materials = iodose.simulate(phantom.tia, density=ones, materials=ones, **given)
    inside = phantom.labels == 1
    assert of_ct.dose[inside].mean() == pytest.approx(water.dose[inside].mean(), rel=0.05)
    assert of_materials.dose[inside].mean() == pytest.approx(water.dose[inside].mean(), rel=0.01)


def test_a_goal_is_reached_and_a_ceiling_holds(phantom):
    given = {"density": phantom.density, "spacing": SPACING, "labels": phantom.labels}
    reached = iodose.simulate(phantom.tia, **given, uncertainty=0.05, goal="lesion-mean")
    assert max(region.u / region.mean for region in reached.regions) <= 0.05
    ended = iodose.simulate(phantom.tia, **given, uncertainty=1e-6, max_histories=30_000)
    assert ended.record["decays"] <= 30_000
    assert any("ceiling" in warning for warning in ended.record["warnings"])
    analog = iodose.simulate(phantom.tia, **given, histories=1000, variance_reduction="none")
    assert analog.record["settings"]["variance_reduction"] == "none"


def test_parts_add_up_to_the_whole(phantom, result):
    parts = [iodose.shard(number, 3, phantom.tia, **phantom.given) for number in (1, 2, 3)]
    merged = iodose.merge(reversed(parts), phantom.tia, **phantom.given)
    assert same_bytes(merged.dose, result.dose) and same_bytes(merged.uncertainty, result.uncertainty)
    assert merged.regions == result.regions
    for wrong, text in [(parts[:2] + parts[:1], "overlap"), (parts[:2], "all of the 20000 decays"), ([], "none")]:
        with pytest.raises(iodose.InputError, match=text):
            iodose.merge(wrong, phantom.tia, **phantom.given)
    with pytest.raises(iodose.InputError, match="checksum"):
        iodose.merge([parts[0][:-1] + b"x", *parts[1:]], phantom.tia, **phantom.given)
    with pytest.raises(iodose.InputError, match="seed"):
        iodose.merge(parts, phantom.tia, **phantom.given | {"seed": 8})


def test_eight_threads_at_once(phantom):
    seeds = range(8)
    alone = [iodose.simulate(phantom.tia, **phantom.given | {"seed": seed}).dose for seed in seeds]
    together = [None] * len(seeds)

    def work(position):
        together[position] = iodose.simulate(phantom.tia, **phantom.given | {"seed": position}).dose

    threads = [threading.Thread(target=work, args=(seed,)) for seed in seeds]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same_bytes(one, other) for one, other in zip(alone, together))
    assert not same_bytes(alone[0], alone[1])


def test_other_threads_go_on(phantom):
    gaps, done = [], threading.Event()

    def beat():
        last = time.perf_counter()
        while not done.wait(0.005):
            now = time.perf_counter()
            gaps.append(now - last)
            last = now

    thread = threading.Thread(target=beat)
    thread.start()
    start = time.perf_counter()
    iodose.simulate(phantom.tia, **phantom.given | {"histories": 3e5})
    seconds = time.perf_counter() - start
    done.set()
    thread.join()
    # Held throughout, the interpreter's lock would leave one gap as long as the run.
    assert seconds > 0.2 and max(gaps) < 0.5 * seconds


def test_a_forked_process_works_after_its_parent_did(phantom, result):
    multiprocessing = pytest.importorskip("multiprocessing")
    if "fork" not in multiprocessing.get_all_start_methods():
        pytest.skip("no fork here")
    context = multiprocessing.get_context("fork")
    queue = context.Queue()

    def work():
        queue.put(iodose.simulate(phantom.tia, **phantom.given).dose.tobytes(order="F"))

    process = context.Process(target=work)
    process.start()
    assert queue.get(timeout=60) == result.dose.tobytes(order="F")
    process.join()


def test_the_call_costs_little_beside_the_engine():
    """Arrays of another type and layout than the engine's, on a clinical grid; the record's time is that of the Rust function."""
    tia = np.ones((128, 128, 80))
    start = time.perf_counter()
    result = iodose.simulate(tia, density=tia, spacing=SPACING, uncertainty=1e-3, max_seconds=8, progress=lambda *_: None)
    seconds = time.perf_counter() - start
    assert seconds - result.record["wall_seconds"] < 0.02 * seconds
