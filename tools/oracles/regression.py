"""Writes tests/method/regression/fixtures/regression.json: scikit-learn's balanced logistic regression after its scaler."""
import json
import pathlib

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

random = np.random.RandomState(333)
cases = []
for rows, columns, bad in ((30, 4, 6), (24, 40, 5), (12, 12, 6)):
    labels = np.zeros(rows, int)
    labels[random.permutation(rows)[:bad]] = 1
    features = random.normal(0, 1, (rows, columns)) * random.lognormal(0, 2, columns) + random.normal(0, 3, columns)
    features[:, 0] += labels * np.std(features[:, 0])
    features[:, -1] = 7  # A column that says nothing
    features = features.astype(np.float32)
    results = []
    for cost in (0.001, 0.1, 10, 1000):
        model = make_pipeline(StandardScaler(), LogisticRegression(C=cost, class_weight="balanced", tol=1e-12, max_iter=100000))
        model.fit(features.astype(np.float64), labels)
        results.append([cost, model.decision_function(features.astype(np.float64)).round(8).tolist()])
    cases.append({"labels": labels.tolist(), "features": [[float(f"{x:.9g}") for x in row] for row in features], "results": results})
target = pathlib.Path(__file__).parents[2] / "tests/method/regression/fixtures/regression.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps(cases) + "\n")
