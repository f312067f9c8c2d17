"""Writes DICOM files with software that is not part of this project, for tests/written_by_pydicom.rs.

    pip install pydicom==3.0.2 imagecodecs==2026.3.6
    python crates/dicom/tests/written_by_pydicom.py FOLDER

FOLDER/codings: images of random sizes and contents in every lossless coding, each with its values beside it.
FOLDER/place-N: CT series of random orientation, axes flipped, file names and instance numbers shuffled, in several transfer
syntaxes; the CT number of a voxel is a linear function of its place in the patient, which `place` below computes.
"""

import pathlib
import sys

import imagecodecs
import numpy
import pydicom
from pydicom.encaps import encapsulate
from pydicom.encoders import RLELosslessEncoder
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLossless,
    JPEGLSLossless,
    RLELossless,
    generate_uid,
)

RANDOM = numpy.random.default_rng(5)


def image(number):
    rows, columns = RANDOM.integers(1, 260, 2)
    bits = [16, 12, 8, 16][number % 4]
    top = 2**bits - 1
    y, x = numpy.mgrid[0:rows, 0:columns]
    noise = RANDOM.normal(0, top / 200, (rows, columns))
    values = [
        RANDOM.integers(0, top + 1, (rows, columns)),
        numpy.zeros((rows, columns)),
        numpy.where((x // 20 + y // 30) % 2 == 0, 0, top),
        numpy.clip(top / 2 + top / 3 * numpy.sin(x / 30) * numpy.cos(y / 20) + noise, 0, top),
        numpy.where(RANDOM.random((rows, columns)) < 0.01, RANDOM.integers(0, top + 1, (rows, columns)), 7),
        numpy.full((rows, columns), top),
    ][number % 6]
    return values.astype(numpy.uint8 if bits == 8 else numpy.uint16), bits


def header(values, bits, syntax):
    data = pydicom.Dataset()
    data.file_meta = pydicom.dataset.FileMetaDataset()
    data.file_meta.TransferSyntaxUID = syntax
    data.SOPClassUID, data.SOPInstanceUID, data.Modality = "1.2.840.10008.5.1.4.1.1.2", generate_uid(), "CT"
    data.Rows, data.Columns = values.shape
    data.SamplesPerPixel, data.PhotometricInterpretation, data.PixelRepresentation = 1, "MONOCHROME2", 0
    data.BitsAllocated, data.BitsStored, data.HighBit = 8 * values.itemsize, bits, bits - 1
    return data


def write_codings(folder):
    folder.mkdir(parents=True)
    for number in range(24):
        values, bits = image(number)
        form = dict(rows=values.shape[0], columns=values.shape[1], samples_per_pixel=1, number_of_frames=1)
        form |= dict(bits_allocated=8 * values.itemsize, bits_stored=bits, pixel_representation=0)
        codings = {
            RLELossless: lambda: RLELosslessEncoder.encode(
                values.tobytes(), photometric_interpretation="MONOCHROME2", **form
            ),
            JPEGLossless: lambda: imagecodecs.ljpeg_encode(values, bitspersample=bits),
            JPEGLSLossless: lambda: imagecodecs.jpegls_encode(values),
            JPEG2000Lossless: lambda: imagecodecs.jpeg2k_encode(
                values, codecformat="j2k", reversible=True, level=0, bitspersample=bits
            ),
        }
        for syntax, encode in codings.items():
            try:
                stream = bytes(encode())
            except imagecodecs.JpeglsError:
                continue  # noise that grows beyond the encoder's buffer
            data = header(values, bits, syntax)
            data.PixelData = encapsulate([stream])
            data["PixelData"].VR, data["PixelData"].is_undefined_length = "OB", True
            data.save_as(folder / f"{number:02d}-{syntax}.dcm", enforce_file_format=True)
            values.astype("<u2").tofile(folder / f"{number:02d}-{syntax}.raw")


def place(point):
    return 1000 + 3 * point[0] - 5 * point[1] + 7 * point[2]


def write_place(folder, number):
    folder.mkdir(parents=True)
    axes, _ = numpy.linalg.qr(RANDOM.normal(size=(3, 3)))
    if number < 4:  # right angles: axial, flipped, sagittal, coronal
        axes = numpy.array([numpy.eye(3), -numpy.eye(3), numpy.eye(3)[[1, 2, 0]], numpy.eye(3)[[0, 2, 1]]][number])
    syntax = [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian][number % 4]
    row, column, normal = axes
    origin, between = RANDOM.uniform(-20, 20, 3), RANDOM.uniform(1, 3)
    spacing = RANDOM.uniform(1, 3, 2)
    study, series, frame = generate_uid(), generate_uid(), generate_uid()
    shape = (5, 6)
    for k, instance in enumerate(RANDOM.permutation(7)):
        corner = origin + k * between * normal
        points = [[corner + i * spacing[1] * row + j * spacing[0] * column for i in range(shape[1])] for j in range(shape[0])]
        slope = 0.01 * (k + 1)
        stored = numpy.round([[place(p) / slope for p in line] for line in points]).astype(numpy.int64)
        intercept = float(slope * stored.min())
        values = (stored - stored.min()).astype(">u2" if syntax == ExplicitVRBigEndian else "<u2")
        data = header(values, 16, syntax)
        data.StudyInstanceUID, data.SeriesInstanceUID, data.FrameOfReferenceUID = study, series, frame
        data.ImageType, data.InstanceNumber = ["ORIGINAL", "PRIMARY", "AXIAL"], int(instance) + 1
        data.ImagePositionPatient = [f"{x:.6f}" for x in corner]
        data.ImageOrientationPatient = [f"{x:.8f}" for x in [*row, *column]]
        data.PixelSpacing = [f"{x:.6f}" for x in spacing]
        data.RescaleSlope, data.RescaleIntercept, data.RescaleType = f"{slope:.4f}", f"{intercept:.6f}", "HU"
        data.PixelData = values.tobytes()
        data["PixelData"].VR = "OW"
        data.save_as(folder / f"{RANDOM.integers(10**9)}", enforce_file_format=True)


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    write_codings(target / "codings")
    for number in range(12):
        write_place(target / f"place-{number}", number)
