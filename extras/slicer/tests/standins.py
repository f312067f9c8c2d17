"""Stand-ins of what the module calls of Slicer, VTK and Qt: small, with the axes, matrices and refusals of the originals.

Where the package slicer-core is installed and IODOSE_MRML=real is set, scene, volumes, segmentations, tables and charts are Slicer's
own, and only Qt and the base classes of modules are these.
"""

import importlib
import sys
import types
import unittest

import standins_scene


class ScriptedLoadableModule:
    def __init__(self, parent):
        self.parent = parent


class ScriptedLoadableModuleWidget:
    def __init__(self, parent=None):
        self.layout = Widget()

    def setup(self):
        pass


class ScriptedLoadableModuleLogic:
    pass


class ScriptedLoadableModuleTest(unittest.TestCase):
    pass


class Widget:
    """What the panel calls of Qt's widgets; `emit` does what a user or a timer would."""

    def __init__(self, *_):
        self.text, self.value, self.node, self.enabled, self.ticking, self.slots = "", 0, None, True, False, {}
        self.entries, self.currentText = [], ""
        if _ and isinstance(_[0], str):
            self.text = _[0]

    def addWidget(self, widget): ...
    def addStretch(self, weight): ...
    def addRow(self, *widgets): ...
    def setSuffix(self, text): ...
    def setToolTip(self, text): ...
    def setVisible(self, visible): ...
    def setInterval(self, ms): ...
    def setMRMLScene(self, scene): ...
    def setRange(self, low, high):
        self.range = (low, high)

    def setValue(self, value):
        assert self.range[0] <= value <= self.range[1]
        self.value = value

    def setEnabled(self, enabled):
        self.enabled = enabled

    def addItems(self, entries):
        self.entries, self.currentText = entries, entries[0]

    def currentNode(self):
        return self.node

    def start(self):
        self.ticking = True

    def stop(self):
        self.ticking = False

    def connect(self, signal, slot):
        self.slots[signal] = slot

    def emit(self, signal):
        self.slots[signal]()


#: What was shown to the user.
shown = []


def install(real):
    """Puts the stand-ins where the module imports them from; with `real` only those that slicer-core has no original of."""
    base = types.ModuleType("slicer.ScriptedLoadableModule")
    for one in (ScriptedLoadableModule, ScriptedLoadableModuleWidget, ScriptedLoadableModuleLogic, ScriptedLoadableModuleTest):
        setattr(base, one.__name__, one)
    slicer = _real() if real else standins_scene.slicer_and_vtk()
    slicer.qMRMLNodeComboBox = Widget
    slicer.app = types.SimpleNamespace(processEvents=lambda: None)
    slicer.util.errorDisplay = lambda text: shown.append(("error", text))
    slicer.util.setSliceViewerLayers = lambda **given: shown.append(("slices", given))
    slicer.modules.plots = _module(types.SimpleNamespace(ShowChartInLayout=lambda chart: shown.append(("chart", chart))))
    qt = types.ModuleType("qt")
    for name in ("QFormLayout", "QDoubleSpinBox", "QSpinBox", "QPushButton", "QProgressBar", "QLabel", "QTimer", "QComboBox"):
        setattr(qt, name, Widget)
    ctk = types.ModuleType("ctk")
    ctk.ctkCollapsibleButton = Widget
    sys.modules.update({"slicer": slicer, "slicer.ScriptedLoadableModule": base, "qt": qt, "ctk": ctk})


def _module(logic):
    return types.SimpleNamespace(logic=lambda: logic)


def _real():
    slicer = importlib.import_module("slicer")
    importlib.import_module("slicer.util")
    slicer.mrmlScene = slicer.vtkMRMLScene()
    logics = {"segmentations": slicer.vtkSlicerSegmentationsModuleLogic(), "volumes": slicer.vtkSlicerVolumesLogic()}
    for logic in logics.values():
        logic.SetMRMLScene(slicer.mrmlScene)
    slicer.modules = types.SimpleNamespace(**{name: _module(logic) for name, logic in logics.items()})
    return slicer
