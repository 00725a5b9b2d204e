"""Training the paper's boosted random forest with the xgboost package on one thread; same input as forest_train.ts.

`--check` prints the SHA-256 of the model instead of times.
"""
import argparse
import hashlib
import json
import time

import numpy as np
import xgboost


def hashed(i):
    i = i.astype(np.uint32)
    h = (i ^ (i >> 15)) * np.uint32(2246822519)
    h = (h ^ (h >> 13)) * np.uint32(3266489917)
    return h ^ (h >> 16)


def make_input(rows=2000, columns=112):
    values = ((hashed(np.arange(rows * columns)) >> 8) / 2**24).astype(np.float32).reshape(rows, columns)
    labels = (values[:, :5].astype(np.float64).sum(axis=1) > 3) != (hashed(np.arange(rows) + 10**9) % 10 == 0)
    return values, labels.astype(np.float32)


def make_classifier():
    return xgboost.XGBClassifier(
        objective="binary:logitraw", n_estimators=10, num_parallel_tree=200, max_depth=5, learning_rate=0.3,
        subsample=0.6, colsample_bytree=0.6, colsample_bynode=0.6, reg_alpha=1, random_state=333, scale_pos_weight=4,
        n_jobs=1)


def main(rows=2000, columns=112):
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--check", action="store_true")
    arguments = parser.parse_args()
    values, labels = make_input(rows, columns)
    if arguments.check:
        model = make_classifier().fit(values, labels)
        print(hashlib.sha256(bytes(model.get_booster().save_raw("json"))).hexdigest())
        return
    seconds = []
    for _ in range(arguments.repeats):
        start = time.perf_counter()
        make_classifier().fit(values, labels)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))


if __name__ == "__main__":
    main()
