"""Write the tables in crates/physics/data from published data sets.

    pip install -r requirements.txt
    python generate.py [--out FOLDER] [TABLE ...]

Without TABLE all are written. The result depends on nothing but the pinned packages.
"""

import argparse
from pathlib import Path

import atoms
import electron
import form_factors
import materials
import nuclides
import photon
from common import DATA

WRITERS = {
    "photon": photon.write,
    "atoms": atoms.write,
    "electron": electron.write,
    "form_factors": form_factors.write,
    "materials": materials.write,
    "nuclides": nuclides.write,
}


def main():
    parser = argparse.ArgumentParser(description="Write the tables in crates/physics/data.")
    parser.add_argument("tables", nargs="*", metavar="TABLE", help=f"any of: {', '.join(WRITERS)}; all when absent")
    parser.add_argument("--out", type=Path, default=DATA, help="folder to write to")
    arguments = parser.parse_args()
    unknown = sorted(set(arguments.tables) - set(WRITERS))
    if unknown:
        parser.error(f"unknown table {', '.join(unknown)}; known: {', '.join(WRITERS)}")
    for name in arguments.tables or WRITERS:
        WRITERS[name](arguments.out)
        print(f"{name}: written")


if __name__ == "__main__":
    main()
