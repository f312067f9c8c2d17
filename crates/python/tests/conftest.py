"""A small phantom, and the command beside which the package is held."""

import gzip
import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import numpy as np
import pytest

SPACING = (4.0, 3.0, 5.0)


class Phantom:
    """A hot lesion in a body with lung on one side; arrays [x, y, z]."""

    def __init__(self):
        shape = (12, 10, 8)
        self.tia = np.full(shape, 1e4, dtype=np.float32)
        self.tia[4:8, 3:7, 2:6] = 1e7
        self.density = np.full(shape, 1.05, dtype=np.float32)
        self.density[:4] = 0.3
        self.labels = np.zeros(shape, dtype=np.uint16)
        self.labels[4:8, 3:7, 2:6] = 1
        self.labels[1:3, 1:3, 1:3] = 4
        self.given = {"density": self.density, "spacing": SPACING, "labels": self.labels, "histories": 20_000, "seed": 7}


@pytest.fixture(scope="session")
def phantom():
    return Phantom()


def write_image(path, values, spacing=SPACING, origin=(0, 0, 0)):
    """A MetaImage of values [x, y, z]."""
    element = {"float32": "MET_FLOAT", "uint16": "MET_USHORT"}[values.dtype.name]
    text = [
        "ObjectType = Image",
        "NDims = 3",
        "BinaryData = True",
        "BinaryDataByteOrderMSB = False",
        "CompressedData = False",
        "TransformMatrix = 1 0 0 0 1 0 0 0 1",
        "Offset = " + " ".join(map(str, origin)),
        "ElementSpacing = " + " ".join(map(str, spacing)),
        "DimSize = " + " ".join(map(str, values.shape)),
        f"ElementType = {element}",
        "ElementDataFile = LOCAL",
    ]
    Path(path).write_bytes(("\n".join(text) + "\n").encode() + values.tobytes(order="F"))


def read_nifti(path):
    """The float32 values [x, y, z] of a NIfTI file."""
    data = gzip.decompress(Path(path).read_bytes())
    shape = np.frombuffer(data, "<i2", 3, 42)
    start = int(np.frombuffer(data, "<f4", 1, 108)[0])
    return np.frombuffer(data, "<f4", offset=start).reshape(shape, order="F")


def same_bytes(one, other):
    """Bit by bit, so that NaN equals NaN."""
    return one.shape == other.shape and one.tobytes(order="F") == other.tobytes(order="F")


def interrupted(call, after):
    """Seconds from Ctrl-C to KeyboardInterrupt."""
    sent = []

    def interrupt():
        sent.append(time.perf_counter())
        os.kill(os.getpid(), signal.SIGINT)

    # A process that a shell started in the background ignores the signal.
    handler = signal.signal(signal.SIGINT, signal.default_int_handler)
    timer = threading.Timer(after, interrupt)
    timer.start()
    try:
        with pytest.raises(KeyboardInterrupt):
            call()
        return time.perf_counter() - sent[0]
    finally:
        timer.cancel()
        timer.join()
        signal.signal(signal.SIGINT, handler)


@pytest.fixture(scope="session")
def command():
    """Calls the command `iodose`, whose path is in IODOSE_COMMAND."""
    path = os.environ.get("IODOSE_COMMAND")
    if path is None:
        pytest.skip("IODOSE_COMMAND does not name the command")

    def call(*words):
        return subprocess.run([path, "-q", *map(str, words)], check=True, capture_output=True, text=True)

    return call
