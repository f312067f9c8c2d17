"""Two workers of Dask on the loopback: the bytes of one machine, even where a worker is lost."""

import os
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from conftest import same_bytes, write_image
from test_case import CASE

import iodose

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("default")


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, processes of their own that nobody starts again; a client of them."""
    file = tmp_path / "scheduler.json"
    common = ["--scheduler-file", str(file), "--no-dashboard"]
    loopback = ["--host", "127.0.0.1"]
    scheduler = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0", *loopback, *common]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", "--nthreads", "1", "--no-nanny", *loopback, *common]
    environment = os.environ | {"PYTHONPATH": os.path.dirname(__file__)}
    processes = [
        subprocess.Popen(words, cwd=tmp_path, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for words in (scheduler, worker, worker)
    ]
    try:
        until = time.monotonic() + 60
        while not file.exists() and time.monotonic() < until:
            time.sleep(0.05)
        with distributed.Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=60)
            yield client
    finally:
        for process in processes:
            process.kill()
            process.wait()


def kill_one_at_work(client, killed):
    """Kills a worker once it has done a task and is at the next."""
    pids = client.run(os.getpid)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        done = client.run_on_scheduler(lambda dask_scheduler: {w.address: len(w.has_what) for w in dask_scheduler.workers.values()})
        for address, tasks in client.processing().items():
            if tasks and done.get(address, 0) >= 1:
                time.sleep(0.1)
                os.kill(pids[address], signal.SIGKILL)
                killed.append(address)
                return
        time.sleep(0.02)


def test_a_lost_worker_changes_no_byte(cluster, phantom):
    given = phantom.given | {"histories": 600_000}
    whole = iodose.simulate(phantom.tia, **given)
    killed = []
    killer = threading.Thread(target=kill_one_at_work, args=(cluster, killed))
    killer.start()
    from iodose.distributed import simulate_sharded

    result = simulate_sharded(phantom.tia, cluster, shards=8, **given)
    killer.join()
    assert len(killed) == 1 and killed[0] not in cluster.nthreads() and len(cluster.nthreads()) == 1
    assert same_bytes(result.dose, whole.dose) and same_bytes(result.uncertainty, whole.uncertainty)
    assert result.regions == whole.regions
    assert result.geometry.spacing == whole.geometry.spacing


def test_shares_done_twice_are_refused(cluster, phantom):
    parts = cluster.gather(
        [cluster.submit(iodose.shard, number, 2, phantom.tia, **phantom.given, pure=False) for number in (1, 2, 2)]
    )
    with pytest.raises(iodose.InputError, match="overlap"):
        iodose.merge(parts, phantom.tia, **phantom.given)
    assert same_bytes(iodose.merge(parts[:2], phantom.tia, **phantom.given).dose, iodose.simulate(phantom.tia, **phantom.given).dose)


def test_cases_run_on_workers_and_one_that_fails_stops_none(cluster, phantom, tmp_path):
    from iodose.distributed import run

    write_image(tmp_path / "spect.mha", phantom.tia)
    write_image(tmp_path / "density.mha", phantom.density)
    write_image(tmp_path / "lesions.mha", phantom.labels)
    cases = [tmp_path / f"{name}.toml" for name in ("one", "two", "wrong", "three")]
    for case in cases:
        text = CASE.format(id=case.stem)
        case.write_text(text.replace("spect.mha", "nowhere.mha") if case.stem == "wrong" else text)
    killed = []
    killer = threading.Thread(target=kill_one_at_work, args=(cluster, killed))
    killer.start()
    ended = run([*cases, tmp_path / "absent.toml"], cluster, seed=4, histories=100_000)
    killer.join()
    assert len(killed) == 1
    assert [case.error is None for case in ended] == [True, True, False, True, False]
    assert "nowhere.mha" in ended[2].error and "absent.toml" in ended[4].error
    alone = iodose.run(cases[0], seed=4, histories=100_000)
    assert all(same_bytes(case.result.dose, alone.dose) for case in ended if case.error is None)
    assert ended[0].result.lesions == alone.lesions
    written = run(cases[:3], cluster, tmp_path / "out")
    assert [case.error is None for case in written] == [True, True, False]
    assert written[1].result is None and (written[1].folder / "dose.nii.gz").is_file()
    assert written[1].folder == tmp_path / "out" / "two"
    with pytest.raises(iodose.InputError, match="an id for each case"):
        run([cases[0], cases[0]], cluster, tmp_path / "out")


def test_what_cannot_be_shared_is_refused(cluster, phantom):
    from iodose.distributed import simulate_sharded

    with pytest.raises(iodose.InputError, match="histories: found none"):
        simulate_sharded(phantom.tia, cluster, water=True, spacing=(4, 4, 4))
    wrong = phantom.tia.copy()
    wrong[0, 0, 0] = np.nan
    with pytest.raises(iodose.InputError, match="NaN"):
        simulate_sharded(wrong, cluster, **phantom.given)
