"""What is read from Slicer's scene and put there."""

import slicer
import vtk

from IodoseDoseLib.images import ras_image, slicer_array


def read_volume(node, what):
    """The values and place of a scalar volume; `what` names it in errors."""
    if node is None:
        raise ValueError(f"{what}: found none, expected a volume of the scene")
    _refuse_transform(node, what)
    if node.GetImageData() is None:
        raise ValueError(f"{what}: found no voxels in '{node.GetName()}', expected a volume that is loaded")
    values = slicer.util.arrayFromVolume(node)
    if values.ndim != 3:
        raise ValueError(f"{what}: found several values in each voxel of '{node.GetName()}', expected one")
    matrix = vtk.vtkMatrix4x4()
    node.GetIJKToRASMatrix(matrix)
    return ras_image(values, slicer.util.arrayFromVTKMatrix(matrix))


def read_segments(node, activity_node):
    """Names and colors of all segments, and their voxels [i, j, k] on the grid of the activity volume."""
    if node is None:
        raise ValueError("segmentation: found none, expected a segmentation of the scene")
    _refuse_transform(node, "segmentation")
    segmentation = node.GetSegmentation()
    ids = [segmentation.GetNthSegmentID(position) for position in range(segmentation.GetNumberOfSegments())]
    names = [segmentation.GetSegment(id).GetName() for id in ids]
    colors = [segmentation.GetSegment(id).GetColor() for id in ids]
    masks = []
    for id, name in zip(ids, names):
        mask = slicer.util.arrayFromSegmentBinaryLabelmap(node, id, activity_node).T > 0
        shape = slicer.util.arrayFromVolume(activity_node).T.shape
        if mask.shape != shape:
            raise ValueError(f"segment '{name}': found {mask.shape} voxels, expected {shape}, those of the activity volume")
        masks.append(mask)
    return names, colors, masks


def _refuse_transform(node, what):
    # A transform moves what is seen, not the voxels' own place, from which the dose would be made.
    transform = node.GetParentTransformNode()
    if transform is not None:
        raise ValueError(
            f"{what}: found '{node.GetName()}' under the transform '{transform.GetName()}', expected it hardened: Data module, "
            "right click on the transform of the node, 'Harden transform'"
        )


def add_volume(name, values_ijk, ijk_to_ras, record):
    """A new scalar volume; `record` is kept as its attribute `iodose.record`."""
    node = slicer.util.addVolumeFromArray(slicer_array(values_ijk), ijkToRAS=ijk_to_ras, name=name)
    node.SetAttribute("iodose.record", record)
    return node


def add_table(name, columns):
    """A new table; `columns` maps names to sequences of texts or of numbers, all of one length."""
    node = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLTableNode", name)
    for column_name, values in columns.items():
        texts = any(isinstance(value, str) for value in values)
        column = vtk.vtkStringArray() if texts else vtk.vtkDoubleArray()
        column.SetName(column_name)
        for value in values:
            column.InsertNextValue(value if texts else float(value))
        node.AddColumn(column)
    return node


def add_chart(name, table, lines):
    """A new chart of a table's columns over its first: `lines` maps their names to titles and colors."""
    chart = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotChartNode", name)
    chart.SetTitle(name)
    doses = table.GetColumnName(0)
    chart.SetXAxisTitle(doses)
    chart.SetYAxisTitle("Volume (%)")
    for column, (title, color) in lines.items():
        line = slicer.mrmlScene.AddNewNodeByClass("vtkMRMLPlotSeriesNode", title)
        line.SetAndObserveTableNodeID(table.GetID())
        line.SetXColumnName(doses)
        line.SetYColumnName(column)
        line.SetPlotType(slicer.vtkMRMLPlotSeriesNode.PlotTypeScatter)
        line.SetMarkerStyle(slicer.vtkMRMLPlotSeriesNode.MarkerStyleNone)
        line.SetColor(*color)
        chart.AddAndObservePlotSeriesNodeID(line.GetID())
    return chart
