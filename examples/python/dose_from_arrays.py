# %% [markdown]
# # Absorbed dose from arrays
#
# A lesion in lung that takes up I-131: from decays per voxel to lesion dose and histogram. Runs as a notebook (each `# %%` is a
# cell) and as a script. Research software, not a medical device.

# %%
import numpy as np

import iodose

# %% [markdown]
# Arrays are indexed [x, y, z]. Time-integrated activity is in Bq.s per voxel, which are decays; density in g/cm3; lengths in mm.

# %%
shape, spacing = (32, 32, 24), (4.0, 4.0, 4.0)
x, y, z = np.indices(shape)
distance_mm = spacing[0] * np.sqrt((x - 16) ** 2 + (y - 16) ** 2 + (z - 12) ** 2)
lesion = distance_mm < 10
density = np.where(lesion, 1.05, 0.3)
density[:4] = 1.05
half_life_h = 60.0
activity_MBq = 20.0
decays = activity_MBq * 1e6 * half_life_h * 3600 / np.log(2)
tia = np.where(lesion, decays / lesion.sum(), 0.0)

# %% [markdown]
# With `labels`, the uncertainty is that of their voxels, and the result has their mean doses.

# %%
result = iodose.simulate(tia, density=density, spacing=spacing, nuclide="I-131", labels=lesion, uncertainty=0.02, seed=1)
lesion_dose = result.regions[0]
print(f"{result.record['decays']} decays simulated")
print(f"lesion: {lesion_dose.mean:.2f} Gy, Monte Carlo uncertainty (k=1) {lesion_dose.u:.2f} Gy")

# %% [markdown]
# The histogram is made by the code of the report.

# %%
histogram = iodose.dvh(result.dose, lesion, spacing)[1]
print(f"D95 {histogram.D95:.2f} Gy, D50 {histogram.D50:.2f} Gy, D2 {histogram.D2:.2f} Gy in {histogram.volume_mL:.2f} mL")
dose_Gy, share = histogram.curve()

# %% [markdown]
# A check by hand: all the energy of the beta particles, 0.182 MeV per decay (ICRP 107), deposited in the lesion. Gamma rays add to
# it, and electrons that leave a lesion this small take from it, so that the two agree within a quarter.

# %%
mass_kg = 1.05e-3 * lesion.sum() * np.prod(spacing) * 1e-3
by_hand = decays * 0.182 * 1.602176634e-13 / mass_kg
print(f"by hand: {by_hand:.2f} Gy")
assert abs(lesion_dose.mean / by_hand - 1) < 0.25
