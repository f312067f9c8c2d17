"""One run of penRed: a source of one kind of particle, a geometry, a tally."""

import os
import tempfile
import time
from contextlib import chdir
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyPenred import data, simulation

SPHERE_RADIUS = 60.0  # cm; what photons would scatter back from beyond is left out
ISOTROPIC = {
    "type": "SOLID_ANGLE",
    "u": 0.0,
    "v": 0.0,
    "w": 1.0,
    "theta0": 0.0,
    "theta1": 180.0,
    "phi0": 0.0,
    "dphi": 360.0,
}


@dataclass(frozen=True)
class Settings:
    """Transport parameters of PENELOPE; energies in eV, `step` (dsmax) in g/cm2."""

    elastic: float  # C1 = C2; 0 simulates every elastic collision
    loss: float  # WCC = WCR
    electron_cut: float
    photon_cut: float
    step: float

    def __str__(self):
        return (
            f"C1=C2={self.elastic:g}, WCC=WCR={self.loss:g} eV, dsmax={self.step:.4g} g/cm2, "
            f"Eabs(e)={self.electron_cut:g} eV, Eabs(photon)={self.photon_cut:g} eV"
        )


@dataclass(frozen=True)
class Source:
    """`spectrum` is the file of FILE_SPECTRUM or one energy in eV; `spatial` a section of penRed."""

    particle: str
    spectrum: Path | float
    spatial: dict

    def section(self, histories):
        mono = isinstance(self.spectrum, float)
        energy = {"type": "MONOENERGETIC", "energy": self.spectrum}
        spectrum = {"type": "FILE_SPECTRUM", "filename": str(self.spectrum)}
        return {
            "nhist": float(histories),
            "kpar": self.particle,
            "direction": ISOTROPIC,
            "energy": energy if mono else spectrum,
            "spatial": self.spatial,
        }


def point(x, y, z):
    return {"type": "POINT", "position": {"x": x, "y": y, "z": z}}


def box(edge):
    size = {"dx": edge, "dy": edge, "dz": edge}
    return {"type": "BOX", "size": size, "position": {"x": 0.0, "y": 0.0, "z": 0.0}}


def image(weights, edge, path):
    """Starts in proportion to `weights`[x, y, z], uniform within each cube of `edge` cm; the grid begins at 0."""
    grid = data.results3D()
    limits = [(0.0, edge * count, f"{axis} (cm)") for axis, count in zip("xyz", weights.shape, strict=True)]
    # penRed holds x fastest: the array is [z, y, x], and so are the limits.
    grid.fill(np.ascontiguousarray(weights.T, dtype=float), np.zeros(weights.shape[::-1]), limits[::-1])
    grid.save(str(path))
    return {"type": "3D_MEASURE", "filename": str(path), "dx": 0.0, "dy": 0.0, "dz": 0.0}


def sphere(folder):
    """A homogeneous sphere of material 1 around the origin."""
    rule = "0" * 64
    path = folder / "sphere.geo"
    scales = "\n".join(f"{axis}-SCALE=({SPHERE_RADIUS:+.15E},   0)" for axis in "XYZ")
    path.write_text(
        f"{'X' * 64}\nHomogeneous sphere\n{rule}\nSURFACE (   1)   SPHERE\nINDICES=( 1, 1, 1, 0,-1)\n{scales}\n{rule}\n"
        f"BODY    (   1)   MEDIUM\nMATERIAL(   1)\nSURFACE (   1), SIDE POINTER=(-1)\n{rule}\nEND      {rule[9:]}\n"
    )
    return {"type": "PEN_QUADRIC", "input-file": str(path), "processed-geo-file": str(folder / "geometry.rep")}


def voxels(material, edge, folder):
    """Cubes of `edge` cm of `material`[x, y, z], counted from 1, at the density of its file.

    penRed's factors of density stay at 1: a step that ends where the material changes takes its soft loss per length
    and not per mass, which puts too much dose into lung beside a lesion.
    """
    path = folder / "voxels.txt"
    head = " ".join(map(str, material.shape)) + f"\n{edge:.8e} {edge:.8e} {edge:.8e}\n"
    path.write_text(head + "".join(f"{m:d} 1.0\n" for m in material.ravel(order="F")))
    # The margin needs a thickness; one of 0.1 micrometre takes nothing.
    return {
        "type": "VOXEL",
        "filename": str(path),
        "ascii": True,
        "enclosure-margin": 1.0e-5,
        "enclosure-material": 1,
    }


def run(source, geometry, tallies, tissues, settings, histories, seed, folder):
    """Returns {tally: results object} and the CPU seconds. `tissues` are materials 1, 2, ..."""
    materials, steps = {}, {}
    for number, tissue in enumerate(tissues, 1):
        cuts = {"electron": settings.electron_cut, "positron": settings.electron_cut, "gamma": settings.photon_cut}
        elastic, loss = settings.elastic, settings.loss
        materials[f"m{number}"] = {
            "number": number,
            "eabs": cuts,
            "C1": elastic,
            "C2": elastic,
            "WCC": loss,
            "WCR": loss,
            "filename": str(tissue.path),
        }
        steps[str(number)] = settings.step / tissue.density
    simulator = simulation.create()
    with chdir(folder):
        simulation.setConfigurationLog("configuration.log")
        simulation.setSimulationLog("simulation.log")
        simulator.configure(
            {
                "simulation": {"threads": 1, "seedPair": int(seed), "context-log": os.devnull},
                "sources": {"generic": {"source": source.section(histories)}},
                "tallies": tallies,
                "geometry": {**geometry, "dsmax": steps},
                "materials": materials,
            }
        )
        started = time.process_time()
        simulator.simulate(False)
        seconds = time.process_time() - started
        return simulator.getResults(list(tallies)), seconds


def working_folder():
    """A folder that is gone afterwards: penRed writes its logs and dumps where it runs."""
    return tempfile.TemporaryDirectory(prefix="penred-")
