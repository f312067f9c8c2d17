"""Elastic cross sections against an analytic law; bremsstrahlung and radiative losses against each other and ESTAR."""

import numpy as np

from checks import by_element, listed_weights, log_log, reference_table
from common import (
    AVOGADRO,
    CLASSICAL_RADIUS,
    ELECTRON_MASS,
    ELEMENTS,
    FINE_STRUCTURE,
    read_csv,
)


def run(report):
    elastic(report)
    radiative = by_element(report.data / "radiative.csv")
    bremsstrahlung(report, radiative)
    if report.reference is None:
        report.skip("radiative.csv against ESTAR")
        return
    for path in sorted((report.reference / "estar").glob("*.csv")):
        header, columns = reference_table(path)
        energy = columns["E_MeV"]
        used = energy <= 4.0
        loss = sum(
            weight * log_log(energy[used], radiative[z][:, 0], radiative[z][:, 1])
            for z, weight in listed_weights(header).items()
        )
        worst = np.max(np.abs(loss / columns["Srad_MeVcm2_g"][used] - 1))
        report.at_most(f"{path.stem} S_rad, worst of {used.sum()} energies", worst * 100, 1, " %")


def velocity_squared(energy):
    gamma = 1 + energy / ELECTRON_MASS
    return 1 - 1 / gamma**2


def analytic_transport(number, energy, sign):
    """sigma1, sigma2 of screened Rutherford scattering (Moliere 1947) times McKinley and Feshbach (1948)."""
    beta2 = velocity_squared(energy)
    beta, gamma = np.sqrt(beta2), 1 + energy / ELECTRON_MASS
    bohr_radius = CLASSICAL_RADIUS / FINE_STRUCTURE**2
    compton_length = CLASSICAL_RADIUS / FINE_STRUCTURE
    thomas_fermi = 0.88534 * bohr_radius * number ** (-1 / 3)
    angle2 = (compton_length / (gamma * beta * thomas_fermi)) ** 2
    screening = angle2 * (1.13 + 3.76 * (FINE_STRUCTURE * number / beta) ** 2) / 4
    x = np.geomspace(1e-9, 2, 20001)  # 1 - cos
    sine = np.sqrt(x / 2)
    mott = 1 - beta2 * x / 2 - sign * np.pi * FINE_STRUCTURE * number * beta * sine * (1 - sine)
    density = 2 * np.pi * (number * CLASSICAL_RADIUS / (gamma * beta2)) ** 2 / (x + 2 * screening) ** 2 * mott
    first = np.trapezoid(x * density, x)
    second = np.trapezoid(1.5 * x * (2 - x) * density, x)
    return first, second


def elastic(report):
    _, rows = read_csv(report.data / "electron_elastic.csv")
    seen = {(int(row[0]), row[1]) for row in rows}
    report.at_most("electron_elastic.csv tables missing", 2 * len(ELEMENTS) - len(seen), 0)
    for particle, sign in (("electron", -1), ("positron", 1)):
        for order in (1, 2):
            worst = max(
                (abs(float(row[3 + order]) / analytic_transport(int(row[0]), float(row[2]), sign)[order - 1] - 1), row)
                for row in rows
                if row[1] == particle and int(row[0]) <= 20 and 0.02 <= float(row[2]) <= 3
            )
            place = f"Z {worst[1][0]}, {worst[1][2]} MeV"
            name = f"{particle} sigma{order} against screened Mott, Z <= 20, 20 keV to 3 MeV, worst at {place}"
            report.at_most(name, worst[0] * 100, 15, " %")


def bremsstrahlung(report, radiative):
    names, _ = read_csv(report.data / "bremsstrahlung.csv")
    reduced = np.array([float(name) for name in names[2:]])
    report.at_most("bremsstrahlung.csv reduced energies off 32", abs(len(reduced) - 32), 0)
    weights = {int(row[0]): float(row[2]) for row in read_csv(report.data / "elements.csv")[1]}
    worst = 0.0
    for z, table in by_element(report.data / "bremsstrahlung.csv").items():
        energy = table[:, 0]
        mean = np.trapezoid(table[:, 1:], reduced, axis=1) * 1e-27
        loss = AVOGADRO / weights[z] * z**2 / velocity_squared(energy) * energy * mean
        expected = log_log(energy, radiative[z][:, 0], radiative[z][:, 1])
        worst = max(worst, np.max(np.abs(loss / expected - 1)))
    report.at_most("S_rad by integrating chi against radiative.csv, all elements", worst * 100, 2, " %")
