"""RT Dose and RTSTRUCT against pydicom, SimpleITK, dciodvfy and dicompyler-core. Run by tests/dicom/run."""

import itertools
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import made
import numpy as np
import pydicom
import SimpleITK as sitk

EXAMPLES, DICOMPYLER = Path(sys.argv[1]), sys.argv[2]
FAILURES = []
COS, SIN = 0.8, 0.6
FINE = ([2.5, 2.5, 3.0], [64, 48, 37], [-78.0, -45.0, 0.0])
# Direction of the axes i, j, k as columns.
GRIDS = {
    "axial": (np.eye(3), *FINE),
    "flipped i and j": (np.diag([-1.0, -1, 1]), FINE[0], FINE[1], [79.5, 72.5, 0]),
    "flipped k": (np.diag([1.0, 1, -1]), FINE[0], FINE[1], [-78, -45, 108]),
    "coronal": (np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]), [2.5, 3.0, 4.0], [64, 37, 30], [-78, -45, 108]),
    "oblique": (
        np.array([[COS, -SIN * COS, SIN * SIN], [SIN, COS * COS, -SIN * COS], [0, SIN, COS]]),
        [2.5, 3.5, 3.0],
        [50, 40, 30],
        [-40.25, -52.125, -10.0625],
    ),
    "oblique, flipped k": (
        np.array([[COS, -SIN * COS, -SIN * SIN], [SIN, COS * COS, SIN * COS], [0, SIN, -COS]]),
        [2.5, 3.5, 3.0],
        [50, 40, 30],
        [-40.25, -52.125, 90.0],
    ),
}


# dicompyler-core counts pixels whose centre lies inside, so that they must be small beside the lesions. (It can interpolate, but
# then shifts the dose by half a pixel against the contours.)
LESION_GRID = (np.eye(3), [1.25, 1.25, 3.0], [128, 96, 37], [-78.0, -45.0, 0.0])


def check(what, holds, detail=""):
    print(f"{'ok  ' if holds else 'FAIL'} {what} {detail}".rstrip())
    if not holds:
        FAILURES.append(what)


def example(name, *arguments):
    return subprocess.run([EXAMPLES / name, *map(str, arguments)], check=True, capture_output=True, text=True).stdout


def points_of_pydicom(ds):
    """Patient position of every pixel by PS3.3 C.7.6.2.1.1 and C.8.8.3.2, indexed [frame, row, column]."""
    row, column = np.array(ds.ImageOrientationPatient, float).reshape(2, 3)
    normal = np.cross(row, column)
    between_rows, between_columns = map(float, ds.PixelSpacing)
    frames = np.array(ds.GridFrameOffsetVector, float).reshape(-1, 1, 1, 1) * normal
    rows = (np.arange(ds.Rows) * between_rows).reshape(1, -1, 1, 1) * column
    columns = (np.arange(ds.Columns) * between_columns).reshape(1, 1, -1, 1) * row
    return np.array(ds.ImagePositionPatient, float) + frames + rows + columns


def values_at(image, points):
    """Values of a SimpleITK image at voxel centres, and the largest distance from one in voxels."""
    direction = np.array(image.GetDirection()).reshape(3, 3)
    index = (points - np.array(image.GetOrigin())) @ direction / np.array(image.GetSpacing())
    nearest = np.rint(index).astype(int)
    values = sitk.GetArrayFromImage(image)[nearest[..., 2], nearest[..., 1], nearest[..., 0]]
    return values, np.abs(index - nearest).max()


def sixteen_bits(path, copy):
    """The same object with 16 bits a pixel: dciodvfy ends with an assertion (attrothr.cc:46) on the 32 that RT Dose allows."""
    ds = pydicom.dcmread(path)
    ds.PixelData = (ds.pixel_array >> 16).astype("<u2").tobytes()
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 16, 15
    ds.DoseGridScaling = f"{float(ds.DoseGridScaling) * 65536:.9e}"
    ds.save_as(copy)


