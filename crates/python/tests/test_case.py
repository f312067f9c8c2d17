"""Whole cases: the results of the command."""

import json
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import SPACING, interrupted, read_nifti, same_bytes, write_image

import iodose

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
names = {{ 1 = "rib", 4 = "lung" }}

[therapy]
nuclide = "I-131"
activity_GBq = 7.4

[kinetics]
model = "single-time"
effective_half_life_h = 60.0

[transport]
histories = 20000
"""


@pytest.fixture(scope="module")
def folder(phantom, tmp_path_factory):
    folder = tmp_path_factory.mktemp("case")
    write_image(folder / "spect.mha", phantom.tia)
    write_image(folder / "density.mha", phantom.density)
    write_image(folder / "lesions.mha", phantom.labels)
    (folder / "case.toml").write_text(CASE.format(id="demo"))
    return folder


def test_a_case_has_the_results_of_the_command(phantom, folder, command, tmp_path):
    before = sorted(folder.iterdir())
    result = iodose.run(folder / "case.toml")
    assert sorted(folder.iterdir()) == before, "nothing is written"
    command("run", folder / "case.toml", "-o", tmp_path / "out")
    assert same_bytes(result.dose, read_nifti(tmp_path / "out" / "dose.nii.gz"))
    assert result.lesions == json.loads((tmp_path / "out" / "lesions.json").read_text())["lesions"]
    assert result.prescription == json.loads((tmp_path / "out" / "prescription.json").read_text())
    assert result.record["decays"] == 20_000
    assert result.unit == "Gy" and [lesion["name"] for lesion in result.lesions] == ["rib", "lung"]
    assert result.report_html == (tmp_path / "out" / "report.html").read_text()
    assert same_bytes(result.labels, phantom.labels)
    histograms = result.dvh()
    assert histograms[1].D95 == result.lesions[0]["D95_Gy"]
    assert histograms[1].mean == pytest.approx(result.lesions[0]["dose_mean_Gy"], rel=1e-12)
    assert np.allclose(result.geometry.spacing, SPACING)


def test_a_folder_is_written_where_one_is_named(folder, tmp_path):
    result = iodose.run(str(folder / "case.toml"), tmp_path / "out", seed=5, histories=5000)
    written = {path.name for path in (tmp_path / "out").iterdir()}
    assert {"dose.nii.gz", "uncertainty.nii.gz", "run.json", "lesions.csv", "dvh.csv", "report.html"} <= written
    assert same_bytes(result.dose, read_nifti(tmp_path / "out" / "dose.nii.gz"))
    assert json.loads((tmp_path / "out" / "run.json").read_text())["seed"] == result.record["seed"] == 5


def test_a_case_of_dictionaries_is_the_case_of_the_file(folder, monkeypatch):
    import tomllib

    monkeypatch.chdir(folder)
    case = tomllib.loads(CASE.format(id="demo"))
    assert same_bytes(iodose.run(case).dose, iodose.run(Path("case.toml")).dose)


def test_a_batch_names_the_case_that_failed(folder, tmp_path):
    wrong = folder / "wrong.toml"
    wrong.write_text(CASE.format(id="wrong").replace("spect.mha", "nowhere.mha"))
    ended = iodose.batch([folder / "case.toml", wrong], tmp_path, threads=1)
    assert [case.end for case in ended] == ["done", "failed"]
    assert ended[0].id == "demo" and ended[0].seconds > 0 and ended[0].error is None
    assert "nowhere.mha" in ended[1].error
    assert same_bytes(read_nifti(ended[0].folder / "dose.nii.gz"), iodose.run(folder / "case.toml").dose)
    assert (tmp_path / "cohort.csv").is_file()
    assert iodose.batch([folder / "case.toml"], tmp_path, resume=True)[0].end == "finished"


@pytest.mark.parametrize("call", [iodose.run, lambda case, output: iodose.batch([case], output)])
def test_control_c_ends_a_case_and_leaves_no_results(folder, tmp_path, call):
    case = folder / "long.toml"
    case.write_text(CASE.format(id="long").replace("20000", "5000000000\nmax_seconds = 60"))
    assert interrupted(lambda: call(case, tmp_path / "out"), 1.5) < 0.5
    time.sleep(0.5)
    assert not [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
