"""
What backbones in int8 cost detectors and a forest, on photographs of solar cells, beside the float backbone and beside chance:

    python bench/int8_detectors.py ELPV_FOLDER INT8.onnx... [--splits 3] [--fitted 250] [--good 100] [--bad 50]

The files are those of int8_backbone.py with the layers stride8 and stride16. Wants numpy, scipy, scikit-learn, xgboost-cpu,
onnxruntime, onnx and pillow. Each line: AUROC and FPR@95TPR in percent of PatchCore and PaDiM by the maximum of the map, of a
forest over the statistics of both maps in the four rings of segmaps/elpv.png, and of the forest of the float features.
"""
import argparse
import csv
from pathlib import Path

import numpy as np
import onnxruntime
import xgboost
from PIL import Image
from scipy.ndimage import gaussian_filter, zoom
from scipy.stats import kurtosis, skew
from sklearn.metrics import roc_auc_score

ROOT = Path(__file__).parent.parent
LAYERS = ["stride8", "stride16"]
GRID, ENTRIES, CANDIDATES = 32, 800, 100
RINGS = np.asarray(Image.open(ROOT / "segmaps/elpv.png").resize((64, 64), Image.NEAREST))


def features_of(model, pictures):
    """f16[N, 1024, 152]: both layers on the grid of the finer one."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 2
    opened = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    rows = []
    for start in range(0, len(pictures), 8):
        image = np.repeat(((pictures[start : start + 8].astype(np.float32) / 255 - 0.5) / 0.5)[:, None], 3, 1)
        fine, coarse = opened.run(LAYERS, {"image": image})
        joined = np.concatenate([fine, coarse.repeat(2, 2).repeat(2, 3)], 1)
        rows.append(joined.reshape(len(joined), -1, GRID * GRID).transpose(0, 2, 1).astype(np.float16))
    return np.concatenate(rows)


def coreset(points, random):
    chosen = [random.randint(len(points))]
    lengths, nearest = (points**2).sum(1), np.full(len(points), np.inf, np.float32)
    while len(chosen) < ENTRIES:
        last = chosen[-1]
        nearest = np.minimum(nearest, lengths - 2 * (points @ points[last]) + lengths[last])
        chosen.append(int(nearest.argmax()))
    return chosen


def patchcore(bank, features):
    lengths = (bank**2).sum(1)
    maps = []
    for one in features.astype(np.float32):
        maps.append(np.sqrt(np.maximum((one**2).sum(1) + (lengths - 2 * (one @ bank.T)).min(1), 0)))
    return np.array(maps)


def padim(fitted, features):
    maps = np.zeros(features.shape[:2], np.float32)
    for place in range(features.shape[1]):
        seen = fitted[:, place].astype(np.float32)
        mean = seen.mean(0)
        spread = (seen - mean).T @ (seen - mean) / (len(seen) - 1) + 0.01 * np.eye(seen.shape[1], dtype=np.float32)
        whitening = np.linalg.inv(np.linalg.cholesky(spread))
        maps[:, place] = np.linalg.norm((features[:, place].astype(np.float32) - mean) @ whitening.T, axis=1)
    return maps


def described(maps):
    """The maximum of each smoothed map, and its statistics in each ring."""
    peaks, rows = [], []
    for one in maps:
        smooth = gaussian_filter(zoom(one.reshape(GRID, GRID), 2, order=1), 1.0)
        parts = [smooth[RINGS == ring] for ring in range(4)]
        peaks.append(smooth.max())
        rows.append([f(part) for part in parts for f in (lambda v: np.percentile(v, 99.5), skew, kurtosis, np.mean)])
    return np.array(peaks), np.nan_to_num(np.array(rows))


def judged(scores, bad):
    weakest = np.sort(scores[bad])[::-1][int(np.ceil(0.95 * bad.sum())) - 1]
    return f"{100 * roc_auc_score(bad, scores):.1f}/{100 * (scores[~bad] >= weakest).mean():.0f}"


def main():
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("models", nargs="+", type=Path)
    for name, value in {"splits": 3, "fitted": 250, "good": 100, "bad": 50}.items():
        arguments.add_argument(f"--{name}", type=int, default=value)
    given = arguments.parse_args()
    with open(given.folder / "labels.csv", encoding="utf8") as file:
        rows = list(csv.DictReader(file))
    bad = np.array([float(row["defect_probability"]) == 1 for row in rows])
    images = [Image.open(given.folder / row["image"]).convert("L").resize((256, 256), Image.BILINEAR) for row in rows]
    pictures = np.stack([np.asarray(image) for image in images])
    exact = features_of(ROOT / "lib/method/backbone/efficientnet_lite0.onnx", pictures)
    seen = {path.stem: features_of(path, pictures) for path in given.models}

    for split in range(given.splits):
        random = np.random.RandomState(100 + split)
        good, poor = random.permutation(np.where(~bad)[0]), random.permutation(np.where(bad)[0])
        fit, good = good[: given.fitted], good[given.fitted :]
        training = np.r_[good[: given.good], poor[: given.bad]]
        tests = np.r_[good[given.good :], poor[given.bad :]]
        candidates = [(picture, place) for picture in fit for place in random.permutation(GRID * GRID)[:CANDIDATES]]
        pictures_of, places = np.array(candidates).T
        banks = [coreset(exact[pictures_of, places].astype(np.float32), random) for _ in range(2)]
        known = {}

        def line(name, features, fitted, bank):
            both, columns, told = np.r_[training, tests], [], []
            entries = fitted[pictures_of[bank], places[bank]].astype(np.float32)
            for maps in (patchcore(entries, features[both]), padim(fitted[fit], features[both])):
                peaks, statistics = described(maps)
                columns.append(statistics)
                told.append(judged(peaks[len(training) :], bad[tests]))
            table = np.concatenate(columns, 1)
            settings = {"n_estimators": 10, "num_parallel_tree": 200, "learning_rate": 0.3, "max_depth": 5}
            forest = xgboost.XGBClassifier(**settings, subsample=0.5, colsample_bynode=0.5, random_state=split)
            forest.fit(table[: len(training)], bad[training])
            known.setdefault("float", forest)
            for one in (forest, known["float"]):
                told.append(judged(one.predict(table[len(training) :], output_margin=True), bad[tests]))
            print(f"{split} {name:32} PatchCore {told[0]} PaDiM {told[1]} forest {told[2]} forest of float {told[3]}", flush=True)

        line("float", exact, exact, banks[0])
        line("float, another seed of the bank", exact, exact, banks[1])
        for name, features in seen.items():
            line(name, features, features, banks[0])
            line(f"{name}, detectors of float", features, exact, banks[0])


main()
