"""Elements, and the way a table is written."""

from importlib.util import find_spec
from pathlib import Path

import numpy as np

DATA = Path(__file__).resolve().parent.parent / "data"

#: Elements of the tissues of ICRU 37 and ICRP 23, and iodine.
SYMBOLS = {
    1: "H", 6: "C", 7: "N", 8: "O", 11: "Na", 12: "Mg", 14: "Si", 15: "P", 16: "S",
    17: "Cl", 18: "Ar", 19: "K", 20: "Ca", 26: "Fe", 30: "Zn", 53: "I",
}  # fmt: skip
ELEMENTS = tuple(SYMBOLS)

AVOGADRO = 6.02214076e23  # 1/mol, CODATA 2018
BARN = 1.0e-24  # cm2
ELECTRON_MASS = 0.51099895  # MeV, CODATA 2018
CLASSICAL_RADIUS = 2.8179403262e-13  # cm, CODATA 2018
FINE_STRUCTURE = 7.2973525693e-3  # CODATA 2018

#: Kinetic energies the charged-particle tables cover; transport needs 1 keV to 3 MeV.
ELECTRON_ENERGY_RANGE = (1.0e-3, 4.0)  # MeV


def package_file(package, *parts):
    """A data file of an installed package."""
    return Path(find_spec(package).origin).parent.joinpath(*parts)


def text(value, digits=6):
    """A number as short text: integers and strings as they are, floats with `digits` figures."""
    if isinstance(value, (str, int, np.integer)):
        return str(value)
    return f"{float(value):.{digits}g}"


def write_csv(path, header, columns, rows, digits=6):
    """Write `# header` lines, the column names, and one line per row."""
    lines = [f"# {line}" for line in header.strip().splitlines()]
    lines.append(",".join(columns))
    lines.extend(",".join(text(value, digits) for value in row) for row in rows)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(lines) + "\n")


def read_csv(path):
    """Column names and rows (lists of text) of a table written by `write_csv`."""
    lines = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    return lines[0].split(","), [line.split(",") for line in lines[1:]]
