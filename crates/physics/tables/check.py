"""Check the committed tables: one line per check with the figure and its bound; exit 1 when one is out.

    python check.py [--reference ../../../../shared/reference]

Comparisons with published tables need the reference folder and are skipped, visibly, where it is absent; all others need
nothing but Python, numpy and scipy.
"""

import argparse
import sys
from pathlib import Path

import checks_atoms
import checks_electron
import checks_form_factors
import checks_photon
import checks_toml
from checks import Report
from common import DATA

GROUPS = (checks_photon, checks_atoms, checks_electron, checks_form_factors, checks_toml)


def main():
    default = Path(__file__).resolve().parents[4] / "shared" / "reference"
    parser = argparse.ArgumentParser(description="Check the tables in crates/physics/data.")
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--reference", type=Path, default=default)
    arguments = parser.parse_args()
    report = Report(arguments.data, arguments.reference if arguments.reference.is_dir() else None)
    for group in GROUPS:
        group.run(report)
    sys.exit(report.close())


if __name__ == "__main__":
    main()
