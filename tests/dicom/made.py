"""A patient made for the checks: a CT slice to refer to, lesions as contours, a dose on grids of several orientations."""

import numpy as np
import SimpleITK as sitk
from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, RTStructureSetStorage, generate_uid

STUDY, FRAME, CT_SERIES = generate_uid(), generate_uid(), generate_uid()
# Radii (mm) and centres (LPS mm): all over 10 mL.
LESIONS = {
    1: ("sphere", [14.5, 14.5, 14.5], [12.3, -8.1, 40.7]),
    2: ("flat", [24.0, 19.0, 11.0], [-35.2, 14.9, 61.4]),
    3: ("long", [13.0, 15.5, 27.0], [31.6, 30.3, 66.9]),
}
SLICES = np.arange(0.0, 110.0, 3.0)


def _object(path, sop_class, modality, series):
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = sop_class
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    ds = FileDataset(path, {}, file_meta=meta, preamble=b"\0" * 128)
    ds.SpecificCharacterSet = "ISO_IR 100"
    ds.SOPClassUID, ds.SOPInstanceUID = sop_class, meta.MediaStorageSOPInstanceUID
    ds.PatientName, ds.PatientID = "Jörgensen^Åse", "4711"
    ds.PatientBirthDate, ds.PatientSex = "19500101", "F"
    ds.StudyInstanceUID, ds.SeriesInstanceUID, ds.FrameOfReferenceUID = STUDY, series, FRAME
    ds.StudyDate, ds.StudyTime, ds.StudyID, ds.AccessionNumber = "20260302", "090000", "1", "A1"
    ds.ReferringPhysicianName, ds.PositionReferenceIndicator = "", ""
    ds.Modality, ds.Manufacturer = modality, "made"
    return ds


def ct_slice(path):
    """One CT slice; only its patient, study and frame of reference matter."""
    ds = _object(path, CTImageStorage, "CT", CT_SERIES)
    ds.ImagePositionPatient, ds.ImageOrientationPatient = [0, 0, 0], [1, 0, 0, 0, 1, 0]
    ds.PixelSpacing, ds.SliceThickness, ds.Rows, ds.Columns = [2, 2], 3, 4, 4
    ds.BitsAllocated, ds.BitsStored, ds.HighBit, ds.PixelRepresentation = 16, 16, 15, 1
    ds.SamplesPerPixel, ds.PhotometricInterpretation = 1, "MONOCHROME2"
    ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    ds.PixelData = bytes(32)
    ds.save_as(path)
    return ds


def structure_set(path):
    """The lesions as contours of 120 points on the slices."""
    ds = _object(path, RTStructureSetStorage, "RTSTRUCT", generate_uid())
    ds.StructureSetLabel, ds.StructureSetDate, ds.StructureSetTime = "lesions", "20260302", "100000"
    ds.StructureSetROISequence, ds.ROIContourSequence, ds.RTROIObservationsSequence = [], [], []
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)
    for number, (name, radii, centre) in LESIONS.items():
        roi, contours, observation = Dataset(), Dataset(), Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, FRAME
        roi.ROIGenerationAlgorithm = "MANUAL"
        observation.ObservationNumber = observation.ReferencedROINumber = number
        observation.RTROIInterpretedType, observation.ROIInterpreter = "GTV", ""
        contours.ReferencedROINumber, contours.ROIDisplayColor, contours.ContourSequence = number, [255, 0, 0], []
        for z in SLICES:
            square = 1 - ((z - centre[2]) / radii[2]) ** 2
            if square <= 0:
                continue
            points = np.stack(
                [
                    centre[0] + radii[0] * np.sqrt(square) * np.cos(angles),
                    centre[1] + radii[1] * np.sqrt(square) * np.sin(angles),
                    np.full_like(angles, z),
                ],
                axis=1,
            )
            contour = Dataset()
            contour.ContourGeometricType, contour.NumberOfContourPoints = "CLOSED_PLANAR", len(points)
            contour.ContourData = [f"{x:.3f}" for x in points.ravel()]
            contours.ContourSequence.append(contour)
        ds.StructureSetROISequence.append(roi)
        ds.ROIContourSequence.append(contours)
        ds.RTROIObservationsSequence.append(observation)
    ds.save_as(path)
    return ds


def dose(path, direction, size, spacing, origin):
    """A smooth dose (Gy) with a hot lesion each, as MetaImage; returns what SimpleITK holds."""
    image = sitk.Image([int(n) for n in size], sitk.sitkFloat32)
    image.SetDirection([float(x) for x in np.asarray(direction).ravel()])
    image.SetSpacing([float(x) for x in spacing])
    image.SetOrigin([float(x) for x in origin])
    index = np.stack(np.meshgrid(*[np.arange(n) for n in size], indexing="ij"), axis=-1)
    point = np.asarray(origin) + (index * np.asarray(spacing)) @ np.asarray(direction).T
    values = 2.0 + 0.02 * point[..., 0] + 0.01 * point[..., 2]
    for number, (_, radii, centre) in LESIONS.items():
        distance = (((point - centre) / (1.3 * np.asarray(radii))) ** 2).sum(axis=-1)
        values += 40.0 * number * np.exp(-distance)
    filled = sitk.GetImageFromArray(np.maximum(values, 0).astype(np.float32).transpose(2, 1, 0))
    filled.CopyInformation(image)
    sitk.WriteImage(filled, path)
    return filled
