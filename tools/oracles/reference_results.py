"""Writes tests/product/published/fixtures/reference_results.json: figures and features of SegAD's published procedure with
numpy, scipy, scikit-learn, pandas and XGBoost, from maps in its layout.

    deno run --allow-read --allow-write --allow-env tools/draw_reference_maps.ts DIR
    python tools/oracles/reference_results.py DIR
"""
import hashlib
import json
import os
import sys

import numpy as np
import pandas as pd
import scipy
import sklearn
import xgboost
from scipy import stats
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

np.seterr(all="ignore")
ROOT = sys.argv[1]
SEGMENTS = {"candle": 2, "pcb1": 6}
SEEDS = [333, 576, 725, 823, 831, 902, 226, 598, 874, 589]
SETS = {"efficient_ad": ["efficient_ad"], "rd4ad": ["rd4ad"], "all_ad": ["efficient_ad", "rd4ad"]}
BAD = 10


def four(pixels):
    if pixels.size == 0:
        return [0.0] * 4
    return [np.quantile(pixels, 0.995), stats.skew(pixels), stats.kurtosis(pixels), np.mean(pixels)]


def features(cls, detectors, rows):
    table = []
    for path, label in zip(rows["an_map_path"], rows["label"]):
        folder, name = "bad" if label else "good", os.path.basename(path)
        ids = np.load(f"{ROOT}/visa_segm/{cls}/{folder}/{name}")
        maps = [np.load(f"{ROOT}/anomaly_maps/{d}/{cls}/anomaly_maps/{folder}/{name}") for d in detectors]
        row = [x for s in range(SEGMENTS[cls]) for m in maps for x in four(m[ids == s])]
        table.append(row + [m.max() for m in maps])
    return np.asarray(table, dtype=np.float64)


def fpr95(labels, scores):
    table = pd.DataFrame({"label": labels, "score": scores})
    threshold = table[table.label == 1].score.quantile(0.05)
    return float(1 - (table[table.label == 0].score < threshold).mean())


out = {"versions": {m.__name__: m.__version__ for m in (np, scipy, sklearn, pd, xgboost)}, "results": [], "features": []}
for cls in SEGMENTS:
    for name, detectors in SETS.items():
        folder = f"{ROOT}/anomaly_maps/{detectors[0]}/{cls}"
        good = pd.read_csv(f"{folder}/df_training.csv", index_col=0)
        test = pd.read_csv(f"{folder}/df_test.csv", index_col=0)
        x_all = features(cls, detectors, pd.concat([good, test]))
        single = x_all.astype("<f4")
        single[np.isnan(single)] = np.nan
        out["features"].append({
            "class": cls, "set": name, "shape": list(single.shape),
            "missing": int(np.isnan(single).sum()), "sha256": hashlib.sha256(single.tobytes()).hexdigest(),
        })
        x_good, x_test = x_all[:len(good)], pd.DataFrame(x_all[len(good):], index=test.index)
        for seed in SEEDS:
            bad = test[test.label == 1]
            stay, move = train_test_split(bad, test_size=len(bad) - BAD, random_state=seed)[::-1]
            judged = pd.concat([test[test.label == 0], stay])
            model = xgboost.XGBClassifier(
                n_estimators=10, max_depth=5, num_parallel_tree=200, learning_rate=0.3, objective="binary:logitraw",
                colsample_bynode=0.6, colsample_bytree=0.6, subsample=0.6, reg_alpha=1, random_state=seed,
                scale_pos_weight=len(good) / BAD, n_jobs=2,
            )
            x = np.concatenate([x_good, x_test.loc[move.index].to_numpy()])
            model.fit(x, np.array([0] * len(good) + [1] * BAD))
            scores = model.predict_proba(x_test.loc[judged.index].to_numpy())[:, 1]
            result = {
                "class": cls, "set": name, "seed": seed,
                "auroc": float(roc_auc_score(judged.label, scores)), "fpr95": fpr95(judged.label.to_numpy(), scores),
                "scores": hashlib.sha256(scores.astype("<f4").tobytes()).hexdigest(),
            }
            if len(detectors) == 1:
                alone = judged.prediction_an_det
                result["alone"] = {"auroc": float(roc_auc_score(judged.label, alone)),
                                   "fpr95": fpr95(judged.label.to_numpy(), alone.to_numpy())}
            out["results"].append(result)
with open("tests/product/published/fixtures/reference_results.json", "w") as file:
    json.dump(out, file, indent=1)
