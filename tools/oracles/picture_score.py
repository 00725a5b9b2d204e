"""Writes tests/method/detect/fixtures/picture_score.json: maps enlarged with their corners in place by numpy's interpolation, then
blurred by scipy's Gaussian over mirrored edges, as anomalib's map of RD4AD is made with PyTorch."""
import json
import pathlib

import numpy as np
from scipy.ndimage import gaussian_filter

random = np.random.RandomState(823)


def along(values, size):
    places = np.linspace(0, values.shape[0] - 1, size)
    return np.apply_along_axis(lambda line: np.interp(places, np.arange(len(line)), line), 0, values)


cases = []
for (h, w), (height, width), sigma in (((4, 6), (32, 48), 4.0), ((8, 8), (32, 32), 1.5), ((1, 3), (8, 24), 0.7)):
    grid = random.uniform(0, 2, (h, w)).round(3)
    large = along(along(grid, height).T, width).T
    cases.append({
        "grid": [h, w], "size": [height, width], "sigma": sigma, "map": grid.ravel().tolist(),
        "blurred": gaussian_filter(large, sigma, mode="mirror", truncate=4).ravel().round(7).tolist(),
    })
target = pathlib.Path(__file__).parents[2] / "tests/method/detect/fixtures/picture_score.json"
target.write_text(json.dumps(cases) + "\n")
