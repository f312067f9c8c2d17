"""Parts of the module IodoseDose; all but `scene` need neither Slicer nor VTK."""