def check_grid(name, grid, folder, ct):
    direction, spacing, size, origin = grid
    source, target = folder / "dose.mha", folder / f"{name}.dcm"
    expected = made.dose(source, direction, size, spacing, origin)
    example("rtdose", source, folder / "ct.dcm", target)
    ds = pydicom.dcmread(target)
    values = ds.pixel_array.astype(float) * float(ds.DoseGridScaling)
    wanted, aside = values_at(expected, points_of_pydicom(ds))
    error = np.abs(values - wanted).max() / wanted.max()
    check(f"{name}: pydicom sees the same numbers at the same places", error < 1e-9 and aside < 1e-6 and values.shape == wanted.shape, f"(largest difference {error:.1e} of the maximum, {aside:.1e} voxels)")

    image = sitk.ReadImage(str(target))
    read = sitk.GetArrayFromImage(image).astype(float)
    if image.GetPixelID() not in (sitk.sitkFloat32, sitk.sitkFloat64):
        read *= float(ds.DoseGridScaling)
    corners = itertools.product(*[(0, n - 1) for n in image.GetSize()])
    points = np.array([image.TransformIndexToPhysicalPoint(corner) for corner in corners])
    corners = np.array(list(itertools.product(*[(0, n - 1) for n in image.GetSize()])))
    wanted, aside = values_at(expected, points)
    error = np.abs(read[corners[:, 2], corners[:, 1], corners[:, 0]] - wanted).max()
    same = image.GetSize() == (ds.Columns, ds.Rows, int(ds.NumberOfFrames)) and np.abs(read - values).max() < 1e-4
    check(f"{name}: SimpleITK sees the same numbers at the same places", same and error < 1e-4 and aside < 1e-3, f"({error:.1e} Gy, {aside:.1e} voxels)")

    for kind, path in (("dose", target), ("uncertainty", folder / "uncertainty.dcm")):
        if kind == "uncertainty":
            example("rtdose", source, folder / "ct.dcm", path, "uncertainty")
        if shutil.which("dciodvfy") is None:
            continue
        sixteen_bits(path, folder / "sixteen.dcm")
        report = subprocess.run(["dciodvfy", folder / "sixteen.dcm"], capture_output=True, text=True)
        lines = (report.stdout + report.stderr).splitlines()
        errors = [line for line in lines if line.startswith("Error")]
        others = [line for line in errors if "ReferencedRTPlanSequence" not in line]
        # That the absent plan is found shows that the file was looked at.
        holds = len(errors) == 1 and not others
        check(f"{name}: dciodvfy finds no error in the {kind} but the absent plan", holds, "; ".join(others))
    carried = ["PatientName", "PatientID", "PatientBirthDate", "PatientSex", "StudyInstanceUID", "StudyDate", "FrameOfReferenceUID", "AccessionNumber"]
    check(f"{name}: patient, study and frame of reference are the CT's", all(ds[key].value == ct[key].value for key in carried))
    error_type = pydicom.dcmread(folder / "uncertainty.dcm").DoseType
    check(f"{name}: types of dose", (ds.DoseType, error_type, ds.DoseUnits, ds.BitsAllocated) == ("PHYSICAL", "ERROR", "GY", 32))


def weighted(dose, share):
    """Mean and D95, D50, D2 of voxels with shares."""
    order = np.argsort(dose)[::-1]
    dose, share = dose[order], share[order]
    covered = np.cumsum(share) / share.sum()
    near = {percent: dose[np.searchsorted(covered, percent / 100)] for percent in (95, 50, 2)}
    return (dose * share).sum() / share.sum(), near


def check_lesions(folder):
    structures = folder / "structures.dcm"
    made.structure_set(structures)
    direction, spacing, size, origin = LESION_GRID
    image = made.dose(folder / "dose.mha", direction, size, spacing, origin)
    print(example("structures", structures, folder / "dose.mha", folder).strip())
    script = Path(__file__).with_name("dicompyler_dvh.py")
    example("rtdose", folder / "dose.mha", folder / "ct.dcm", folder / "fine.dcm")
    command = [DICOMPYLER, script, structures, folder / "fine.dcm", *made.LESIONS]
    dicompyler = json.loads(subprocess.run(list(map(str, command)), check=True, capture_output=True, text=True).stdout)
    for number, (name, _, _) in made.LESIONS.items():
        # The shares of a voxel and its dose; volume in mL.
        share = sitk.GetArrayFromImage(sitk.ReadImage(str(folder / f"roi_{number}.nii.gz"))).ravel()
        volume = share.sum() * np.prod(spacing) / 1000
        mean, near = weighted(sitk.GetArrayFromImage(image).ravel()[share > 0], share[share > 0])
        theirs = dicompyler[str(number)]
        check(f"{name}: volume", volume > 10 and abs(volume / theirs["volume"] - 1) < 0.01, f"{volume:.3f} mL, dicompyler {theirs['volume']:.3f}")
        check(f"{name}: mean", abs(mean / theirs["mean"] - 1) < 0.01, f"{mean:.3f} Gy, dicompyler {theirs['mean']:.3f}")
        for percent, ours in near.items():
            other = theirs["near"][str(percent)]
            check(f"{name}: D{percent}", abs(ours / other - 1) < 0.02, f"{ours:.3f} Gy, dicompyler {other:.3f}")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        ct = made.ct_slice(folder / "ct.dcm")
        for grid, description in GRIDS.items():
            check_grid(grid, description, folder, ct)
        check_lesions(folder)
    if FAILURES:
        sys.exit(f"{len(FAILURES)} checks failed")
    print("all checks hold")


main()
