"""Writes tests/method/evaluate/fixtures/presorted.json: F1-max by scikit-learn's curve, and presorted good and bad parts by
numpy's quantiles, as anomalib's PGn and PBn define them, of scores with and without ties."""
import json
import pathlib

import numpy as np
from sklearn.metrics import f1_score, precision_recall_curve

random = np.random.RandomState(725)
SHARES = [0, 0.01, 0.05, 0.1, 0.2, 1]
cases = []
for good, bad, digits in ((5, 1, 6), (1, 5, 6), (40, 30, 6), (40, 30, 1), (21, 41, 0), (101, 100, 1)):
    scores = np.concatenate([random.normal(0, 1, good), random.normal(1.5, 1.5, bad)]).round(digits) + 0.0  # no -0
    labels = np.concatenate([np.zeros(good, int), np.ones(bad, int)])
    of_good, of_bad = scores[labels == 0], scores[labels == 1]
    precision, recall, thresholds = precision_recall_curve(labels, scores)
    best = max(f1_score(labels, scores >= threshold) for threshold in thresholds)
    both = precision + recall
    curve = (2 * precision * recall)[both > 0] / both[both > 0]
    assert abs(best - curve.max()) < 1e-12
    cases.append({
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "f1": best,
        "points": [{
            "share": share,
            "good": float(np.mean(of_good < np.quantile(of_bad, share))),
            "bad": float(np.mean(of_bad > np.quantile(of_good, round(1 - share, 12)))),
        } for share in SHARES],
    })
target = pathlib.Path(__file__).parents[2] / "tests/method/evaluate/fixtures/presorted.json"
target.write_text(json.dumps(cases) + "\n")
