"""Writes tests/method/evaluate/fixtures/pixel_curves.json: AUPRO and the highest F1 of a few small pictures, threshold by
threshold: each flags pixels, scipy's regions (8 neighbours, as MVTec AD's own evaluation labels them) say how much of each
defect is flagged, and numpy integrates the curve up to the limit. F1 is scikit-learn's."""
import json
import pathlib

import numpy as np
from scipy.ndimage import label
from sklearn.metrics import f1_score

LIMITS = [0.05, 0.3, 1]
random = np.random.RandomState(576)
cases = []
for count, height, width, levels, defects in ((2, 9, 12, 40, 1), (3, 16, 20, 400, 3), (4, 16, 16, 6, 4)):
    masks = np.zeros((count, height, width), int)
    for mask in masks[1:]:
        for _ in range(defects):
            y, x = random.randint(height - 2), random.randint(width - 3)
            mask[y:y + random.randint(1, 4), x:x + random.randint(1, 5)] = 1
    masks[-1, 0, 0] = masks[-1, 1, 1] = 1  # touch by a corner
    scores = (random.normal(0, 1, masks.shape) + 1.2 * masks) * levels / 6
    scores = scores.round().astype(int)
    labelled = [label(mask, structure=np.ones((3, 3)))[0] for mask in masks]
    regions = [found == which for found in labelled for which in range(1, found.max() + 1)]
    owners = [picture for picture, found in enumerate(labelled) for _ in range(found.max())]
    rates, overlaps = [0.0], [0.0]
    for threshold in np.unique(scores)[::-1]:
        flagged = scores >= threshold
        rates.append(flagged[masks == 0].mean())
        overlaps.append(np.mean([flagged[owner][region].mean() for owner, region in zip(owners, regions)]))
    rates, overlaps = np.array(rates), np.array(overlaps)

    def area(limit):
        inside = rates < limit
        x = np.append(rates[inside], limit)
        y = np.append(overlaps[inside], np.interp(limit, rates, overlaps))
        return float(np.trapezoid(y, x) / limit)

    cases.append({
        "size": [count, height, width],
        "scores": scores.ravel().tolist(),
        "masks": masks.ravel().tolist(),
        "regions": len(regions),
        "aupro": [[limit, area(limit)] for limit in LIMITS],
        "f1": max(f1_score(masks.ravel(), scores.ravel() >= threshold) for threshold in np.unique(scores)),
    })
target = pathlib.Path(__file__).parents[2] / "tests/method/evaluate/fixtures/pixel_curves.json"
target.write_text(json.dumps(cases) + "\n")
