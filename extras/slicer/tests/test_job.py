"""Work beside the user interface: progress, cancelling, and an event loop in C++ that holds the interpreter's lock."""

import ctypes
import time

import pytest
import slicer
from IodoseDose import Cancelled, IodoseDoseLogic
from IodoseDoseLib.job import Job

LONG = {"histories": 5_000_000_000}


def nodes():
    return [slicer.mrmlScene.GetNumberOfNodesByClass(of) for of in ("vtkMRMLScalarVolumeNode", "vtkMRMLTableNode", "vtkMRMLPlotChartNode")]


def test_cancelling_ends_at_once_and_leaves_the_scene_alone(scene):
    before, logic = nodes(), IodoseDoseLogic()
    for after in (0.0, 0.3, 1.5):
        prepared, job = logic.start(scene.choices(**LONG))
        time.sleep(after)
        job.cancel()
        asked = time.perf_counter()
        assert job.poll()
        with pytest.raises(Cancelled):
            logic.finish(prepared, job)
        assert time.perf_counter() - asked < 0.5
        # The engine itself stops at its next sign of life.
        job._thread.join(10)
        assert not job._thread.is_alive()
    assert nodes() == before


def test_a_script_can_cancel(scene):
    def told(latest):
        if latest is not None:
            raise Cancelled

    with pytest.raises(Cancelled):
        IodoseDoseLogic().run(scene.choices(**LONG), told)


def test_progress_is_told(scene):
    told = []
    IodoseDoseLogic().run(scene.choices(histories=100_000, threads=1), told.append)
    told = [latest for latest in told if latest is not None]
    assert told and all(0 < decays <= expected == 100_000 for decays, expected, _ in told)


def test_a_loop_that_holds_the_lock_does_not_stop_the_run(scene):
    """Slicer's event loop is C++: as if it never let go of the lock between two timeouts."""
    # PyDLL, unlike CDLL, keeps the interpreter's lock during the call.
    hold = ctypes.PyDLL(None).usleep
    logic, polls = IodoseDoseLogic(), 0
    prepared, job = logic.start(scene.choices())
    until = time.monotonic() + 60
    while not job.poll() and time.monotonic() < until:
        hold(50_000)
        polls += 1
    assert logic.finish(prepared, job).dose is not None and polls > 0


def test_an_error_of_the_work_comes_back():
    def work(progress):
        raise ValueError("wrong")

    job = Job(work)
    while not job.poll():
        pass
    with pytest.raises(ValueError, match="wrong"):
        job.result()


def test_the_scene_may_change_while_the_engine_works(scene):
    logic = IodoseDoseLogic()
    expected = slicer.util.arrayFromVolume(logic.run(scene.choices()).dose).tobytes()
    prepared, job = logic.start(scene.choices())
    slicer.util.arrayFromVolume(scene.activity)[:] = 0
    slicer.util.arrayFromVolume(scene.ct)[:] = 0
    while not job.poll():
        pass
    assert slicer.util.arrayFromVolume(logic.finish(prepared, job).dose).tobytes() == expected
