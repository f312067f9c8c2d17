"""Volume (mL), mean and D95, D50, D2 (Gy) by dicompyler-core, as JSON: STRUCTURES DOSE ROI..."""

import json
import sys

from dicompylercore import dvhcalc

structures, dose, *rois = sys.argv[1:]
result = {}
for roi in rois:
    dvh = dvhcalc.get_dvh(structures, dose, int(roi))
    near = {percent: dvh.statistic(f"D{percent}").value for percent in (95, 50, 2)}
    result[roi] = {"volume": float(dvh.volume), "mean": float(dvh.mean), "near": {str(k): float(v) for k, v in near.items()}}
print(json.dumps(result))
