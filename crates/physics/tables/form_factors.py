"""Atomic form factors and incoherent scattering functions."""

import numpy as np
import xraylib
from scipy.interpolate import PchipInterpolator

from common import ELEMENTS, write_csv

HEADER = """
Atomic form factor F and incoherent scattering function S over x = sin(theta/2) / lambda in 1/angstrom
(x = E sin(theta/2) / 12.39842 keV angstrom).
Source: Hubbell et al. 1975, J. Phys. Chem. Ref. Data 4, 471 (non-relativistic), from PyPI xraylib 4.3.0 (FF_Rayl,
SF_Compt), read at the nodes of the published grid only, since xraylib's spline swings between them at x > 20; rows
between nodes by monotone cubic interpolation of ln F and ln S over ln x.
XCOM's coherent cross section rests on relativistic F (Hubbell and Overbo 1979): the integral of F^2 lies up to 1.6 % below
it up to zinc, 6 % in iodine. Take the total from photon.csv and only the angle from here.
At x = 0: F = Z, S = 0. Between 0 and the first node S goes as x^2. Above x = 100 the published node at x = 1000 closes the
interpolation: F falls as a power of x (x^-4 in light atoms), S = Z.
Interpolate ln-ln from the second row on. Range: x to 300/angstrom (3 MeV photons reach 242).
"""

#: Nodes that all elements' published tables share, 1/angstrom.
NODES = (
    0.005, 0.01, 0.015, 0.02, 0.025, 0.03, 0.04, 0.05, 0.07, 0.09, 0.1, 0.125, 0.15, 0.175, 0.2, 0.25, 0.3, 0.4,
    0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.25, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 5.0, 6.0, 7.0, 8.0, 10.0, 15.0, 20.0, 50.0,
    80.0, 100.0, 1000.0,
)  # fmt: skip
LAST = 300.0
#: Largest ratio of neighbouring x after filling.
FILL_RATIO = 1.13


def grid():
    """All x above 0: the nodes, and even fillings in ln x between them."""
    nodes = [*NODES[:-1], LAST]
    points = []
    for low, high in zip(nodes[:-1], nodes[1:]):
        count = int(np.ceil(np.log(high / low) / np.log(FILL_RATIO) - 1e-9))
        points.extend(np.geomspace(low, high, count, endpoint=False))
    return np.array([*points, LAST])


def interpolated(function, number, x):
    """`function` between its nodes, monotone in ln-ln."""
    values = [function(number, node) for node in NODES]
    return np.exp(PchipInterpolator(np.log(NODES), np.log(values))(np.log(x)))


def rows():
    x = grid()
    for number in ELEMENTS:
        coherent = interpolated(xraylib.FF_Rayl, number, x)
        incoherent = np.minimum(interpolated(xraylib.SF_Compt, number, x), number)
        yield number, 0, number, 0
        yield from ((number, *row) for row in zip(x, coherent, incoherent))


def write(folder):
    write_csv(folder / "form_factors.csv", HEADER, ("Z", "x_per_angstrom", "F", "S"), rows())
