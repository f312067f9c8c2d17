"""photon.csv against Bragg sums of XCOM, and its form."""

import numpy as np

from checks import braced_weights, by_element, log_log, reference_table
from common import ELEMENTS

NAMES = ("coherent", "incoherent", "photoelectric", "pair_atom", "pair_electron")


def run(report):
    table = by_element(report.data / "photon.csv")
    report.at_most("photon.csv elements missing", len(set(ELEMENTS) - set(table)), 0)
    report.at_most(
        "photon.csv energies out of order", sum(int(np.any(np.diff(t[:, 0]) < 0)) for t in table.values()), 0
    )
    report.at_most("photon.csv lowest energy (MeV)", max(t[0, 0] for t in table.values()), 1e-3)
    report.at_most("photon.csv 3 MeV / highest energy", max(3.0 / t[-1, 0] for t in table.values()), 1)
    edges = sum(int(np.sum(np.diff(t[:, 0]) == 0)) for t in table.values())
    report.at_most(
        "photon.csv edges, off the 19 from 1 keV up (K of Na to I, L of Zn and I, M1 of I)", abs(edges - 19), 0
    )
    jumps = [t[i + 1, 3] / t[i, 3] for t in table.values() for i in np.flatnonzero(np.diff(t[:, 0]) == 0)]
    report.at_most("photon.csv edges that do not jump up", sum(jump <= 1.01 for jump in jumps), 0)
    if report.reference is None:
        report.skip("photon.csv against XCOM")
        return
    for path in sorted((report.reference / "xcom").glob("*.csv")):
        header, columns = reference_table(path)
        compare(report, path.stem, table, braced_weights(header), columns)


def compare(report, name, table, weights, columns):
    energy = columns["E_MeV"]
    total = np.zeros_like(energy)
    for index, process in enumerate(NAMES, start=1):
        sums = sum(weight * log_log(energy, table[z][:, 0], table[z][:, index]) for z, weight in weights.items())
        total += sums
        seen = columns[process] > 0
        worst = np.max(np.abs(sums[seen] / columns[process][seen] - 1)) if seen.any() else 0.0
        report.at_most(f"{name} {process}, worst of {seen.sum()} energies", worst * 100, 0.1, " %")
    report.at_most(f"{name} total", np.max(np.abs(total / columns["total"] - 1)) * 100, 0.1, " %")
