"""Writes tests/method/evidence/fixtures/evidence.json: blocks of evidence in numpy, scipy and PyTorch's resizing, the pictures of
the fit left out by fits on all others.

    pip install numpy scipy torch
    python tools/oracles/evidence.py

Feature maps are numpy's RandomState normals, as in tests/method/detect/feature_maps.ts; maps are |normal| + 0.5.
"""
import json
import pathlib

import numpy as np
import torch
import torch.nn.functional as F
from scipy.ndimage import gaussian_filter
from scipy.stats import kurtosis, skew

SHAPES = {"stride4": (3, 16, 16), "stride8": (4, 8, 8), "stride16": (5, 4, 4)}
GRIDS = [8, 4, 6, 2]  # of four detectors: blocks, the same, cells that are no blocks, coarser
SIDE, SIGMA, G = 64, 4, 4


def normal(seed, *shape):
    return np.random.RandomState(seed).normal(size=shape).astype(np.float32)


def pictures(seed, count):
    return {
        "features": [normal(seed + i, count, *shape).astype(np.float64) for i, shape in enumerate(SHAPES.values())],
        "maps": [(np.abs(normal(seed + 50 + k, count, g, g)) + np.float32(0.5)).astype(np.float64)
                 for k, g in enumerate(GRIDS)],
        "statistics": normal(seed + 90, count, 4 * len(GRIDS) * 2).astype(np.float64),
    }


def take(data, rows):
    return {key: value[rows] if key == "statistics" else [x[rows] for x in value] for key, value in data.items()}


def segment_map():
    y, x = np.mgrid[:SIDE, :SIDE]
    return np.where(y < 3, 255, ((x * 3) // SIDE + (y >= 40)) % 2)


def slog(x):
    return np.sign(x) * np.log1p(np.abs(x))


def places(features):
    """[N, C, 16] of all layers on the grid of the coarsest."""
    parts = []
    for x in features:
        x = F.avg_pool2d(torch.from_numpy(x), 3, 1, 1)
        parts.append(F.avg_pool2d(x, x.shape[2] // G))
    return torch.cat(parts, 1).flatten(2).numpy()


def common(m):
    """[g, g] to [4, 4]."""
    g = m.shape[0]
    if g % G == 0:
        return m.reshape(G, g // G, G, g // G).max((1, 3))
    if g < G:
        return F.interpolate(torch.from_numpy(m)[None, None], size=(G, G), mode="bilinear", align_corners=False)[0, 0].numpy()
    fine = np.kron(m, np.ones((G, G)))  # 4 g cells, of which g make one of the grid
    return fine.reshape(G, g, G, g).mean((1, 3))


def four(m, labels):
    big = F.interpolate(torch.from_numpy(np.ascontiguousarray(m))[None, None], size=(SIDE, SIDE), mode="bilinear",
                        align_corners=False)[0, 0].numpy()
    big = gaussian_filter(big, SIGMA, mode="mirror", truncate=4)
    parts = [big[labels == segment] for segment in (0, 1)]
    return [[np.quantile(p, 0.995), skew(p), kurtosis(p), p.mean()] for p in parts]


def top_means(m):
    s = np.sort(m.ravel())[::-1]
    return [s[:k].mean() for k in (1, 2, 4, 8, 16)]


def evidence(good, data, i):
    """The blocks of picture i, in one row."""
    one = take(data, slice(i, i + 1))
    x, known = places(one["features"])[0], places(good["features"])
    variance = known.var(0, ddof=1)
    z = (x - known.mean(0)) / np.sqrt(variance + 0.05 * variance.mean(1, keepdims=True) + 1e-4)
    size = np.abs(z)
    residual = [z.mean(1), slog(size.mean(1)), slog(np.sort(size, 1)[:, -8:].mean(1))]
    logs, standards = [], []
    for m, of_good in zip(one["maps"], good["maps"]):
        log, usual = np.log(m[0]), np.log(of_good)
        v = usual.var(0, ddof=1)
        v = 0.5 * v + 0.5 * v.mean()
        logs.append(log)
        standards.append((log - usual.mean(0)) / np.sqrt(v))
    mean = np.mean([common(m) for m in standards], 0)
    top = np.argsort(-mean.ravel(), kind="stable")[:8]
    strangest = [slog(z[:, top].mean(1)), slog(size[:, top].mean(1))]
    labels = segment_map()
    statistics = np.array([four(m, labels) for m in [*standards, mean]])  # map, segment, statistic
    profile = [top_means(common(m)) for pair in zip(logs, standards) for m in pair] + [top_means(mean)]
    pooled = [p for f in one["features"] for p in (f[0].mean((1, 2)), f[0].max((1, 2)))]
    return {
        "pooled": np.concatenate(pooled),
        "residual": np.concatenate(residual),
        "strangest": np.concatenate(strangest),
        "standardised": slog(statistics.transpose(1, 0, 2).ravel()),
        "profile": np.concatenate(profile),
        "statistics": slog(one["statistics"][0]),
    }


good, other = pictures(10, 6), pictures(20, 2)
unseen = [evidence(good, other, i) for i in range(2)]
left_out = [evidence(take(good, [j for j in range(6) if j != i]), good, i) for i in range(6)]
row = lambda blocks: [float(f"{v:.7g}") for v in np.concatenate(list(blocks.values()))]
target = pathlib.Path(__file__).parents[2] / "tests/method/evidence/fixtures/evidence.json"
target.parent.mkdir(parents=True, exist_ok=True)
target.write_text(json.dumps({
    "blocks": [{"name": name, "width": len(value)} for name, value in unseen[0].items()],
    "unseen": [row(blocks) for blocks in unseen],
    "leftOut": [row(blocks) for blocks in left_out],
}) + "\n")
