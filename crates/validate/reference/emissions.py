"""Emissions of a nuclide of ../../physics/data/nuclides, as spectra for PENELOPE."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.interpolate import PchipInterpolator

NUCLIDES = Path(__file__).resolve().parents[2] / "physics" / "data" / "nuclides"
MEV = 1.0e6  # eV
#: Lines below are deposited where they arise: the tables of both codes start here.
CUT = 1.0e3  # eV
BETA_BINS = 400


@dataclass(frozen=True)
class Component:
    """One kind of particle: `spectrum` holds intervals (low, high in eV, probability), `count` per decay."""

    name: str
    particle: str
    count: float
    spectrum: list

    @property
    def mean(self):
        return sum(0.5 * (low + high) * share for low, high, share in self.spectrum)

    def write(self, path):
        """The file of penRed's FILE_SPECTRUM: a lower edge and its interval's probability a line, -1 at the end."""
        lines, reached = [], None
        for low, high, share in self.spectrum:
            if reached is not None and low > reached:
                lines.append(f"{reached:.8e} 0")
            lines.append(f"{low:.8e} {share:.8e}")
            reached = high
        path.write_text("\n".join([*lines, f"{reached:.8e} -1"]) + "\n")


def components(nuclide):
    """Beta, conversion and Auger electrons together, gamma and X rays together; and the energy below the cut in eV."""
    record = tomllib.loads((NUCLIDES / f"{nuclide}.toml").read_text())
    lines = record["lines"]
    found = [beta(entry) for entry in record.get("beta", [])]
    local = 0.0
    for name, particle, kinds in (
        ("ce_auger", "electron", ("conversion", "auger")),
        ("photon", "gamma", ("gamma", "x")),
    ):
        pairs = sorted((MEV * energy, count) for kind in kinds for energy, count in lines.get(kind, []))
        local += sum(energy * count for energy, count in pairs if energy < CUT)
        kept = [(energy, count) for energy, count in pairs if energy >= CUT]
        total = sum(count for _, count in kept)
        if total > 0:
            found.append(Component(name, particle, total, [(energy, energy, count / total) for energy, count in kept]))
    return found, local


def beta(entry):
    """The points of dN/dE joined by a monotone cubic, normalised to the branches."""
    assert entry["sign"] == "-", "positrons are not among the references"
    energy, density = (np.array(column) for column in zip(*entry["spectrum"], strict=True))
    cumulative = PchipInterpolator(energy, density).antiderivative()
    edges = np.linspace(0.0, energy[-1], BETA_BINS + 1)
    edges[0] = 5.0e-5  # the tables of PENELOPE start at 50 eV
    shares = np.diff(cumulative(edges))
    shares /= shares.sum()
    spectrum = [(MEV * low, MEV * high, share) for low, high, share in zip(edges, edges[1:], shares, strict=False)]
    return Component("beta", "electron", sum(branch[1] for branch in entry["branches"]), spectrum)
