"""Reference values by PENELOPE-2018, through penRed (PyPI pypenred): independent of the engine in code and in method.

    penelope.py point --energy-kev 200 --histories 1e5 -o point.csv
    penelope.py voxel --nuclide I-131 --size 2.2 --histories 5e5 -o voxel.csv
    penelope.py case --density RHO.nii.gz --tia TIA.nii.gz --lesions LABELS.nii.gz --histories 2e6 -o case.csv

Each writes a CSV whose header states the settings, the histories and the CPU time. `case` also writes the maps of dose
and of its standard deviation (Gy) beside it.
"""

import argparse
from itertools import permutations, product
from pathlib import Path

import nibabel
import numpy as np

from emissions import components
from penred import Settings, Source, box, image, point, run, sphere, voxels, working_folder
from tissues import LISTED, tissue

GRAY = 1.602176634e-16  # per eV/g
SHELLS = 60
REACH = 1.2  # of the range
#: Upper density in g/cm3 of each material; cortical bone above.
BY_DENSITY = (("air", 0.05), ("lung", 0.7), ("soft-tissue", 1.2), ("bone-cortical", np.inf))
#: Histories of each component relative to those of beta particles, where the source is hot and elsewhere.
EFFORT = {"hot": {"beta": 1.0, "ce_auger": 0.3, "photon": 0.5}, "cold": {"beta": 0.5, "ce_auger": 0.1, "photon": 1.0}}


def write(path, header, columns, rows):
    lines = [f"# {line}" for line in header]
    lines += [",".join(columns), *(",".join(row) for row in rows)]
    path.write_text("\n".join(lines) + "\n")


def origin(medium):
    return (
        "PENELOPE-2018 physics and database in penRed (PyPI pypenred 1.15.2.0); "
        + "; ".join(f"{t.name}: file of {t.density:g} g/cm3, I={t.excitation_energy:g} eV" for t in medium)
    )  # fmt: skip


def point_kernel(options, folder):
    """d(E/E0)/d(r/R) of electrons of one energy in shells around a point."""
    medium = tissue(options.material, folder)
    energy = 1e3 * options.energy_kev
    reach = medium.csda_range(energy)
    step = reach / 100 if options.step is None else options.step
    settings = Settings(options.elastic, options.loss, 1e3, 1e3, step)
    tally = {"type": "SPHERICAL_DOSE_DISTRIB", "rmin": 0.0, "rmax": REACH * reach / medium.density, "nr": SHELLS}
    source = Source("electron", energy, point(0.0, 0.0, 0.0))
    tallies = {"shells": {**tally, "print-xyz": True}}
    results, seconds = run(source, sphere(folder), tallies, [medium], settings, options.histories, options.seed, folder)
    mean, deviation = (array.ravel() for array in results["shells"][0].data()[:2])
    edges = np.linspace(0.0, REACH, SHELLS + 1)
    mass = 4 / 3 * np.pi * np.diff((edges * reach) ** 3) / medium.density**2
    scale = mass / energy / np.diff(edges)
    header = [
        origin([medium]),
        f"isotropic point source of {options.energy_kev:g} keV electrons; sphere of 60 cm; bremsstrahlung transported",
        str(settings),
        f"R = {reach:.6g} g/cm2, the CSDA range of the material file",
        f"histories {options.histories:.4g}, CPU {seconds:.0f} s",
        f"sum over shells {np.sum(mean * mass) / energy:.5f} of E0; F = d(E/E0)/d(r/R), sd one standard deviation",
    ]
    rows = zip(0.5 * (edges[1:] + edges[:-1]), mean * scale, deviation * scale, strict=True)
    columns = ["r_over_rcsda", "F", "sd"]
    write(options.output, header, columns, ([f"{x:.3f}", f"{f:.5e}", f"{s:.2e}"] for x, f, s in rows))


def component_settings(component, options, edge):
    """Electrons that photons set free are cut where their range is below 0.2 % of a voxel of 3 mm of water."""
    cut = options.electron_cut if component.particle == "electron" else 4 * options.electron_cut
    return Settings(options.elastic, options.loss, cut, 1e3, edge / 20)


