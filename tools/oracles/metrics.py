"""Writes tests/method/evaluate/fixtures/metrics.json: what scikit-learn and pandas say of some scores, with and without ties."""
import json
import pathlib

import numpy as np
import pandas as pd
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

random = np.random.RandomState(333)
cases = []
for good, bad, digits in ((5, 1, 6), (1, 5, 6), (7, 21, 1), (40, 30, 6), (40, 30, 1), (60, 100, 0), (12, 41, 0)):
    scores = np.concatenate([random.normal(0, 1, good), random.normal(1, 1.5, bad)]).round(digits) + 0.0  # no -0
    labels = np.concatenate([np.zeros(good, int), np.ones(bad, int)])
    order = random.permutation(good + bad)
    scores, labels = scores[order], labels[order]
    table = pd.DataFrame({"score": scores, "label": labels})
    threshold = table[table.label == 1].score.quantile(0.05)
    fpr, tpr, thresholds = roc_curve(labels, scores, drop_intermediate=False)
    cases.append({
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "auroc": roc_auc_score(labels, scores),
        "fpr95": float((table[table.label == 0].score >= threshold).mean()),
        "averagePrecision": average_precision_score(labels, scores),
        "roc": {"fpr": fpr.tolist(), "tpr": tpr.tolist(), "thresholds": thresholds[1:].tolist()},
        "mean": float(np.mean(scores)),
        "std": float(np.std(scores)),
        "quantiles": [float(np.quantile(scores, q)) for q in (0, 0.05, 0.5, 0.995, 1)],
    })
target = pathlib.Path(__file__).parents[2] / "tests/method/evaluate/fixtures/metrics.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(cases) + "\n")
