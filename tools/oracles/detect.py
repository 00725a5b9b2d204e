"""Writes the fixtures of tests/method/detect: what anomalib, PyTorch and numpy make of the same numbers.

    python -P tools/oracles/detect.py

Inputs are numpy.random.RandomState(seed).standard_normal, which lib/base/tensor/random.ts follows, so they are not stored.
"""
import json
import pathlib

import numpy as np
import torch
from anomalib.models.components import GaussianBlur2d, KCenterGreedy
from anomalib.models.image.patchcore.torch_model import PatchcoreModel

target = pathlib.Path(__file__).parents[2] / "tests/method/detect/fixtures"
target.mkdir(exist_ok=True)


def normal(seed, *shape):
    return torch.from_numpy(np.random.RandomState(seed).standard_normal(shape).astype(np.float32))


def write(name, value):
    (target / name).write_text(json.dumps(value) + "\n")


def coreset():
    seed, size, width, count = 7, 2000, 24, 100
    points = normal(seed, size, width)
    greedy = KCenterGreedy(points, count / size)
    # The projection is left out: rows of more than two axes are taken as they are.
    greedy.embedding = points[:, :, None]
    torch.manual_seed(1)
    indices = greedy.select_coreset_idxs()
    write("coreset.json", {"seed": seed, "size": size, "width": width, "start": indices[0], "indices": indices})


def upsample():
    cases = []
    for seed, (h, w), (height, width), sigma in [
        (1, (8, 8), (64, 64), 4), (2, (5, 7), (40, 56), 2), (3, (32, 32), (48, 40), 1.5), (4, (16, 16), (8, 12), 0.5),
        (5, (1, 6), (32, 32), 3),
    ]:
        small = normal(seed, 2, 1, h, w)
        big = torch.nn.functional.interpolate(small, size=(height, width), mode="bilinear", align_corners=False)
        smooth = GaussianBlur2d(sigma=(sigma, sigma), channels=1)(big)
        places = np.random.RandomState(seed).randint(0, smooth.numel(), 60)
        cases.append({"seed": seed, "from": [h, w], "to": [height, width], "sigma": sigma, "places": places.tolist(),
                      "values": smooth.flatten()[places].tolist()})
    write("upsample.json", cases)


# Feature maps of five good pictures and two others: strides 4, 8, 16 of a picture of 64 x 64.
SHAPES = {"stride4": (3, 16, 16), "stride8": (4, 8, 8), "stride16": (5, 4, 4)}


def feature_maps(seed, pictures):
    return {name: normal(seed + i, pictures, *shape) for i, (name, shape) in enumerate(SHAPES.items())}


def patches(maps, layers, pool=3, grid=(8, 8)):
    pooled = [torch.nn.AvgPool2d(pool, 1, pool // 2)(maps[layer]) for layer in layers]
    resized = [torch.nn.functional.interpolate(m, size=grid, mode="bilinear", align_corners=False) for m in pooled]
    return torch.cat(resized, 1).flatten(2).permute(0, 2, 1)


def patchcore():
    layers = ["stride8", "stride16"]
    good = patches(feature_maps(10, 5), layers).flatten(0, 1)
    others = patches(feature_maps(20, 2), layers)
    chosen = np.random.RandomState(3).permutation(len(good))[:40]
    model = PatchcoreModel.__new__(PatchcoreModel)
    torch.nn.Module.__init__(model)
    results = {}
    for neighbours in (1, 9):
        model.memory_bank = good[torch.from_numpy(chosen)].double()
        model.num_neighbors = neighbours
        queries = others.double()
        scores, places = model.nearest_neighbors(queries.flatten(0, 1), n_neighbors=1)
        scores, places = scores.reshape(2, -1), places.reshape(2, -1)
        results[str(neighbours)] = {
            "map": scores.tolist(),
            "score": model.compute_anomaly_score(scores, places, queries.flatten(0, 1)).tolist(),
        }
    write("patchcore.json", {"bank": chosen.tolist(), "results": results})


def padim():
    layers = ["stride4", "stride8", "stride16"]
    good = patches(feature_maps(10, 5), layers).double().numpy()
    others = patches(feature_maps(20, 2), layers).double().numpy()
    results = []
    for dims in (list(range(12)), sorted(np.random.RandomState(5).permutation(12)[:5].tolist())):
        distance = np.empty(others.shape[:2])
        for position in range(good.shape[1]):
            sample = good[:, position][:, dims]
            covariance = np.cov(sample, rowvar=False) + 0.01 * np.eye(len(dims))
            difference = others[:, position][:, dims] - sample.mean(0)
            distance[:, position] = np.sqrt(np.einsum("ni,ij,nj->n", difference, np.linalg.inv(covariance), difference))
        results.append({"dims": dims, "map": distance.tolist()})
    write("padim.json", results)


coreset()
upsample()
patchcore()
padim()
