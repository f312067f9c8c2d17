"""The panel, as a user would work with it, and the module's own test."""

import time

import IodoseDose as module
import slicer
import standins


def chosen(scene):
    widget = module.IodoseDoseWidget()
    widget.setup()
    panel = widget.panel
    panel.activity.node, panel.ct.node, panel.segmentation.node = scene.activity, scene.ct, scene.segmentation
    panel.uncertainty.setValue(5)
    return widget, panel


def wait(panel):
    until = time.monotonic() + 60
    while panel.timer.ticking and time.monotonic() < until:
        panel.timer.emit("timeout()")


def test_a_run_from_choices_to_chart(scene):
    widget, panel = chosen(scene)
    panel.start.emit("clicked()")
    assert standins.shown[0][0] == "error" and "unit of the activity: found none" in standins.shown.pop()[1]
    assert panel.start.enabled and not panel.timer.ticking
    panel.unit.currentText = "Bq.s/mL"
    panel.start.emit("clicked()")
    assert panel.cancel.enabled and not panel.start.enabled
    wait(panel)
    assert panel.start.enabled and not panel.cancel.enabled
    assert panel.status.text.startswith("Done.\nthe CT or density map lies on another grid")
    (_, layers), (_, chart) = standins.shown
    assert "dose (Gy)" in layers["foreground"].GetName() and chart.GetNumberOfPlotSeriesNodes() == 2
    assert widget.job is None and widget.prepared is None


def test_cancel_and_closing_the_module(scene):
    widget, panel = chosen(scene)
    panel.unit.currentText = "Bq.s/mL"
    panel.uncertainty.setValue(0.1)
    panel.start.emit("clicked()")
    panel.cancel.emit("clicked()")
    assert panel.status.text.startswith("Cancelled") and panel.start.enabled and widget.job is None
    panel.start.emit("clicked()")
    widget.cleanup()
    assert widget.job is None and not panel.timer.ticking
    assert slicer.mrmlScene.GetNumberOfNodesByClass("vtkMRMLTableNode") == 0


def test_what_the_engine_refuses_is_shown(scene):
    _, panel = chosen(scene)
    panel.unit.currentText = "Bq.s/mL"
    panel.curve.currentText = "no such curve"
    panel.start.emit("clicked()")
    wait(panel)
    assert panel.status.text == "Failed." and "no such curve" in standins.shown[0][1]


def test_the_module_says_what_it_is():
    parent = type("Parent", (), {})()
    module.IodoseDose(parent)
    assert "not a medical device" in parent.helpText and "Monte Carlo" in parent.helpText


def test_its_own_test_passes(patient):
    module.IodoseDoseTest().runTest()
