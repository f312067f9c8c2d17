"""What the user chose, the request that it makes of the engine, and its result in the scene."""

import json
from dataclasses import dataclass, field
from typing import Any

import slicer

from IodoseDoseLib import scene
from IodoseDoseLib.images import RasImage
from IodoseDoseLib.segments import DOSES_AT, Segments, at_border, histograms, segment_doses, segments

#: Units of time-integrated activity that the engine knows.
UNITS = ("Bq.s/voxel", "Bq.s/mL", "MBq.h/mL")
#: From HU to density: docs/methods/ct-to-tissue.md.
CURVES = ("default", "schneider2000")
NUCLIDES = ("I-131", "I-124", "Lu-177", "Y-90")
MISSING = (
    "The Python package iodose is not installed in Slicer's Python. In Slicer's Python console:\n"
    "slicer.util.pip_install('/path/to/iodose-...whl')\n(docs/slicer.md says how to get the wheel)"
)


@dataclass(frozen=True)
class Choices:
    """What a run is made of.

    Attributes
    ----------
    activity : volume node
        Time-integrated activity in `unit`; its grid is that of the dose.
    unit : str
        One of `UNITS`; nothing is taken for granted.
    ct, density : volume nodes
        CT in HU, or density in g/cm3: exactly one. On any grid in the same patient space.
    curve : str
        One of `CURVES`, or the path of a CSV file of HU,g/cm3; for a CT.
    segmentation : segmentation node
    nuclide : str
    uncertainty : float
        Relative uncertainty (k=1) to reach, mean over the voxels of all segments.
    histories : int
        Decays to simulate, in place of `uncertainty`.
    seed, threads : int
        The same seed gives the same bytes for any number of threads; None: all processors.
    """

    activity: Any
    unit: str | None
    segmentation: Any
    ct: Any = None
    density: Any = None
    curve: str = "default"
    nuclide: str = "I-131"
    uncertainty: float = 0.01
    histories: int | None = None
    seed: int = 1
    threads: int | None = None


@dataclass(frozen=True, eq=False)
class Prepared:
    """All that is needed of the scene, copied: the scene may change while the engine works."""

    request: dict
    name: str
    activity: RasImage
    segments: Segments
    colors: list


@dataclass(frozen=True, eq=False)
class Outputs:
    """Nodes of the scene: volumes in Gy, tables, chart; and what the user should know."""

    dose: Any
    uncertainty: Any
    doses: Any
    histograms: Any
    chart: Any
    warnings: list = field(default_factory=list)


def engine():
    """The Python package of the engine; RuntimeError says how to install it."""
    try:
        import iodose
    except ImportError as error:
        raise RuntimeError(f"{MISSING}\n({error})") from error
    return iodose


def prepare(choices):
    """Reads the scene; ValueError says what is missing or wrong."""
    if choices.unit not in UNITS:
        raise ValueError(f"unit of the activity: found {choices.unit or 'none'}, expected one of {', '.join(UNITS)}")
    if (choices.ct is None) == (choices.density is None):
        found = "none" if choices.ct is None else "both"
        raise ValueError(f"tissue: found {found}, expected either a CT (HU) or a density volume (g/cm3)")
    activity = scene.read_volume(choices.activity, "activity")
    names, colors, masks = scene.read_segments(choices.segmentation, choices.activity)
    found = segments(names, masks)
    if choices.ct is not None:
        tissue = {"ct": scene.read_volume(choices.ct, "CT"), "curve": choices.curve}
    else:
        tissue = {"density": scene.read_volume(choices.density, "density")}
    effort = {"uncertainty": choices.uncertainty} if choices.histories is None else {"histories": choices.histories}
    request = {
        "tia_Bq_s_per_voxel": activity,
        "unit": choices.unit,
        **tissue,
        "nuclide": choices.nuclide,
        "labels": RasImage(found.labels, activity.affine),
        **effort,
        "seed": choices.seed,
        "threads": choices.threads,
    }
    return Prepared(request, choices.activity.GetName(), activity, found, colors)


def put(prepared, result):
    """Puts a result of the engine into the scene."""
    dvh = engine().dvh
    of, spacing = prepared.segments, result.geometry.spacing
    rows = segment_doses(of, result.dose, result.uncertainty, result.regions, spacing, dvh)
    doses, shares = histograms(of, result.dose, spacing, dvh)
    record, affine, name = json.dumps(result.record), prepared.activity.affine, prepared.name
    table = scene.add_table(f"{name}: dose-volume histograms", {"Dose (Gy)": doses, **_columns(shares)})
    titles = {row.name: f"{row.name}: {row.mean:.4g} ± {row.mean_u:.2g} Gy" for row in rows}
    colors = dict(zip(of.names, prepared.colors))
    lines = {column: (titles[segment], colors[segment]) for column, segment in zip(_columns(shares), shares)}
    return Outputs(
        dose=scene.add_volume(f"{name}: dose (Gy)", result.dose, affine, record),
        uncertainty=scene.add_volume(f"{name}: dose uncertainty (Gy, k=1)", result.uncertainty, affine, record),
        doses=scene.add_table(f"{name}: segment doses", _dose_columns(rows)),
        histograms=table,
        chart=scene.add_chart(f"{name}: dose-volume histograms", table, lines),
        warnings=[*result.record["warnings"], *_warnings(of)],
    )


def _columns(shares):
    return {f"{segment} (%)": values for segment, values in shares.items()}


def _warnings(of):
    for name, mask in zip(of.names, of.masks):
        if not mask.any():
            yield f"segment '{name}' has no voxel of the activity volume and no dose: it lies outside or is smaller than a voxel"
        elif at_border(mask):
            yield f"segment '{name}' reaches the border of the activity volume: what may lie outside has no dose and does not count"


def _dose_columns(rows):
    columns = {
        "Segment": [row.name for row in rows],
        "Volume (mL)": [row.volume_mL for row in rows],
        "Voxels": [row.voxels for row in rows],
        "Mean (Gy)": [row.mean for row in rows],
        "u of mean (Gy)": [row.mean_u for row in rows],
        "u of mean is": ["an upper bound: overlaps another" if row.mean_u_is_bound else "that of the engine" for row in rows],
    }
    for percent in DOSES_AT:
        columns[f"D{percent} (Gy)"] = [row.at_volume[percent] for row in rows]
        columns[f"u of D{percent} at most (Gy)"] = [row.at_volume_u[percent] for row in rows]
    return columns
