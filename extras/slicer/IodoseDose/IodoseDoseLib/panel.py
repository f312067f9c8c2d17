"""The module's panel: choices, progress, and a look at the results."""

import ctk
import qt
import slicer

from IodoseDoseLib.dose import CURVES, NUCLIDES, UNITS, Choices

_CHOOSE = "choose"
_STEPS = 1000


class Panel:
    """Widgets in `layout`; `on_start`, `on_cancel` and `on_timer` (while a run is under way) are called without arguments."""

    def __init__(self, layout, on_start, on_cancel, on_timer):
        box = ctk.ctkCollapsibleButton()
        box.text = "Absorbed dose (research software, not a medical device)"
        layout.addWidget(box)
        form = qt.QFormLayout(box)
        self.activity = _node_selector("vtkMRMLScalarVolumeNode", "Time-integrated activity; its grid is that of the dose")
        self.unit = _list((_CHOOSE, *UNITS), "Unit of the voxels' values: it cannot be known from the volume")
        self.ct = _node_selector("vtkMRMLScalarVolumeNode", "CT in HU; or else a density volume")
        self.curve = _list(CURVES, "From HU to density: docs/methods/ct-to-tissue.md")
        self.density = _node_selector("vtkMRMLScalarVolumeNode", "Density in g/cm3; or else a CT")
        self.segmentation = _node_selector("vtkMRMLSegmentationNode", "Segments whose doses are wanted")
        self.nuclide = _list(NUCLIDES, "Nuclide of the activity")
        self.uncertainty = qt.QDoubleSpinBox()
        self.uncertainty.setRange(0.1, 50)
        self.uncertainty.setValue(1)
        self.uncertainty.setSuffix(" %")
        self.uncertainty.setToolTip("Mean over the segments' voxels of the Monte Carlo uncertainty (k=1) of dose")
        self.seed = qt.QSpinBox()
        self.seed.setRange(0, 2**31 - 1)
        self.seed.setValue(1)
        self.seed.setToolTip("The same seed gives the same dose")
        for label, widget in [
            ("Activity:", self.activity),
            ("Unit of activity:", self.unit),
            ("CT:", self.ct),
            ("CT calibration:", self.curve),
            ("Density:", self.density),
            ("Segmentation:", self.segmentation),
            ("Nuclide:", self.nuclide),
            ("Uncertainty:", self.uncertainty),
            ("Seed:", self.seed),
        ]:
            form.addRow(label, widget)
        self.start, self.cancel = qt.QPushButton("Compute dose"), qt.QPushButton("Cancel")
        self.bar, self.status = qt.QProgressBar(), qt.QLabel()
        self.bar.setRange(0, _STEPS)
        self.status.wordWrap = True
        for widget in (self.start, self.cancel, self.bar, self.status):
            form.addRow(widget)
        layout.addStretch(1)
        self.timer = qt.QTimer()
        self.timer.setInterval(50)
        self.timer.connect("timeout()", on_timer)
        self.start.connect("clicked()", on_start)
        self.cancel.connect("clicked()", on_cancel)
        self._running(False)

    def choices(self):
        """What the user chose."""
        unit = self.unit.currentText
        return Choices(
            activity=self.activity.currentNode(),
            unit=None if unit == _CHOOSE else unit,
            ct=self.ct.currentNode(),
            density=self.density.currentNode(),
            curve=self.curve.currentText,
            segmentation=self.segmentation.currentNode(),
            nuclide=self.nuclide.currentText,
            uncertainty=self.uncertainty.value / 100,
            seed=self.seed.value,
        )

    def begin(self):
        """A run began."""
        self.status.text = "Preparing tables..."
        self.bar.setValue(0)
        self._running(True)
        self.timer.start()

    def tell(self, latest):
        """How far the run is: decays, those expected, uncertainty or None; None before that is known."""
        if latest is None:
            return
        decays, expected, uncertainty = latest
        self.bar.setValue(_STEPS * decays // max(expected, 1))
        so_far = "" if uncertainty is None else f", uncertainty {100 * uncertainty:.2g} % so far"
        self.status.text = f"{decays:.3g} decays of {expected:.3g}{so_far}"

    def end(self, text):
        """The run ended."""
        self.timer.stop()
        self.status.text = text
        self._running(False)

    def show(self, outputs):
        """Dose over what is seen in slices, and the histograms."""
        outputs.dose.GetDisplayNode().SetAndObserveColorNodeID("vtkMRMLColorTableNodeFilePlasma.txt")
        slicer.util.setSliceViewerLayers(foreground=outputs.dose, foregroundOpacity=0.5)
        slicer.modules.plots.logic().ShowChartInLayout(outputs.chart)

    def _running(self, running):
        self.start.setEnabled(not running)
        self.cancel.setEnabled(running)
        self.bar.setVisible(running)


def _node_selector(node_class, tip):
    selector = slicer.qMRMLNodeComboBox()
    selector.nodeTypes = [node_class]
    # A volume that happens to be the first of the scene is no choice.
    selector.noneEnabled = True
    selector.addEnabled = False
    selector.removeEnabled = False
    selector.renameEnabled = False
    selector.setMRMLScene(slicer.mrmlScene)
    selector.setToolTip(tip)
    return selector


def _list(entries, tip):
    box = qt.QComboBox()
    box.addItems(list(entries))
    box.setToolTip(tip)
    return box