def dose_tally(shape, low, edge):
    tally = {"type": "SPATIAL_DOSE_DISTRIB", "print-xyz": False}
    for axis, count in zip("xyz", shape, strict=True):
        tally |= {f"{axis}min": low, f"{axis}max": low + edge * count, f"n{axis}": count}
    return tally


def alike(*index):
    """All voxels that symmetry takes to this one."""
    signs = product((1, -1), repeat=3)
    return {tuple(np.multiply(sign, order).tolist()) for sign in signs for order in permutations(index)}


def voxel_kernel(options, folder):
    """S values of cubic voxels in an unbounded medium by component, symmetric voxels averaged."""
    medium = tissue(options.material, folder)
    edge, extent = 0.1 * options.size, options.extent
    count = 2 * extent + 1
    found, local = components(options.nuclide)
    tally = {"dose": dose_tally((count,) * 3, -0.5 * edge * count, edge)}
    per_activity = 1e9 * GRAY  # mGy per MBq s from Gy per decay
    means, variances, notes = [], [], []
    for index, component in enumerate(found):
        spectrum = folder / f"{component.name}.spectrum"
        component.write(spectrum)
        settings = component_settings(component, options, edge)
        histories = options.histories * EFFORT["hot"][component.name] * (4 if component.name == "photon" else 1)
        source = Source(component.particle, spectrum, box(edge))
        results, seconds = run(
            source, sphere(folder), tally, [medium], settings, histories, options.seed + index, folder
        )
        mean, deviation = results["dose"][0].data()[:2]
        means.append(component.count * per_activity * mean)
        variances.append((component.count * per_activity * deviation) ** 2)
        notes.append(f"{component.name}: {component.count:.5g} per decay, mean {1e-3 * component.mean:.2f} keV; "
                     f"{settings}; histories {histories:.3g}, CPU {seconds:.0f} s")  # fmt: skip
    header = [
        origin([medium]),
        f"{options.nuclide}, cubic voxels of {options.size:g} mm, uniform source in (0,0,0), sphere of 60 cm",
        *notes,
        f"emissions below 1 keV ({local:.1f} eV per decay) deposited in (0,0,0)",
        "S in mGy/(MBq s), sd one standard deviation",
    ]
    names = [component.name for component in found]
    columns = ["i", "j", "k", "n", "S_total", "sd_total", *(f"{what}_{name}" for name in names for what in ("S", "sd"))]
    rows = []
    for i, j, k in (index for index in np.ndindex((extent + 1,) * 3) if index[0] >= index[1] >= index[2]):
        signs = alike(i, j, k)
        where = tuple(np.array(sorted(signs)).T + extent)
        values = [mean[where].mean() for mean in means]
        errors = [np.sqrt(variance[where].sum()) / len(signs) for variance in variances]
        below = per_activity * local / (edge**3 * medium.density) if i == 0 else 0.0
        cells = [
            sum(values) + below,
            np.hypot.reduce(errors),
            *(v for pair in zip(values, errors, strict=True) for v in pair),
        ]
        rows.append([str(i), str(j), str(k), str(len(signs)), *(f"{cell:.5e}" for cell in cells)])
    write(options.output, header, columns, rows)


