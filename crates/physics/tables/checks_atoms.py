"""Fluorescence, elements, oscillators: sums that must come out."""

from checks import by_element
from common import ELEMENTS, read_csv


def run(report):
    oscillators = by_element(report.data / "density_effect.csv")
    report.at_most(
        "density_effect.csv electrons against Z", max(abs(oscillators[z][:, 0].sum() - z) for z in ELEMENTS), 0
    )
    shares = {}
    for row in read_csv(report.data / "fluorescence.csv")[1]:
        key = (row[0], row[1])
        shares[key] = shares.get(key, 0.0) + float(row[4])
    report.at_most("fluorescence.csv shares against 1", max(abs(s - 1) for s in shares.values()), 1e-5)
    elements = read_csv(report.data / "elements.csv")[1]
    report.at_most("elements.csv elements missing", len(ELEMENTS) - len(elements), 0)
