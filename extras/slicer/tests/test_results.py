"""Tables, plot and volumes that a run leaves in the scene."""

import json

import numpy as np
import pytest
import slicer
from conftest import CT, add_segment, values
from IodoseDose import IodoseDoseLogic
from IodoseDoseLib import segments

import iodose


@pytest.fixture
def outputs(scene):
    add_segment(scene.segmentation, scene.activity, "lesion", scene.around & ~scene.lesion)
    return IodoseDoseLogic().run(scene.choices())


def dose(outputs):
    return slicer.util.arrayFromVolume(outputs.dose).T


def test_doses_are_those_of_the_helpers(scene, outputs):
    rows = values(outputs.doses)
    # A name that is there twice gets a number.
    assert rows["Segment"] == ["lesion", "around", "lesion (2)"]
    spacing = read_spacing(scene)
    for row, mask in enumerate([scene.lesion, scene.around, scene.around & ~scene.lesion]):
        of = iodose.dvh(dose(outputs), mask, spacing)[1]
        assert [rows[f"D{percent} (Gy)"][row] for percent in (95, 50, 2)] == [of.D95, of.D50, of.D2]
        assert (rows["Volume (mL)"][row], rows["Voxels"][row]) == (of.volume_mL, of.voxels)
        assert rows["Mean (Gy)"][row] == pytest.approx(of.mean, rel=1e-6)


def read_spacing(scene):
    return tuple(np.linalg.norm(scene.matrix[:3, :3], axis=0))


def test_no_dose_is_without_its_uncertainty(scene, outputs):
    rows = values(outputs.doses)
    uncertainty = slicer.util.arrayFromVolume(outputs.uncertainty).T
    for row, mask in enumerate([scene.lesion, scene.around, scene.around & ~scene.lesion]):
        # A mean is no worse than its voxels, and no better than if none had to do with another.
        of_voxels = uncertainty[mask].astype(float)
        assert 0.2 * np.sqrt((of_voxels**2).sum()) / mask.sum() < rows["u of mean (Gy)"][row] <= of_voxels.mean()
        for percent in (95, 50, 2):
            u = rows[f"u of D{percent} at most (Gy)"][row]
            assert 0 < u <= of_voxels.max() * (1 + 1e-6)
    assert [text.startswith("an upper bound") for text in rows["u of mean is"]] == [True, True, False]
    of_chart = [outputs.chart.GetNthPlotSeriesNode(at).GetName() for at in range(outputs.chart.GetNumberOfPlotSeriesNodes())]
    assert all("±" in title and title.endswith(" Gy") for title in of_chart) and of_chart[2].startswith("lesion (2): ")


def test_means_and_uncertainties_are_the_engines(scene):
    outputs = IodoseDoseLogic().run(scene.choices(density=scene.density, ct=None))
    direct = iodose.simulate(
        slicer.util.arrayFromVolume(scene.activity).T,
        density=slicer.util.arrayFromVolume(scene.density).T,
        spacing=read_spacing(scene),
        labels=scene.lesion + 2 * scene.around,
        histories=20_000,
        seed=7,
    )
    assert dose(outputs).tobytes(order="F") == direct.dose.tobytes(order="F")
    mean, u = ({region.label: getattr(region, name) for region in direct.regions} for name in ("mean", "u"))
    alone, both = (int((scene.lesion & where).sum()) for where in (~scene.around, scene.around))
    rows = values(outputs.doses)
    for column, of in [("Mean (Gy)", mean), ("u of mean (Gy)", u)]:
        assert rows[column][0] == pytest.approx((alone * of[1] + both * of[3]) / (alone + both), rel=1e-12)
    # Apart from the other, a segment has the engine's own.
    outputs = IodoseDoseLogic().run(scene.choices(segmentation=lesion_alone(scene), density=scene.density, ct=None))
    rows = values(outputs.doses)
    assert rows["u of mean is"] == ["that of the engine"]
    given = {"density": slicer.util.arrayFromVolume(scene.density).T, "spacing": read_spacing(scene), "labels": scene.lesion}
    region = iodose.simulate(slicer.util.arrayFromVolume(scene.activity).T, **given, histories=20_000, seed=7).regions[0]
    assert (rows["Mean (Gy)"][0], rows["u of mean (Gy)"][0]) == pytest.approx((region.mean, region.u), rel=1e-12)


def lesion_alone(scene):
    segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "alone")
    segmentation.SetReferenceImageGeometryParameterFromVolumeNode(scene.activity)
    add_segment(segmentation, scene.activity, "lesion", scene.lesion)
    return segmentation


