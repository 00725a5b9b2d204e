"""Writes tests/method/evaluate/fixtures/comparisons.json: normal tails, and paired AUROCs whose DeLong variance comes from the
definition, all pairs of a good and a bad part.

    python tools/oracles/comparisons.py
"""
import json

import numpy as np
from scipy.stats import norm

out = {"tails": [[z, float(norm.sf(z))] for z in (0, 0.1, 0.5, 1, 1.96, 2.5, 2.99, 3, 3.5, 5, 8, 20)], "pairs": []}
for seed in range(8):
    r = np.random.RandomState(seed)
    m, n = r.randint(5, 40, 2)
    labels = np.r_[np.zeros(m, int), np.ones(n, int)]
    part = r.normal(size=m + n) + labels
    two = [np.round(part + r.normal(size=m + n), seed % 3) for _ in range(2)]
    wins = [((s[labels == 1][:, None] > s[labels == 0]) + 0.5 * (s[labels == 1][:, None] == s[labels == 0])) for s in two]
    bad, good = np.cov([w.mean(1) for w in wins]), np.cov([w.mean(0) for w in wins])
    cov = bad / n + good / m
    difference = wins[0].mean() - wins[1].mean()
    error = np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    out["pairs"].append({"labels": labels.tolist(), "first": two[0].tolist(), "second": two[1].tolist(),
                         "difference": difference, "error": error, "p": 2 * norm.sf(abs(difference) / error)})
with open("tests/method/evaluate/fixtures/comparisons.json", "w") as file:
    json.dump(out, file)
