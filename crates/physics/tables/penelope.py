"""Element tables of PENELOPE's database, through the material files that pypenred writes."""

import functools
import tempfile
from pathlib import Path

from pyPenred import simulation

EV = 1.0e-6  # MeV

#: k/E of the scaled bremsstrahlung tables (PENELOPE-2018 manual, section 3.3.1; Seltzer and Berger 1986 with end points
#: refined). The file does not repeat them; with them the integral of chi gives the file's own radiative stopping power to 4e-4.
REDUCED_PHOTON_ENERGIES = (
    1e-12, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65,
    0.7, 0.75, 0.8, 0.85, 0.9, 0.925, 0.95, 0.97, 0.99, 0.995, 0.999, 0.9995, 0.9999, 0.99995, 0.99999, 1.0,
)  # fmt: skip


@functools.cache
def material_file(number):
    """Lines of the material file of a pure element at 1 g/cm3."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "element.mat"
        simulation.materials.create(f"Z{number}", 1.0, [(number, 1.0)], str(path))
        lines = path.read_text().splitlines()
    assert lines[4].endswith(f"atomic number = {number:2d},  atoms/molecule = 1.00000000E+00"), lines[4]
    return lines


def section(number, title):
    """The lines under the heading that starts with `title`, to the next heading."""
    lines = material_file(number)
    start = next(i for i, line in enumerate(lines) if line.startswith(f" *** {title}")) + 1
    stop = next((i for i in range(start, len(lines)) if lines[i].startswith(" ***")), len(lines))
    return lines[start:stop]


def numbers(lines):
    return [[float(word) for word in line.split()] for line in lines]


def elastic(number):
    """Rows (E in MeV; electron sigma0, sigma1, sigma2; positron sigma0, sigma1, sigma2 in cm2 per atom)."""
    return [(row[0] * EV, *row[1:7]) for row in numbers(section(number, "Electron and positron elastic cross"))]


def stopping(number):
    """Rows (E in MeV; electron collision, radiative; positron collision, radiative; MeV cm2/g)."""
    return [(row[0] * EV, *row[1:5]) for row in numbers(section(number, "Stopping powers"))]


def bremsstrahlung(number):
    """Rows (E in MeV, chi at each reduced photon energy in mb)."""
    flat = [value for row in numbers(section(number, "Electron scaled bremss")) for value in row]
    # A record is the energy, the 32 values, and the total radiative cross section.
    length = len(REDUCED_PHOTON_ENERGIES) + 2
    assert len(flat) % length == 0
    return [(flat[i] * EV, *flat[i + 1 : i + length - 1]) for i in range(0, len(flat), length)]
