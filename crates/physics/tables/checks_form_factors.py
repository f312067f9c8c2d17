"""form_factors.csv: limits, monotony, and the total cross sections it must give back."""

import numpy as np

from checks import by_element, log_log
from common import AVOGADRO, CLASSICAL_RADIUS, ELECTRON_MASS, ELEMENTS, read_csv

HC = 12.39841984e-3  # MeV angstrom
ENERGIES = (0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.364, 0.5, 1.0, 3.0)  # MeV


def run(report):
    factors = by_element(report.data / "form_factors.csv")
    report.at_most("form_factors.csv elements missing", len(ELEMENTS) - len(factors), 0)
    report.at_most(
        "form_factors.csv F(0) off Z, S(0) off 0", max(abs(t[0, 1] - z) + t[0, 2] for z, t in factors.items()), 0
    )
    report.at_most("form_factors.csv highest x below 242", sum(t[-1, 0] < 242 for t in factors.values()), 0)
    rises = sum(int((np.diff(t[:, 1]) > 0).sum()) for t in factors.values())
    falls = sum(int((np.diff(t[:, 2]) < -1e-4 * z).sum()) for z, t in factors.items())
    report.at_most("form_factors.csv rises of F and falls of S", rises + falls, 0)
    # XCOM's coherent cross section has relativistic form factors, these are not: iodine differs most.
    tissue, iodine = [z for z in ELEMENTS if z != 53], [53]
    compare(report, "coherent, H to Zn,", coherent, 1, tissue, 2)
    compare(report, "coherent, iodine,", coherent, 1, iodine, 7)
    compare(report, "incoherent,", incoherent, 2, ELEMENTS, 1.5)


def compare(report, name, angular, column, elements, bound):
    """Worst deviation of the integral over angle from the table of cross sections."""
    factors, photon = (by_element(report.data / f"{table}.csv") for table in ("form_factors", "photon"))
    weights = {int(row[0]): float(row[2]) for row in read_csv(report.data / "elements.csv")[1]}
    worst = (0.0, 0, 0.0)
    for z in elements:
        for energy in ENERGIES:
            sigma = integral(angular, factors[z], energy) * AVOGADRO / weights[z]
            expected = log_log(energy, photon[z][:, 0], photon[z][:, column])
            worst = max(worst, (abs(sigma / expected - 1), z, energy))
    place = f"Z {worst[1]}, {worst[2]} MeV"
    report.at_most(
        f"{name} form_factors.csv integrated against photon.csv, worst at {place}", worst[0] * 100, bound, " %"
    )


def integral(angular, table, energy):
    """Cross section per atom, cm2, by integration over 1 - cos theta."""
    deflection = np.concatenate([[0.0], np.geomspace(1e-9, 2, 4001)])
    x = np.sqrt(deflection / 2) * energy / HC
    return 2 * np.pi * np.trapezoid(angular(table, energy, x, deflection), deflection)


def coherent(table, energy, x, deflection):
    form = np.where(x > table[1, 0], log_log(np.maximum(x, table[1, 0]), table[1:, 0], table[1:, 1]), table[0, 1])
    return CLASSICAL_RADIUS**2 / 2 * (1 + (1 - deflection) ** 2) * form**2


def incoherent(table, energy, x, deflection):
    low = table[1, 2] * (x / table[1, 0]) ** 2
    function = np.where(x > table[1, 0], log_log(np.maximum(x, table[1, 0]), table[1:, 0], table[1:, 2]), low)
    ratio = 1 / (1 + energy / ELECTRON_MASS * deflection)
    klein_nishina = CLASSICAL_RADIUS**2 / 2 * ratio**2 * (ratio + 1 / ratio - 1 + (1 - deflection) ** 2)
    return klein_nishina * function
