"""Absorbed dose of a radionuclide therapy in 3D Slicer, by the Monte Carlo engine iodose (docs/slicer.md)."""

import numpy as np
import slicer
from slicer.ScriptedLoadableModule import (
    ScriptedLoadableModule,
    ScriptedLoadableModuleLogic,
    ScriptedLoadableModuleTest,
    ScriptedLoadableModuleWidget,
)

from IodoseDoseLib.dose import Choices, Outputs, Prepared, engine, prepare, put
from IodoseDoseLib.job import Cancelled, Job
from IodoseDoseLib.panel import Panel
from IodoseDoseLib.scene import read_volume

__all__ = ["Cancelled", "Choices", "IodoseDose", "IodoseDoseLogic", "IodoseDoseTest", "IodoseDoseWidget", "Outputs", "Prepared"]

HELP = """
<p><b>Research software, not a medical device.</b></p>
<p>Absorbed dose (Gy) from a map of time-integrated activity, by voxel-level Monte Carlo with the patient's own tissue.</p>
<p>Needed are a volume of time-integrated activity and its unit, a CT (HU) or a density volume (g/cm3), and a segmentation. The
result is a dose volume and its uncertainty on the grid of the activity, a table of doses with their uncertainties and a
dose-volume histogram for each segment. Uncertainties are those of the Monte Carlo simulation (k=1) alone: not of activity, CT,
segments or registration.</p>
<p>The Python package <code>iodose</code> must be installed in Slicer's Python (docs/slicer.md).</p>
"""


class IodoseDose(ScriptedLoadableModule):
    """What Slicer shows of the module."""

    def __init__(self, parent):
        ScriptedLoadableModule.__init__(self, parent)
        parent.title = "Radionuclide dose (iodose)"
        parent.categories = ["Radiotherapy"]
        parent.dependencies = ["Segmentations"]
        parent.contributors = ["The iodose contributors"]
        parent.helpText = HELP
        parent.acknowledgementText = "Methods and their sources: docs/methods of iodose."


class IodoseDoseLogic(ScriptedLoadableModuleLogic):
    """From the scene to the scene; works without a user interface."""

    def start(self, choices):
        """Reads the scene and starts the engine: what is prepared for `finish`, and the job.

        Raises ValueError (`iodose.InputError` is one) or RuntimeError with a text for the user.
        """
        iodose = engine()
        prepared = prepare(choices)
        return prepared, Job(lambda progress: iodose.simulate(**prepared.request, progress=progress))

    def finish(self, prepared, job):
        """Puts the results of a job that has ended into the scene; raises its error, or `Cancelled`."""
        return put(prepared, job.result())

    def run(self, choices, told=lambda latest: None):
        """`start`, wait with the user interface alive, `finish`. `told(latest)` may raise `Cancelled`."""
        prepared, job = self.start(choices)
        try:
            while not job.poll():
                told(job.latest)
                slicer.app.processEvents()
        except BaseException:
            job.cancel()
            raise
        return self.finish(prepared, job)


class IodoseDoseWidget(ScriptedLoadableModuleWidget):
    """The module's panel."""

    def setup(self):
        ScriptedLoadableModuleWidget.setup(self)
        self.logic = IodoseDoseLogic()
        self.panel = Panel(self.layout, self.onStart, self.onCancel, self.onTimer)
        self.prepared, self.job = None, None

    def cleanup(self):
        """Called when the module is closed or reloaded."""
        if self.job is not None:
            self.onCancel()

    def onStart(self):
        try:
            self.prepared, self.job = self.logic.start(self.panel.choices())
        except (ValueError, RuntimeError) as error:
            slicer.util.errorDisplay(str(error))
            return
        self.panel.begin()

    def onCancel(self):
        self.job.cancel()
        self.onTimer()

    def onTimer(self):
        if not self.job.poll():
            self.panel.tell(self.job.latest)
            return
        job, self.job = self.job, None
        try:
            outputs = self.logic.finish(self.prepared, job)
        except Cancelled:
            self.panel.end("Cancelled. Nothing was put into the scene.")
        except Exception as error:
            self.panel.end("Failed.")
            slicer.util.errorDisplay(str(error))
        else:
            self.panel.end("\n".join(["Done.", *outputs.warnings]))
            self.panel.show(outputs)
        finally:
            self.prepared = None


class IodoseDoseTest(ScriptedLoadableModuleTest):
    """A self-test for 'Reload and Test': a hot voxel in a mirrored volume must have its dose at its own place in the patient."""

    def setUp(self):
        slicer.mrmlScene.Clear()

    def runTest(self, **_):
        self.setUp()
        self.test_dose_is_where_the_activity_is()

    def test_dose_is_where_the_activity_is(self):
        # Along i to the right (Slicer's R is positive), against j to the front, and along k down.
        matrix = np.array([[4.0, 0, 0, -30], [0, -5, 0, 20], [0, 0, -6, 100], [0, 0, 0, 1]])
        tia = np.zeros((6, 7, 8), dtype=np.float32)
        tia[1, 2, 6] = 1e9
        activity = slicer.util.addVolumeFromArray(tia, ijkToRAS=matrix, name="activity")
        density = slicer.util.addVolumeFromArray(np.ones_like(tia), ijkToRAS=matrix, name="density")
        segmentation = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLSegmentationNode")
        segmentation.SetReferenceImageGeometryParameterFromVolumeNode(activity)
        id = segmentation.GetSegmentation().AddEmptySegment("", "hot")
        slicer.util.updateSegmentBinaryLabelmapFromArray((tia > 0).astype(np.uint8), segmentation, id, activity)
        choices = Choices(activity=activity, unit="Bq.s/voxel", density=density, segmentation=segmentation, histories=20_000)
        outputs = IodoseDoseLogic().run(choices)
        dose = slicer.util.arrayFromVolume(outputs.dose)
        self.assertEqual(np.unravel_index(dose.argmax(), dose.shape), (1, 2, 6))
        place = read_volume(outputs.dose, "dose").affine @ [6, 2, 1, 1]
        self.assertEqual(place[:3].tolist(), [-6.0, 10.0, 94.0])
