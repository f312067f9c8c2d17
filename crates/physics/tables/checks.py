"""What the checks share: the report, reading tables, and sums over a composition."""

import csv
import re

import numpy as np

from common import read_csv


class Report:
    """Prints one line per check and keeps count of failures."""

    def __init__(self, data, reference):
        self.data = data
        self.reference = reference
        self.checked = self.failed = self.skipped = 0

    def at_most(self, name, figure, bound, unit=""):
        """Pass when `figure <= bound`; NaN fails."""
        passed = bool(figure <= bound)
        self.checked += 1
        self.failed += not passed
        print(f"{'ok  ' if passed else 'FAIL'} {name}: {figure:.4g}{unit} (bound {bound:g}{unit})")

    def deviation(self, name, value, expected, bound):
        """Pass when `value` lies within the relative `bound` of `expected`."""
        self.at_most(
            f"{name} = {value:.6g}, expected {expected:.6g}, off", abs(value / expected - 1) * 100, bound * 100, " %"
        )

    def skip(self, name):
        self.skipped += 1
        print(f"skip {name}: no reference folder")

    def close(self):
        print(f"{self.checked} checks, {self.failed} failed, {self.skipped} skipped")
        return 1 if self.failed else 0


def by_element(path):
    """{Z: array of the numeric columns after Z} of a table; text columns become NaN."""
    _, rows = read_csv(path)
    tables = {}
    for row in rows:
        tables.setdefault(int(row[0]), []).append([number(cell) for cell in row[1:]])
    return {key: np.array(value) for key, value in tables.items()}


def number(cell):
    try:
        return float(cell)
    except ValueError:
        return float("nan")


def reference_table(path):
    """Header text and {column: array} of a reference file."""
    lines = path.read_text().splitlines()
    header = " ".join(line for line in lines if line.startswith("#"))
    rows = list(csv.DictReader(line for line in lines if not line.startswith("#")))
    return header, {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def braced_weights(header):
    """{Z: weight} written as `{1: 0.1, 8: 0.9}`."""
    return {int(z): float(w) for z, w in re.findall(r"(\d+): ([\d.e-]+)", re.search(r"\{(.*?)\}", header)[1])}


def listed_weights(header):
    """{Z: weight} written as `Z=[1, 8] w=[0.1, 0.9]`."""
    numbers, weights = (re.search(rf"{key}=\[(.*?)\]", header)[1].split(",") for key in ("Z", "w"))
    return dict(zip(map(int, numbers), map(float, weights), strict=True))


def log_log(x, grid, values):
    """Linear interpolation in ln-ln; at a doubled grid energy, the upper side."""
    x = np.asarray(x) * (1 + 1e-12)
    with np.errstate(divide="ignore"):
        return np.exp(np.interp(np.log(x), np.log(grid), np.log(values)))
