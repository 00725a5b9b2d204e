"""What XGBoost 3.2.0's Linux wheel makes of features that packages/xgboost-wasm/tests/inputs.ts knows too: hashes of models, scores,
contributions, and one model as Python saves it.

    python tools/oracles/forest.py    # writes fixtures/*.json of both folders of tests; needs numpy and xgboost==3.2.0
"""
import hashlib
import json
from pathlib import Path

import numpy as np
import xgboost

PACKAGE = Path(__file__).parents[2] / "packages/xgboost-wasm/tests/fixtures"
FIXTURES = Path(__file__).parents[2] / "tests/method/forest/fixtures"


def hashed(count, salt):
    i = np.arange(count, dtype=np.uint32) + np.uint32(salt * 1000003)
    h = (i ^ (i >> 15)) * np.uint32(2246822519)
    h = (h ^ (h >> 13)) * np.uint32(3266489917)
    return h ^ (h >> 16)


def make_input(rows, columns, missing, salt, noisy=False):
    """Uniform features in steps of 2^-24; a part is bad where its first and last column are large, or one in five so."""
    features = ((hashed(rows * columns, salt) >> 8) / 2**24).astype(np.float32).reshape(rows, columns)
    labels = (features[:, 0] + features[:, -1] > np.float32(1.25)).astype(np.float32)
    if noisy:
        labels = np.where(hashed(rows, salt + 2) % 5 == 0, 1 - labels, labels)
    if missing:
        gone = hashed(rows * columns, salt + 1).reshape(rows, columns) % 7 == 0
        features[gone] = np.nan
    return features, labels


BRF = dict(objective="binary:logitraw", n_estimators=10, num_parallel_tree=200, max_depth=5, learning_rate=0.3,
           subsample=0.6, colsample_bytree=0.6, colsample_bynode=0.6, reg_alpha=1)
RF = BRF | dict(n_estimators=1, num_parallel_tree=2000, learning_rate=1)
BT = BRF | dict(n_estimators=2000, num_parallel_tree=1, colsample_bytree=1)
SMALL = BRF | dict(num_parallel_tree=10, n_estimators=5)

CASES = [
    dict(name="boosted random forest of the paper", rows=200, columns=112, settings=BRF, seed=333, noisy=True),
    dict(name="random forest", rows=120, columns=24, settings=RF | dict(num_parallel_tree=300), seed=576),
    dict(name="boosted trees", rows=120, columns=24, settings=BT | dict(n_estimators=300), seed=725, noisy=True),
    dict(name="missing values", rows=150, columns=13, settings=SMALL, seed=823, missing=True),
    dict(name="named columns", rows=80, columns=4, settings=SMALL, seed=831, named=True),
    dict(name="one column", rows=60, columns=1, settings=SMALL, seed=902),
    dict(name="more rows than bins", rows=1500, columns=9, settings=SMALL, seed=4294967295, missing=True),
    dict(name="exact", rows=100, columns=10, settings=SMALL | dict(tree_method="exact", colsample_bynode=1), seed=226),
    dict(name="approx", rows=100, columns=10, settings=SMALL | dict(tree_method="approx"), seed=598),
    dict(name="probabilities", rows=100, columns=10, settings=SMALL | dict(objective="binary:logistic"), seed=874),
]

results = []
for salt, case in enumerate(CASES):
    features, labels = make_input(case["rows"], case["columns"], case.get("missing", False), 10 * salt, case.get("noisy", False))
    weight = 2.5
    model = xgboost.XGBClassifier(**case["settings"], random_state=case["seed"], scale_pos_weight=weight, n_jobs=1)
    model.fit(features, labels)
    booster = model.get_booster()
    if case.get("named"):
        names = [f"wire.patchcore.column{i}" for i in range(case["columns"])]
        matrix = xgboost.DMatrix(features, labels, feature_names=names)
        parameters = {k: v for k, v in model.get_xgb_params().items() if v is not None and k != "n_estimators"}
        booster = xgboost.train(parameters, matrix, case["settings"]["n_estimators"])
    saved = bytes(booster.save_raw("json"))
    first = xgboost.DMatrix(features[:6], feature_names=booster.feature_names)
    results.append(
        {"missing": False, "named": False, "noisy": False} | case | {
            "scalePosWeight": weight,
            "sha256": hashlib.sha256(saved).hexdigest(),
            "bytes": len(saved),
            "ubjSha256": hashlib.sha256(bytes(booster.save_raw("ubj"))).hexdigest(),
            "scores": booster.predict(first, output_margin=True).tolist(),
            "contributions": booster.predict(first, pred_contribs=True).ravel().tolist(),
        })

FIXTURES.mkdir(parents=True, exist_ok=True)
(PACKAGE / "forest.json").write_text(json.dumps(results, indent=1) + "\n")

# A model as a user of Python has it on disk.
features, labels = make_input(60, 5, True, 77)
model = xgboost.XGBClassifier(n_estimators=4, max_depth=3, n_jobs=1).fit(features, labels)
model.save_model(FIXTURES / "python_model.json")
model.save_model(FIXTURES / "python_model.ubj")
scores = model.get_booster().predict(xgboost.DMatrix(features), output_margin=True)
(FIXTURES / "python_scores.json").write_text(json.dumps(scores.tolist()) + "\n")
