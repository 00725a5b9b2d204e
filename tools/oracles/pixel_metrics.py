"""Writes tests/method/evaluate/fixtures/pixel_metrics.json: scikit-learn's figures of many scores that the test draws as well."""
import json
import pathlib

import numpy as np
from sklearn.metrics import average_precision_score, roc_auc_score

SEED = 333


def pixels(count):
    state, scores, labels = SEED, np.empty(count), np.empty(count, np.uint8)
    for i in range(count):
        state = state * 48271 % 2147483647
        labels[i] = state % 50 == 0
        state = state * 48271 % 2147483647
        scores[i] = state % 100003 * 0.37 + int(labels[i]) * 9000 - 12000
    return scores.astype(np.float32), labels


cases = []
for count in (1000, 1_000_000):
    scores, labels = pixels(count)
    cases.append({
        "pixels": count,
        "auroc": roc_auc_score(labels, scores),
        "aupr": average_precision_score(labels, scores),
    })
target = pathlib.Path(__file__).parents[2] / "tests/method/evaluate/fixtures/pixel_metrics.json"
target.write_text(json.dumps({"seed": SEED, "cases": cases}) + "\n")