def case(options, folder):
    """Dose of a map of decays in materials by density, of few different densities.

    A lesion is a material of its own, so that its mean is scored history by history.
    """
    density, decays, labels = (
        np.asarray(nibabel.load(path).dataobj) for path in (options.density, options.tia, options.lesions)
    )
    affine = nibabel.load(options.tia).affine
    edge = 0.1 * float(nibabel.affines.voxel_sizes(affine)[0])
    numbers = [int(label) for label in np.unique(labels) if label]
    kind = np.searchsorted([limit for _, limit in BY_DENSITY], density, side="right")
    media, material = np.unique(np.stack([kind, labels, density], axis=-1).reshape(-1, 3), axis=0, return_inverse=True)
    material = material.reshape(density.shape) + 1
    files = [tissue(BY_DENSITY[int(index)][0], folder, value) for index, _, value in media]
    owners = media[:, 1]
    geometry = voxels(material, edge, folder)
    tally = {"dose": dose_tally(density.shape, 0.0, edge), "lesions": {"type": "EDEP_MAT", "nmat": len(files)}}
    found, local = components(options.nuclide)
    mass = density * edge**3  # g

    energy = local * decays  # eV per voxel
    variance = np.zeros(density.shape)
    in_media = np.array([energy[material == m].sum() for m in range(1, len(files) + 1)])
    media_variance = np.zeros(len(files))
    notes, seed = [], options.seed
    for part, weights in (("hot", decays * (labels > 0)), ("cold", decays * (labels == 0))):
        spatial = image(weights, edge, folder / f"{part}.source")
        for component in found:
            spectrum = folder / f"{component.name}.spectrum"
            component.write(spectrum)
            settings = component_settings(component, options, edge)
            histories = options.histories * EFFORT[part][component.name]
            seed += 1
            results, seconds = run(
                Source(component.particle, spectrum, spatial), geometry, tally, files, settings, histories, seed, folder
            )  # fmt: skip
            emitted = component.count * weights.sum(dtype=float)
            mean, deviation = (array.T for array in results["dose"][0].data()[:2])
            energy += emitted * mass * mean
            variance += (emitted * mass * deviation) ** 2
            mean, deviation = (array[: len(files)] for array in results["lesions"][0].data()[:2])
            in_media += emitted * mean
            media_variance += (emitted * deviation) ** 2
            cost = f"histories {histories:.3g}, CPU {seconds:.0f} s"
            notes.append(f"{part} {component.name}: {emitted:.6g} emitted, {cost}; {settings}")

    header = [
        origin({file.name: file for file in files}.values()),
        f"{options.nuclide}; voxels of {10 * edge:g} mm; vacuum outside; materials by density",
        "hot: decays within lesions; cold: elsewhere",
        *notes,
        f"emissions below 1 keV ({local:.1f} eV per decay) deposited where they arise; a lesion is scored per history",
    ]
    rows = []
    for label in numbers:
        chosen = owners == label
        scale = GRAY / mass[labels == label].sum()
        total, error = scale * in_media[chosen].sum(), scale * np.sqrt(media_variance[chosen].sum())
        rows.append([str(label), str(int((labels == label).sum())), f"{total:.6e}", f"{error:.2e}"])
    write(options.output, header, ["label", "voxels", "dose_mean_Gy", "sd_Gy"], rows)
    for what, values in (("dose", energy), ("sd", np.sqrt(variance))):
        volume = nibabel.Nifti1Image((GRAY * values / mass).astype(np.float32), affine)
        nibabel.save(volume, options.output.with_name(f"{options.output.stem}.{what}.nii.gz"))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(required=True)
    names = ("water", *LISTED)
    for name, problem in (("point", point_kernel), ("voxel", voxel_kernel), ("case", case)):
        command = commands.add_parser(name, help=problem.__doc__.splitlines()[0])
        command.set_defaults(problem=problem)
        command.add_argument(
            "--histories", type=float, default=1e5, help="of the primary particles (voxel, case: of beta)"
        )
        command.add_argument("--seed", type=int, default=1, help="pair of penRed's list, up to 900")
        command.add_argument("--elastic", type=float, default=0.0 if name == "point" else 0.1, help="C1 and C2")
        command.add_argument("--loss", type=float, default=100.0 if name == "point" else 1000.0, help="WCC and WCR, eV")
        command.add_argument("-o", "--output", type=Path, required=True)
        if name != "point":
            command.add_argument("--nuclide", default="I-131")
            command.add_argument("--electron-cut", type=float, default=5000.0, help="eV")
        if name != "case":
            command.add_argument("--material", choices=names, default="water")
    point_command, voxel_command, case_command = commands.choices.values()
    point_command.add_argument("--energy-kev", type=float, default=100.0)
    point_command.add_argument("--step", type=float, help="dsmax in g/cm2; without it a hundredth of the range")
    voxel_command.add_argument("--size", type=float, default=3.0, help="edge in mm")
    voxel_command.add_argument("--extent", type=int, default=3)
    for name, text in (("density", "g/cm3"), ("tia", "decays per voxel"), ("lesions", "labels")):
        case_command.add_argument(f"--{name}", type=Path, required=True, help=f"NIfTI: {text}")
    return parser.parse_args()


if __name__ == "__main__":
    chosen = arguments()
    chosen.output = chosen.output.resolve()
    with working_folder() as name:
        chosen.problem(chosen, Path(name))
