"""Writes tests/product/published/fixtures/reference_arithmetic.json: statistics by numpy and scipy in single and double precision,
and powers whose last bit a correctly rounded power has otherwise.

    python tools/oracles/reference_statistics.py
"""
import json

import numpy as np
from scipy import stats

np.seterr(all="ignore")
cases = []
for seed, n in enumerate([1, 2, 3, 7, 8, 9, 15, 100, 128, 129, 136, 200, 255, 256, 257, 1000, 1023, 4099, 20000]):
    for dtype in ("float32", "float64"):
        x = np.random.RandomState(seed).random_sample(n)
        x = (x * x * x - 0.1).astype(dtype)
        four = [np.quantile(x, 0.995), stats.skew(x), stats.kurtosis(x), np.mean(x)]
        cases.append({"seed": seed, "n": n, "dtype": dtype, "sum": float(np.add.reduce(x)),
                      "four": [None if np.isnan(v) else float(v) for v in four]})
x = (10.0 ** np.random.RandomState(7).uniform(-9, 4, 100000)).astype(np.float32)
powers = []
for y in (1.5, 2.0):
    ours = np.array([v ** y for v in x], dtype=np.float32)
    rounded = (x.astype(np.float64) ** y).astype(np.float32)
    powers += [[float(x[i]), y, float(ours[i])] for i in np.flatnonzero(ours != rounded)]
    powers += [[float(x[i]), y, float(ours[i])] for i in range(50)]
with open("tests/product/published/fixtures/reference_arithmetic.json", "w") as file:
    json.dump({"cases": cases, "powers": powers}, file)
