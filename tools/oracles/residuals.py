"""Writes tests/method/features/fixtures/residuals.json: PyTorch's pooling and the residuals of pictures left out, refitted.

The feature maps are numpy's RandomState normals, as in tests/method/detect/feature_maps.ts."""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F

SHAPES = {"stride4": (3, 16, 16), "stride8": (4, 8, 8), "stride16": (5, 4, 4)}


def feature_maps(seed, pictures):
    return {
        name: torch.from_numpy(np.random.RandomState(seed + i).normal(size=(pictures, *shape)).astype(np.float32))
        for i, (name, shape) in enumerate(SHAPES.items())
    }


def grid(maps, size):
    parts = []
    for x in maps.values():
        x = F.avg_pool2d(x.double(), 3, 1, 1)
        if x.shape[2] > size:
            x = F.avg_pool2d(x, x.shape[2] // size)
        elif x.shape[2] < size:
            x = F.interpolate(x, size=(size, size), mode="bilinear", align_corners=False)
        parts.append(x)
    return torch.cat(parts, 1).flatten(2)


def residuals(good, picture):
    mean, variance = good.mean(0), good.var(0, unbiased=True)
    variance = variance + 0.05 * variance.mean(1, keepdim=True) + 1e-4
    z = (picture - mean) / variance.sqrt()
    a = z.abs()
    return torch.cat([z.mean(1), a.mean(1), a.topk(min(8, a.shape[1]), dim=1).values.mean(1)]).numpy().round(7).tolist()


good, other = feature_maps(10, 5), feature_maps(20, 2)
cases = []
for name, size in (("stride16", 4), ("stride8", 8)):
    places, new = grid(good, size), grid(other, size)
    cases.append({
        "grid": name,
        "unseen": [residuals(places, x) for x in new],
        "leftOut": [residuals(torch.cat([places[:i], places[i + 1:]]), places[i]) for i in range(5)],
    })
pooled = torch.cat([torch.cat([x.mean((2, 3)), x.amax((2, 3))], 1) for x in other.values()], 1).numpy()
target = pathlib.Path(__file__).parents[2] / "tests/method/features/fixtures/residuals.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({"cases": cases, "pooled": [[float(f"{v:.7g}") for v in row] for row in pooled]}) + "\n")
