"""A run that is to end ends soon, and leaves nothing behind."""

import os
import threading
import time

import pytest
from conftest import SPACING, interrupted

import iodose

LONG = {"water": True, "spacing": SPACING, "histories": 5e9, "max_seconds": 60}


def resident_bytes():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def native_threads():
    return len(os.listdir("/proc/self/task"))


@pytest.mark.parametrize("after", [0.02, 0.2, 0.7, 2.0])
@pytest.mark.parametrize("variance_reduction", ["all", "none"])
def test_control_c_ends_a_run_within_half_a_second(phantom, after, variance_reduction):
    given = {**LONG, "variance_reduction": variance_reduction}
    assert interrupted(lambda: iodose.simulate(phantom.tia, **given), after) < 0.5


def test_control_c_ends_a_kernel_and_a_share(phantom):
    assert interrupted(lambda: iodose.kernel(histories=5e9, max_seconds=60), 1.0) < 0.5
    assert interrupted(lambda: iodose.shard(2, 3, phantom.tia, **LONG | {"max_seconds": None}), 1.0) < 0.5


def test_control_c_ends_a_run_on_a_large_grid():
    import numpy as np

    tia = np.ones((128, 128, 100), dtype=np.float32)
    for after in (0.3, 1.0, 3.0):
        assert interrupted(lambda: iodose.simulate(tia, **LONG), after) < 0.5


@pytest.mark.skipif(not os.path.exists("/proc/self/statm"), reason="memory is looked up in /proc")
def test_ended_runs_leave_no_memory_and_no_threads(phantom):
    for _ in range(3):
        interrupted(lambda: iodose.simulate(phantom.tia, **LONG), 0.4)
    time.sleep(1)
    memory, threads = resident_bytes(), native_threads()
    for _ in range(10):
        interrupted(lambda: iodose.simulate(phantom.tia, **LONG), 0.4)
    until = time.perf_counter() + 5
    while native_threads() > threads and time.perf_counter() < until:
        time.sleep(0.01)
    assert native_threads() <= threads
    # Ten runs that were kept would hold ten times the tables of the engine, tens of MB each.
    assert resident_bytes() - memory < 20e6


def test_an_exception_of_the_callable_ends_the_run(phantom):
    class Enough(Exception):
        pass

    def progress(histories, expected, uncertainty):
        raise Enough(histories, expected)

    start = time.perf_counter()
    with pytest.raises(Enough) as raised:
        iodose.simulate(phantom.tia, **LONG | {"max_seconds": None}, progress=progress)
    assert time.perf_counter() - start < 10
    histories, expected = raised.value.args
    assert 0 < histories <= expected == 5e9


def test_progress_is_told(phantom):
    told = []
    given = {"density": phantom.density, "spacing": SPACING, "uncertainty": 0.01, "threads": 1}
    result = iodose.simulate(phantom.tia, **given, progress=lambda *step: told.append((*step, threading.get_ident())))
    histories, expected, uncertainties, threads = zip(*told)
    assert list(histories) == sorted(histories) and histories[-1] == result.record["decays"]
    assert all(done <= all_ for done, all_ in zip(histories, expected))
    assert all(u is None or 0 < u < 1 for u in uncertainties)
    assert set(threads) == {threading.get_ident()}


def test_a_bar_moves_where_tqdm_is(phantom, capsys):
    pytest.importorskip("tqdm")
    iodose.simulate(phantom.tia, **phantom.given, progress=True)
    assert "20.0k" in capsys.readouterr().err


def test_without_tqdm_a_warning_says_so(phantom, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.warns(UserWarning, match="tqdm is not installed"):
        iodose.simulate(phantom.tia, **phantom.given, progress=True)
