"""Stand-ins of Slicer's scene and of VTK's matrices and columns, in the form of the modules that the module imports."""

import sys
import types

import numpy as np


class Matrix:
    """vtkMatrix4x4"""

    def __init__(self):
        self.values = np.eye(4)


class Column:
    """vtkStringArray, vtkDoubleArray"""

    def __init__(self):
        self.values = []

    def SetName(self, name):
        self.name = name

    def GetName(self):
        return self.name

    def InsertNextValue(self, value):
        if not isinstance(value, self.of):
            raise TypeError(f"found {value!r}, expected {self.of}")
        self.values.append(value)

    def GetValue(self, row):
        return self.values[row]

    def GetNumberOfValues(self):
        return len(self.values)


class Strings(Column):
    of = str


class Doubles(Column):
    of = float


class Node:
    def __init__(self, id, name):
        self._id, self._name, self._attributes, self._transform = id, name, {}, None

    def GetID(self):
        return self._id

    def GetName(self):
        return self._name

    def SetAttribute(self, name, value):
        self._attributes[name] = value

    def GetAttribute(self, name):
        return self._attributes.get(name)

    def GetParentTransformNode(self):
        return self._transform

    def SetAndObserveTransformNodeID(self, id):
        self._transform = scene.nodes[id]


class Volume(Node):
    array, matrix = None, np.eye(4)

    def GetImageData(self):
        return self.array

    def GetIJKToRASMatrix(self, matrix):
        matrix.values = np.array(self.matrix)

    def GetDisplayNode(self):
        return types.SimpleNamespace(SetAndObserveColorNodeID=lambda id: None)


class Segment:
    def __init__(self, name, color):
        self.name, self.color, self.mask, self.matrix = name, color, None, None

    def GetName(self):
        return self.name

    def GetColor(self):
        return self.color


class Segmentation(Node):
    def __init__(self, id, name):
        super().__init__(id, name)
        self.segments = {}

    def GetSegmentation(self):
        return self

    def SetReferenceImageGeometryParameterFromVolumeNode(self, node):
        pass

    def AddEmptySegment(self, id="", name="", color=(0.5, 0.25, 0.75)):
        id = id or f"Segment_{len(self.segments) + 1}"
        self.segments[id] = Segment(name, tuple(color))
        return id

    def GetNumberOfSegments(self):
        return len(self.segments)

    def GetNthSegmentID(self, position):
        return list(self.segments)[position]

    def GetSegment(self, id):
        return self.segments[id]


class Table(Node):
    def __init__(self, id, name):
        super().__init__(id, name)
        self.columns = []

    def AddColumn(self, column):
        if self.columns and len(self.columns[0].values) != len(column.values):
            raise ValueError("columns of different lengths")
        self.columns.append(column)

    def GetTable(self):
        return self

    def GetNumberOfColumns(self):
        return len(self.columns)

    def GetColumn(self, position):
        return self.columns[position]

    def GetColumnName(self, position):
        return self.columns[position].name


class Series(Node):
    PlotTypeScatter, MarkerStyleNone = 2, 0

    def SetAndObserveTableNodeID(self, id):
        self.table = scene.nodes[id]

    def GetTableNode(self):
        return self.table

    def SetXColumnName(self, name):
        self.x = name

    def GetXColumnName(self):
        return self.x

    def SetYColumnName(self, name):
        self.y = name

    def GetYColumnName(self):
        return self.y

    def SetPlotType(self, kind):
        self.kind = kind

    def SetMarkerStyle(self, style):
        self.style = style

    def SetColor(self, red, green, blue):
        self.color = (red, green, blue)

    def GetColor(self):
        return self.color


class Chart(Node):
    def __init__(self, id, name):
        super().__init__(id, name)
        self.series = []

    def SetTitle(self, text):
        self.title = text

    def SetXAxisTitle(self, text):
        self.x_title = text

    def SetYAxisTitle(self, text):
        self.y_title = text

    def AddAndObservePlotSeriesNodeID(self, id):
        self.series.append(scene.nodes[id])

    def GetNumberOfPlotSeriesNodes(self):
        return len(self.series)

    def GetNthPlotSeriesNode(self, position):
        return self.series[position]


class Scene:
    CLASSES = {
        "vtkMRMLScalarVolumeNode": Volume,
        "vtkMRMLVectorVolumeNode": Volume,
        "vtkMRMLLinearTransformNode": Node,
        "vtkMRMLSegmentationNode": Segmentation,
        "vtkMRMLTableNode": Table,
        "vtkMRMLPlotSeriesNode": Series,
        "vtkMRMLPlotChartNode": Chart,
    }

    def __init__(self):
        self.nodes, self.added = {}, 0

    def AddNewNodeByClass(self, of_class, name=""):
        self.added += 1
        id = f"{of_class}{self.added}"
        self.nodes[id] = self.CLASSES[of_class](id, name or of_class)
        return self.nodes[id]

    def GetNumberOfNodesByClass(self, of_class):
        return sum(id.startswith(of_class) for id in self.nodes)

    def Clear(self):
        self.nodes.clear()


scene = Scene()


def add_volume_from_array(values, ijkToRAS=None, name=None, nodeClassName="vtkMRMLScalarVolumeNode"):
    node = scene.AddNewNodeByClass(nodeClassName, name)
    node.array = np.array(values)
    node.matrix = np.eye(4) if ijkToRAS is None else np.array(ijkToRAS)
    return node


def update_segment(values, node, id, volume):
    segment = node.segments[id]
    segment.mask, segment.matrix = np.array(values) > 0, np.array(volume.matrix)


def segment_on(node, id, volume):
    """A segment on the grid of a volume, by nearest neighbour in RAS."""
    segment, shape = node.segments[id], volume.array.shape
    if segment.mask is None:
        return np.zeros(shape, dtype=np.uint8)
    kji = np.indices(shape).reshape(3, -1)
    to_own = np.linalg.inv(segment.matrix) @ volume.matrix
    own = np.rint(to_own[:3] @ np.vstack([kji[::-1], np.ones_like(kji[:1])])).astype(int)[::-1]
    inside = ((own >= 0) & (own < np.reshape(segment.mask.shape, (3, 1)))).all(axis=0)
    values = np.zeros(inside.shape, dtype=np.uint8)
    values[inside] = segment.mask[tuple(own[:, inside])]
    return values.reshape(shape)


def slicer_and_vtk():
    """The module `slicer`; `vtk` is put where it is imported from."""
    slicer, vtk = types.ModuleType("slicer"), types.ModuleType("vtk")
    slicer.mrmlScene, slicer.vtkMRMLPlotSeriesNode, slicer.modules = scene, Series, types.SimpleNamespace()
    slicer.util = types.SimpleNamespace(
        arrayFromVolume=lambda node: node.array,
        arrayFromVTKMatrix=lambda matrix: matrix.values,
        addVolumeFromArray=add_volume_from_array,
        arrayFromSegmentBinaryLabelmap=segment_on,
        updateSegmentBinaryLabelmapFromArray=update_segment,
    )
    vtk.vtkMatrix4x4, vtk.vtkStringArray, vtk.vtkDoubleArray = Matrix, Strings, Doubles
    sys.modules["vtk"] = vtk
    return slicer
