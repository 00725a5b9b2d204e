"""The four statistics over segments as numpy + scipy compute them: a mask a segment, one call a statistic.

Same input as statistics.ts, in float32 as detectors give it.
"""
import argparse
import json
import time
import warnings

import numpy as np
from scipy.stats import kurtosis, skew

K, L, SIZE = 4, 7, 256


def make_input():
    y, x = np.mgrid[0:SIZE, 0:SIZE].astype(np.int64)
    labels = np.minimum(((y - 128) ** 2 + (x - 128) ** 2) // 2600, L - 1).astype(np.uint8)
    i = np.arange(K * SIZE * SIZE, dtype=np.uint32)
    # A whole-number hash, so that both sides have the same pixels; exponentially distributed as strangeness is.
    h = (i ^ (i >> 15)) * np.uint32(2246822519)
    h = (h ^ (h >> 13)) * np.uint32(3266489917)
    h ^= h >> 16
    maps = (1 / (1 + h.astype(np.float64) / 2**20)).astype(np.float32).reshape(K, SIZE, SIZE)
    return maps, labels


def statistics(maps, labels):
    rows = []
    for segment in range(L):
        for current in maps:
            pixels = current[labels == segment]
            if len(pixels) == 0:
                rows.append([0, 0, 0, 0])
            else:
                rows.append([np.quantile(pixels, 0.995), skew(pixels), kurtosis(pixels), np.mean(pixels)])
    return np.asarray(rows)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--repeats", type=int, default=10)
    repeats = parser.parse_args().repeats
    warnings.simplefilter("ignore")
    maps, labels = make_input()
    statistics(maps, labels)
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        statistics(maps, labels)
        seconds.append(time.perf_counter() - start)
    print(json.dumps({"seconds": seconds}))