def test_the_upper_bound_holds_over_runs(scene):
    """Means of an overlapped segment spread over seeds by no more than is said."""
    logic = IodoseDoseLogic()
    rows = [values(logic.run(scene.choices(seed=seed, histories=3000)).doses) for seed in range(20)]
    spread = np.std([row["Mean (Gy)"][1] for row in rows], ddof=1)
    said = np.mean([row["u of mean (Gy)"][1] for row in rows])
    # A standard deviation of 20 values is known to 16 %; three times that.
    assert spread < 1.5 * said


def test_histograms_are_those_of_the_helpers(scene, outputs):
    columns = values(outputs.histograms)
    doses = columns.pop("Dose (Gy)")
    assert list(columns) == ["lesion (%)", "around (%)", "lesion (2) (%)"]
    for shares, mask in zip(columns.values(), [scene.lesion, scene.around, scene.around & ~scene.lesion]):
        of = iodose.dvh(dose(outputs), mask, read_spacing(scene))[1]
        assert shares == [100 * of.volume_at_dose(at) for at in doses]
        assert shares[0] == 100 and (np.diff(shares) <= 0).all()
    assert 0 == doses[0] < doses[-1] == dose(outputs)[scene.lesion | scene.around].max()
    line = outputs.chart.GetNthPlotSeriesNode(1)
    assert (line.GetXColumnName(), line.GetYColumnName()) == ("Dose (Gy)", "around (%)")
    assert line.GetTableNode().GetID() == outputs.histograms.GetID()
    assert tuple(outputs.chart.GetNthPlotSeriesNode(0).GetColor()) == (1.0, 0.5, 0.0)


def test_volumes_know_how_they_came_about(outputs):
    record = json.loads(outputs.dose.GetAttribute("iodose.record"))
    assert record["seed"] == 7 and record["decays"] == 20_000 and "Gy" in outputs.dose.GetName()
    assert "uncertainty" in outputs.uncertainty.GetName()


def test_segments_that_lose_voxels_are_told(scene):
    far = slicer.util.addVolumeFromArray(np.zeros((3, 3, 3)), ijkToRAS=np.diag([1.0, 1, 1, 1]) + np.eye(4, k=3) * 900, name="far")
    add_segment(scene.segmentation, far, "elsewhere", np.ones((3, 3, 3), dtype=bool))
    cut = np.zeros(scene.shape, dtype=bool)
    cut[0, 3:6, 3:6] = True
    add_segment(scene.segmentation, scene.activity, "cut", cut)
    outputs = IodoseDoseLogic().run(scene.choices())
    told = [warning for warning in outputs.warnings if warning.startswith("segment")]
    assert len(told) == 2 and "'elsewhere' has no voxel" in told[0] and "'cut' reaches the border" in told[1]
    rows = values(outputs.doses)
    assert rows["Voxels"][2] == 0 and np.isnan(rows["Mean (Gy)"][2]) and np.isnan(rows["u of mean (Gy)"][2])
    assert "elsewhere (%)" not in values(outputs.histograms)


def test_an_unknown_uncertainty_is_not_made_up():
    mask = np.ones((2, 1, 1), dtype=bool)
    found = segments.segments(["one"], [mask])
    dose, u = np.array([1.0, 3.0]).reshape(2, 1, 1), np.array([0.1, np.nan]).reshape(2, 1, 1)
    row = segments.segment_doses(found, dose, u, [(1, 2.0, 0.05)], (1, 1, 1), iodose.dvh)[0]
    assert row.mean_u == 0.05 and np.isnan(row.at_volume_u[95]) and row.at_volume[50] == 2


def test_a_segment_on_a_grid_of_its_own_lands_on_the_activity(patient, scene):
    """Drawn on the CT, whose axes lead another way: each voxel of the activity has what the nearest of the CT has."""
    matrix, shape = CT
    drawn = np.linalg.norm(patient.points(shape, matrix) - patient.lesion, axis=-1) < 9
    add_segment(scene.segmentation, scene.ct, "on the CT", drawn)
    outputs = IodoseDoseLogic().run(scene.choices())
    points = patient.points(scene.shape, scene.matrix).reshape(-1, 3).T
    at = np.rint((np.linalg.inv(matrix) @ np.vstack([points, np.ones_like(points[:1])]))[:3]).astype(int)
    assert (at >= 0).all() and (at < np.reshape(shape, (3, 1))).all()
    expected = iodose.dvh(dose(outputs), drawn[tuple(at)].reshape(scene.shape), read_spacing(scene))[1]
    rows = values(outputs.doses)
    assert rows["Voxels"][2] == expected.voxels > 10 and rows["D50 (Gy)"][2] == expected.D50
