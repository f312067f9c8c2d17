"""Material files of PENELOPE-2018 for the tissues of ../../physics/data/materials.toml."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pyPenred.simulation import materials

#: Number in PENELOPE's list of materials: composition and I as in ESTAR (Berger 1992, NISTIR 4999).
LISTED = {"air": 104, "bone-compact": 119, "bone-cortical": 120, "lung": 191, "soft-tissue": 263}
WATER_ICRU_90 = 278
WATER_WEIGHTS = [(1, 0.111894), (8, 0.888106)]
WATER_I = 75.0  # eV, ICRU 37
PLASMA_ENERGY = 28.816  # eV, of one electron per molar mass unit at 1 g/cm3 (Sternheimer 1952)


@dataclass(frozen=True)
class Tissue:
    """A material file; density in g/cm3 and mean excitation energy in eV as it states them."""

    name: str
    path: Path
    density: float
    excitation_energy: float

    def csda_range(self, energy):
        """Range in g/cm2 of electrons of `energy` eV: the integral of 1/S over the file's own table."""
        table = stopping_powers(self.path.read_text().splitlines())
        fine = np.geomspace(table[0, 0], energy, 4001)
        total = np.exp(np.interp(np.log(fine), np.log(table[:, 0]), np.log(1e6 * (table[:, 1] + table[:, 2]))))
        # The table starts at 50 eV, where 1e-7 g/cm2 are left.
        return np.trapezoid(fine / total, np.log(fine))


def tissue(name, folder, density=None):
    """Writes the material file of a tissue into `folder`, at PENELOPE's density or at another one in g/cm3.

    All per mass stays the same: the density effect is that of PENELOPE's density.
    """
    path = Path(folder).resolve() / (f"{name}.mat" if density is None else f"{name}-{density:.6g}.mat")
    if name == "water":
        path.write_text(water(Path(folder)))
    else:
        materials.createListed(LISTED[name], str(path))
    lines = path.read_text().splitlines()
    if density is not None:
        lines[header_line(lines, "Mass density")] = f" Mass density = {density:.8E} g/cm**3"
        path.write_text("\n".join(lines) + "\n")
    return Tissue(name, path, header_number(lines, "Mass density"), header_number(lines, "Mean excitation energy"))


def water(folder):
    """The file of water at 1 g/cm3 and I = 75 eV, between those that PENELOPE writes for 69 eV (additivity) and 78 eV.

    Resonance energies follow W^2 = (a U)^2 + c (Sternheimer, Berger and Seltzer 1984; PENELOPE-2018 manual, section
    3.2), `a` such that the oscillators give I. The collision stopping power is linear in ln I; the slope between both
    files carries it from 69 to 75 eV.
    """
    base = created(folder, 1.0)
    same_density = created(folder, 0.99821)
    path = folder / "water-icru90.mat"
    materials.createListed(WATER_ICRU_90, str(path))
    listed = path.read_text().splitlines()

    low, high = (header_number(lines, "Mean excitation energy") for lines in (base, listed))
    share = np.log(WATER_I / low) / np.log(high / low)
    table = stopping_powers(base)
    for column in (1, 3):  # electrons, positrons
        slope = stopping_powers(listed)[:, column] - stopping_powers(same_density)[:, column]
        table[:, column] += share * slope
    start = section_start(base, "Stopping powers")
    for index, row in enumerate(table):
        base[start + index] = " " + " ".join(f"{value:.5E}" for value in row)

    first = next(i for i, line in enumerate(base) if "oscillators" in line) + 1
    rows = [base[first + i].split() for i in range(3)]
    strength, binding, resonance = (np.array([float(row[k]) for row in rows]) for k in (1, 2, 3))
    for i, energy in enumerate(resonances(strength, binding, resonance)):
        base[first + i] = base[first + i].replace(rows[i][3], f"{energy:.8E}")
    base[header_line(base, "Mean excitation energy")] = f" Mean excitation energy = {WATER_I:.8E} eV"
    return "\n".join(base) + "\n"


def resonances(strength, binding, resonance):
    """Resonance energies for I = 75 eV from those of another I; innermost shell last."""
    electrons_per_mass = 10 / 18.0153
    polarisation = 2 / 3 * 0.2 * PLASMA_ENERGY**2 * electrons_per_mass  # two of ten electrons in each shell
    before = np.sqrt(resonance[-1] ** 2 - polarisation) / binding[-1]
    rest = resonance**2 - (before * binding) ** 2
    lower, upper = 0.5 * before, 2.0 * before
    for _ in range(60):
        factor = 0.5 * (lower + upper)
        scaled = np.sqrt((factor * binding) ** 2 + rest)
        if np.average(np.log(scaled), weights=strength) < np.log(WATER_I):
            lower = factor
        else:
            upper = factor
    return scaled


def created(folder, density):
    path = folder / "created.mat"
    materials.create("water", density, WATER_WEIGHTS, str(path))
    return path.read_text().splitlines()


def header_line(lines, title):
    return next(index for index, line in enumerate(lines) if line.lstrip().startswith(title))


def header_number(lines, title):
    return float(lines[header_line(lines, title)].split("=")[1].split()[0])


def section_start(lines, title):
    return next(i for i, line in enumerate(lines) if line.startswith(f" *** {title}")) + 1


def stopping_powers(lines):
    """Rows (E in eV; electron collision, radiative; positron collision, radiative; MeV cm2/g)."""
    start = section_start(lines, "Stopping powers")
    stop = next(i for i in range(start, len(lines)) if lines[i].startswith(" ***"))
    return np.array([[float(word) for word in line.split()] for line in lines[start:stop]])
