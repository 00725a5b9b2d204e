"""Writes tests/method/evaluate/fixtures/promises.json: what scipy says of the beta distribution and of order statistics."""
import json
import pathlib

import numpy as np
from scipy import stats

quantiles = [
    [p, a, b, float(stats.beta.ppf(p, a, b)), float(stats.beta.cdf(x, a, b)), x]
    for a, b in ((1, 1), (1, 59), (59, 1), (3, 8), (0.5, 2.5), (20, 1), (480, 21), (1, 2999), (1500, 1501))
    for p, x in ((1e-6, 0.001), (0.025, 0.04), (0.05, 0.3), (0.5, 0.5), (0.95, 0.95), (0.975, 0.999))
]
intervals = []
for count, total in ((0, 1), (1, 1), (0, 5), (5, 5), (19, 20), (20, 20), (57, 59), (3, 500), (497, 500), (250, 500)):
    for level in (0.9, 0.95):
        found = stats.binomtest(count, total).proportion_ci(level, method="exact")
        intervals.append([count, total, level, float(found.low), float(found.high)])
# How many of n parts may lie on the wrong side: the largest k with P(at most k of n wrong | share wrong) <= 1 - confidence.
spared = []
for total in (5, 20, 44, 45, 58, 59, 92, 93, 150, 298, 299, 500):
    for share in (0.01, 0.05, 0.1, 0.2):
        for confidence in (0.9, 0.95):
            wrong = np.nonzero(stats.binom.cdf(np.arange(total), total, share) <= 1 - confidence)[0]
            spared.append([total, share, confidence, int(wrong[-1]) if len(wrong) else -1])
target = pathlib.Path(__file__).parents[2] / "tests/method/evaluate/fixtures/promises.json"
target.write_text(json.dumps({"quantiles": quantiles, "intervals": intervals, "spared": spared}) + "\n")
