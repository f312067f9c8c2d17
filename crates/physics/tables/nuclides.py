"""Emissions of radionuclides from ICRP Publication 107."""

import json

from common import package_file

NUCLIDES = ("I-131", "I-124", "Lu-177", "Y-90")
SECONDS = {"d": 86400.0, "h": 3600.0}
#: Our name of each kind of line, and ICRP-107's (IE: internal conversion electrons).
KINDS = {"gamma": "gamma", "x": "X", "conversion": "IE", "auger": "auger", "annihilation": "annihilation"}

HEADER = """\
# {name}: emissions per decay. Energies in MeV. The form is described in README.md beside this file.
# Source: ICRP Publication 107 (Eckerman and Endo 2008, Ann. ICRP 38(3)), from PyPI icrp107-database 0.0.3;
# every emission it lists, no yield cut. Beta spectrum: the ICRP-07.BET grid, unchanged.
# MeV per decay: {sums}
{notes}"""

NOTES = {
    "I-131": "# 1.2 % of decays feed Xe-131m (11.84 d), which is a nuclide of its own and not included.\n",
    "I-124": "# The annihilation line is a check only: the photons come from the positrons.\n",
}


def load(name):
    """ICRP-107's record of a nuclide. The package stores JSON within JSON."""
    return json.loads(json.loads(package_file("icrp107_database", "icrp107", f"{name}.json").read_text()))


def pairs(values):
    """An array of arrays as TOML text, several to a line."""
    cells = ["[" + ", ".join(f"{v:.9g}" for v in value) + "]" for value in values]
    lines = [", ".join(cells[i : i + 6]) for i in range(0, len(cells), 6)]
    return "[\n" + "".join(f"  {line},\n" for line in lines) + "]"


def energy(values):
    return sum(e * y for e, y in values)


def beta_table(sign, branches, spectrum):
    # ICRP-107 gives no end point of a branch; the highest branch's is where the spectrum ends.
    *lower, highest = sorted(branches)
    branches = [*lower, [*highest, spectrum[-1][0]]]
    return "\n".join([
        "[[beta]]",
        f'sign = "{sign}"',
        f"branches = {pairs(branches)}",
        f"spectrum = {pairs(spectrum)}",
        "",
    ])  # fmt: skip


def nuclide(name):
    """The data file of one nuclide as TOML text."""
    record = load(name)
    emissions = record["emissions"]
    assert record["name"] == name
    assert not (emissions["beta-"] and emissions["beta+"]), "one spectrum cannot serve two signs"
    assert not any(emissions[kind] for kind in ("alpha", "neutron", "fission", "betaD", "alpha recoil"))
    lines = {ours: sorted(emissions[theirs]) for ours, theirs in KINDS.items() if emissions[theirs]}
    sums = {f"beta{sign}": energy(emissions[f"beta{sign}"]) for sign in "-+" if emissions[f"beta{sign}"]}
    sums |= {kind: energy(values) for kind, values in lines.items()}
    parts = [
        HEADER.format(
            name=name,
            sums=", ".join(f"{kind} {value:.6g}" for kind, value in sums.items()),
            notes=NOTES.get(name, ""),
        ),
        f'name = "{name}"',
        'source = "ICRP Publication 107 (2008), icrp107-database 0.0.3"',
        f"half_life_s = {record['half_life'] * SECONDS[record['time_unit']]:.9g}",
        "",
        "[lines]",
        *(f"{kind} = {pairs(values)}" for kind, values in lines.items()),
        "",
    ]
    for sign in "-+":
        if emissions[f"beta{sign}"]:
            parts.append(beta_table(sign, emissions[f"beta{sign}"], emissions["b-spectra"]))
    return "\n".join(parts)


def write(folder):
    (folder / "nuclides").mkdir(parents=True, exist_ok=True)
    for name in NUCLIDES:
        (folder / "nuclides" / f"{name}.toml").write_text(nuclide(name))
