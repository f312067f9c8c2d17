"""materials.toml and the nuclide files: sums against published values."""

import json
import re
import tomllib

import numpy as np
from scipy.interpolate import PchipInterpolator

from checks import listed_weights, reference_table
from common import SYMBOLS

NOMINAL_DENSITY = {
    "water": 1.00, "soft-tissue": 1.00, "lung": 1.05, "adipose": 0.95, "muscle": 1.05, "blood": 1.06,
    "bone-compact": 1.85, "bone-cortical": 1.92, "air": 0.0012,
}  # fmt: skip
I_EV = {
    "water": 75.0, "soft-tissue": 74.9, "lung": 75.3, "adipose": 63.2, "muscle": 75.3, "blood": 75.2,
    "bone-compact": 91.9, "bone-cortical": 106.4, "air": 85.7,
}  # fmt: skip
#: MeV per decay (ICRP-107), and the yield of the positrons.
SUMS = {
    "I-131": {"beta-": 0.18187, "conversion": 0.009567, "auger": 0.000413, "gamma": 0.38124, "x": 0.001522},
    "I-124": {
        "beta+": 0.18727, "conversion": 0.002186, "auger": 0.004833, "gamma": 0.86296, "x": 0.01664,
        "annihilation": 0.23365,
    },
    "Lu-177": {"beta-": 0.1333, "conversion": 0.01352, "gamma": 0.03156},
    "Y-90": {"beta-": 0.9329},
}  # fmt: skip
HALF_LIFE_S = {"I-131": 8.0207 * 86400, "I-124": 4.176 * 86400, "Lu-177": 6.647 * 86400, "Y-90": 64.1 * 3600}


def run(report):
    materials(report)
    for name in SUMS:
        nuclide(report, name)


def materials(report):
    with open(report.data / "materials.toml", "rb") as file:
        found = {material["name"]: material for material in tomllib.load(file)["material"]}
    report.at_most("materials.toml names missing or extra", len(set(found) ^ set(NOMINAL_DENSITY)), 0)
    report.at_most(
        "materials.toml unknown elements",
        len({s for m in found.values() for s in m["weights"]} - set(SYMBOLS.values())),
        0,
    )
    report.at_most(
        "materials.toml weights against 1", max(abs(sum(m["weights"].values()) - 1) for m in found.values()), 1e-4
    )
    for field, published in (("density_g_per_cm3", NOMINAL_DENSITY), ("I_eV", I_EV)):
        wrong = [name for name, value in published.items() if found[name][field] != value]
        report.at_most(f"materials.toml {field} off ({', '.join(wrong) or 'none'})", len(wrong), 0)
    if report.reference is None:
        report.skip("materials.toml compositions against ESTAR")
        return
    for material in found.values():
        name = re.sub("[^A-Z0-9]+", "_", material["source"].removeprefix("ESTAR ")).strip("_")
        path = report.reference / "estar" / f"{name}.csv"
        if path.exists():
            weights = listed_weights(reference_table(path)[0])
            worst = max(abs(material["weights"][SYMBOLS[z]] - weight) for z, weight in weights.items())
            report.at_most(f"{material['name']} weights against ESTAR's", worst, 1e-9)


def energy(lines):
    """Energy per decay; a branch's end point, where given, is its third number."""
    return sum(line[0] * line[1] for line in lines)


def particles(lines):
    return sum(line[1] for line in lines)


def nuclide(report, name):
    with open(report.data / "nuclides" / f"{name}.toml", "rb") as file:
        record = tomllib.load(file)
    report.deviation(f"{name} half-life", record["half_life_s"], HALF_LIFE_S[name], 1e-9)
    emissions = {f"beta{beta['sign']}": beta["branches"] for beta in record["beta"]} | record["lines"]
    for kind, expected in SUMS[name].items():
        report.deviation(f"{name} {kind} MeV per decay", energy(emissions[kind]), expected, 1e-3)
    unsorted = sum(pairs != sorted(pairs) for pairs in emissions.values())
    report.at_most(f"{name} lists not sorted by energy", unsorted, 0)
    for beta in record["beta"]:
        spectrum(report, f"{name} beta{beta['sign']}", beta)
    if "annihilation" in record["lines"]:
        positrons = sum(particles(beta["branches"]) for beta in record["beta"] if beta["sign"] == "+")
        photons = particles(record["lines"]["annihilation"])
        report.deviation(f"{name} annihilation photons per positron", photons / positrons, 2, 1e-5)
    against_reference(report, name, record)


def spectrum(report, name, beta):
    """The spectrum as its form prescribes (monotone cubic) must give the branches' yield and mean energy."""
    grid, density = np.array(beta["spectrum"]).T
    report.at_most(f"{name} spectrum out of order", int((np.diff(grid) <= 0).sum()), 0)
    branches = particles(beta["branches"])
    mean = energy(beta["branches"]) / branches
    x = np.unique(np.concatenate([np.linspace(low, high, 101) for low, high in zip(grid[:-1], grid[1:])]))
    for rule, values, bound in (
        ("monotone cubic", PchipInterpolator(grid, density)(x), 1e-3),
        # Not the rule to use; the bound only says how far off a reader is who takes it.
        ("linear", np.interp(x, grid, density), 5e-3),
    ):
        total = np.trapezoid(values, x)
        report.deviation(f"{name} spectrum, {rule}: yield", total, branches, bound)
        report.deviation(f"{name} spectrum, {rule}: mean energy", np.trapezoid(values * x, x) / total, mean, bound)


def against_reference(report, name, record):
    """Number of lines and branches, and their sums, as in the reference copy of ICRP-107."""
    if report.reference is None:
        report.skip(f"{name} against ICRP-107")
        return
    path = report.reference / "decay" / f"decay_icrp107_{name}.json"
    reference = json.loads(path.read_text())["emissions"]
    ours = {"gamma": "gamma", "X": "x", "IE": "conversion", "auger": "auger", "annihilation": "annihilation"}
    wrong = sum(sorted(reference[theirs]) != record["lines"].get(kind, []) for theirs, kind in ours.items())
    for beta in record["beta"]:
        wrong += sorted(reference[f"beta{beta['sign']}"]) != [branch[:2] for branch in beta["branches"]]
        wrong += reference["b-spectra"] != beta["spectrum"]
    report.at_most(f"{name} lists that differ from ICRP-107", wrong, 0)
