"""made.py FOLDER ID: a small case, case.toml with its images, in seconds to simulate."""

import array
import sys
from itertools import product
from pathlib import Path

SIZE = (12, 10, 8)
CASE = """
[case]
id = "{id}"
purpose = "post-therapy"

[[image]]
path = "spect.mha"
modality = "SPECT"
nuclide = "I-131"
unit = "Bq/mL"
time_h = 24.0
resolution_mm = 6.5

[density]
path = "density.mha"

[lesions]
path = "lesions.mha"

[therapy]
nuclide = "I-131"
activity_GBq = 7.4

[kinetics]
model = "single-time"
effective_half_life_h = 60.0
"""


def write(path, code, element, value_at):
    """A MetaImage of `value_at(x, y, z)`."""
    values = array.array(code, (value_at(x, y, z) for z, y, x in product(*map(range, reversed(SIZE)))))
    if sys.byteorder == "big":
        values.byteswap()
    header = f"""ObjectType = Image
NDims = 3
BinaryData = True
BinaryDataByteOrderMSB = False
CompressedData = False
TransformMatrix = 1 0 0 0 1 0 0 0 1
Offset = 0 0 0
ElementSpacing = 4 3 5
DimSize = {" ".join(map(str, SIZE))}
ElementType = {element}
ElementDataFile = LOCAL
"""
    path.write_bytes(header.encode() + values.tobytes())


def main(folder, id):
    folder.mkdir(parents=True)
    # Each case has its own activity, so that its dose cannot pass for another's.
    hot = 1e7 + 1e6 * len(id)
    write(folder / "spect.mha", "f", "MET_FLOAT", lambda x, y, z: hot if 4 <= x < 8 and 3 <= y < 7 and 2 <= z < 6 else 1e4)
    write(folder / "density.mha", "f", "MET_FLOAT", lambda x, y, z: 0.3 if x < 4 else 1.05)
    write(folder / "lesions.mha", "H", "MET_USHORT", lambda x, y, z: int(4 <= x < 8 and 3 <= y < 7 and 2 <= z < 6))
    (folder / "case.toml").write_text(CASE.format(id=id))


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
