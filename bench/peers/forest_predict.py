"""Scores of 2000 parts by a loaded model of the xgboost package on one thread; same input as forest_predict.ts."""
import argparse
import json
import time

from forest_train import make_classifier, make_input

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=10)
arguments = parser.parse_args()
values, labels = make_input()
booster = make_classifier().fit(values, labels).get_booster()
booster.set_param({"nthread": 1})
for _ in range(5):
    booster.inplace_predict(values, predict_type="margin")
seconds = []
for _ in range(arguments.repeats):
    start = time.perf_counter()
    booster.inplace_predict(values, predict_type="margin")
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds}))
