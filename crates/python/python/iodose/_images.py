"""Values indexed [x, y, z] and where they lie, from arrays and from images of SimpleITK and nibabel.

Neither library is imported unless an image of it is passed, or asked for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from iodose._native import InputError

#: A NumPy array indexed [x, y, z] (or what becomes one), a SimpleITK image, or a nibabel image.
ImageLike = Any

_LPS_OF_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])


@dataclass(frozen=True, eq=False)
class Geometry:
    """Where the voxels of a grid lie.

    Attributes
    ----------
    affine : array (4, 4), float64
        From voxel indices (x, y, z, 1) to LPS mm: x to the patient's left, y to the back, z to the head.
    """

    affine: NDArray[np.float64]
    # Spacing, origin and direction as SimpleITK had them, so that they come back with the same digits.
    _sitk: tuple[Any, Any, Any] | None = field(default=None, repr=False)

    @property
    def spacing(self) -> tuple[float, float, float]:
        """Distance between voxel centres along x, y, z, mm."""
        x, y, z = np.sqrt((self.affine[:3, :3] ** 2).sum(axis=0))
        return float(x), float(y), float(z)

    @property
    def voxel_mL(self) -> float:
        """Volume of a voxel, mL."""
        return float(abs(np.linalg.det(self.affine[:3, :3]))) * 1e-3

    @classmethod
    def of_spacing(cls, spacing: Any) -> Geometry:
        """Voxels along x, y, z at these distances in mm, the first at 0, 0, 0."""
        return cls(np.diag([*positive_sides(spacing), 1.0]))

    def to_sitk(self, values: NDArray[Any]) -> Any:
        """Values indexed [x, y, z] as a SimpleITK image."""
        import SimpleITK

        image = SimpleITK.GetImageFromArray(values.T)
        spacing = np.array(self.spacing)
        direction = (self.affine[:3, :3] / spacing).ravel().tolist()
        own = self._sitk or (self.spacing, self.affine[:3, 3].tolist(), direction)
        image.SetSpacing(own[0])
        image.SetOrigin(own[1])
        image.SetDirection(own[2])
        return image

    def to_nibabel(self, values: NDArray[Any]) -> Any:
        """Values indexed [x, y, z] as a NIfTI image of nibabel (RAS, mm)."""
        import nibabel

        image = nibabel.Nifti1Image(values, _LPS_OF_RAS @ self.affine)
        image.header.set_xyzt_units("mm")
        return image


class Image(NamedTuple):
    """Values indexed [x, y, z], and their geometry where they have one."""

    values: NDArray[Any]
    geometry: Geometry | None


def positive_sides(spacing: Any) -> tuple[float, float, float]:
    """Three lengths in mm, checked."""
    try:
        x, y, z = (float(side) for side in spacing)
    except (TypeError, ValueError):
        raise InputError(f"spacing: found {spacing!r}, expected three lengths (x, y, z) in mm") from None
    if not all(0 < side < np.inf for side in (x, y, z)):
        raise InputError(f"spacing: found {spacing!r}, expected finite lengths (x, y, z) in mm above 0")
    return x, y, z


def read_image(name: str, value: ImageLike) -> Image:
    """The values of an array or image; ``name`` is that of the argument."""
    if any(kind.__module__.split(".")[0] == "SimpleITK" for kind in type(value).__mro__):
        return _of_sitk(name, value)
    if hasattr(value, "dataobj") and hasattr(value, "affine"):
        return _of_nibabel(name, value)
    if hasattr(value, "GetSpacing"):
        # Arrays of ITK's own images are indexed [z, y, x], which nothing in them says.
        raise InputError(f"{name}: found an image of {type(value).__module__}, expected one of SimpleITK or nibabel, or an array")
    if isinstance(value, np.ma.MaskedArray):
        raise InputError(f"{name}: found a masked array, expected one without a mask: .filled(value) says what is under it")
    values = np.asarray(value)
    if values.ndim != 3:
        raise InputError(f"{name}: found shape {values.shape}, expected three axes [x, y, z]")
    return Image(values, None)


def _of_sitk(name: str, image: Any) -> Image:
    import SimpleITK

    if image.GetDimension() != 3 or image.GetNumberOfComponentsPerPixel() != 1:
        found = f"{image.GetDimension()} axes and {image.GetNumberOfComponentsPerPixel()} values per voxel"
        raise InputError(f"{name}: found an image of {found}, expected 3 axes and one value")
    own = (image.GetSpacing(), image.GetOrigin(), image.GetDirection())
    affine = np.eye(4)
    affine[:3, :3] = np.reshape(own[2], (3, 3)) * np.array(own[0])
    affine[:3, 3] = own[1]
    # SimpleITK's arrays are indexed [z, y, x].
    return Image(SimpleITK.GetArrayFromImage(image).T, Geometry(affine, own))


def _of_nibabel(name: str, image: Any) -> Image:
    if image.affine is None:
        raise InputError(f"{name}: found an image without an affine, expected one that says where its voxels lie")
    units = getattr(image.header, "get_xyzt_units", lambda: ("mm",))()[0]
    if units not in ("mm", "unknown"):
        raise InputError(f"{name}: found an affine in {units}, expected mm")
    values = np.asanyarray(image.dataobj)
    # A single time point is often stored as a fourth axis of one.
    while values.ndim > 3 and values.shape[-1] == 1:
        values = values[..., 0]
    if values.ndim != 3:
        raise InputError(f"{name}: found shape {values.shape}, expected three axes [x, y, z]")
    return Image(values, Geometry(_LPS_OF_RAS @ np.asarray(image.affine, dtype=np.float64)))


def numbers(name: str, values: NDArray[Any]) -> NDArray[np.float32]:
    """Real numbers as the engine takes them; those that it cannot hold become infinite, which it refuses."""
    if values.dtype.kind not in "fiu":
        raise InputError(f"{name}: found values of type {values.dtype}, expected real numbers")
    with np.errstate(over="ignore"):
        return values.astype(np.float32, copy=False)


def label_map(name: str, values: NDArray[Any]) -> NDArray[np.uint16]:
    """Labels as the engine takes them; truth values are labels 0 and 1."""
    if values.dtype.kind not in "fiub":
        raise InputError(f"{name}: found values of type {values.dtype}, expected labels from 0 to 65535")
    if values.dtype != np.uint16 and values.dtype.kind != "b":
        whole = (values >= 0) & (values <= 65535)
        if values.dtype.kind == "f":
            whole &= values == np.floor(values)
        if not whole.all():
            raise InputError(f"{name}: found {values[~whole][0]}, expected whole labels from 0 to 65535")
    return values.astype(np.uint16, copy=False)
