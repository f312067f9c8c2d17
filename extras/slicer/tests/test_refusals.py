"""What is missing or wrong is said, and never guessed."""

import sys

import numpy as np
import pytest
import slicer
from conftest import values
from IodoseDose import IodoseDoseLogic

import iodose


def test_a_missing_wheel_is_said_with_the_way_to_get_it(scene, monkeypatch):
    monkeypatch.setitem(sys.modules, "iodose", None)
    with pytest.raises(RuntimeError, match=r"slicer\.util\.pip_install"):
        IodoseDoseLogic().start(scene.choices())


def test_choices_that_are_missing_or_contradict_are_refused(scene):
    empty = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode", "empty")
    loaded = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLScalarVolumeNode", "not loaded")
    for given, text in [
        ({"unit": None}, "unit of the activity: found none, expected one of Bq.s/voxel, Bq.s/mL, MBq.h/mL"),
        ({"unit": "Bq/mL"}, "unit of the activity: found Bq/mL"),
        ({"activity": None}, "activity: found none"),
        ({"activity": loaded}, "activity: found no voxels in 'not loaded'"),
        ({"ct": None}, "tissue: found none"),
        ({"density": scene.density}, "tissue: found both"),
        ({"segmentation": None}, "segmentation: found none"),
        ({"segmentation": empty}, "segmentation: found no segment, expected at least one"),
        ({"nuclide": "Tc-99m"}, "Tc-99m"),
        ({"curve": "no such file.csv"}, "no such file.csv"),
    ]:
        with pytest.raises((ValueError, RuntimeError), match=text):
            IodoseDoseLogic().run(scene.choices(**given))


def test_volumes_that_do_not_fit_are_refused(patient, scene):
    colored = np.zeros((*scene.shape[::-1], 3), dtype=np.uint8)
    away = np.array(scene.matrix)
    away[0, 3] += 2000
    sheared = np.array(scene.matrix)
    sheared[:3, 1] += 0.4 * sheared[:3, 0]
    far = patient.volume("far", away, scene.shape, patient.hu)
    for given, text in [
        ({"ct": slicer.util.addVolumeFromArray(colored, name="photo", nodeClassName="vtkMRMLVectorVolumeNode")}, "several values"),
        ({"ct": far}, "overlaps with the CT"),
        ({"activity": patient.volume("far", away, scene.shape, patient.tia)}, "no segment with a voxel of the activity"),
        ({"activity": patient.volume("sheared", sheared, scene.shape, patient.tia)}, "sheared"),
        ({"activity": patient.volume("negative", scene.matrix, scene.shape, lambda at: -patient.tia(at))}, "at least 0"),
    ]:
        with pytest.raises(ValueError, match=text):
            IodoseDoseLogic().run(scene.choices(**given))


@pytest.mark.parametrize("which", ["activity", "ct", "segmentation"])
def test_what_lies_under_a_transform_is_refused(scene, which):
    transform = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLLinearTransformNode", "moved")
    getattr(scene, which).SetAndObserveTransformNodeID(transform.GetID())
    with pytest.raises(ValueError, match="under the transform 'moved', expected it hardened"):
        IodoseDoseLogic().run(scene.choices())


def test_the_unit_decides(scene):
    """Per mL, the same numbers are as many times fewer decays as a voxel is smaller than a mL."""
    per_voxel = values(IodoseDoseLogic().run(scene.choices()).doses)["Mean (Gy)"][0]
    per_mL = values(IodoseDoseLogic().run(scene.choices(unit="Bq.s/mL")).doses)["Mean (Gy)"][0]
    assert per_mL / per_voxel == pytest.approx(0.07, rel=1e-3)
    hours = values(IodoseDoseLogic().run(scene.choices(unit="MBq.h/mL")).doses)["Mean (Gy)"][0]
    assert hours / per_mL == pytest.approx(3.6e9, rel=1e-3)


def test_errors_of_the_engine_are_of_the_kinds_that_the_panel_expects():
    assert issubclass(iodose.InputError, ValueError)
    assert issubclass(iodose.Error, RuntimeError)
