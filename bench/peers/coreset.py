"""The peer of coreset.ts: anomalib's KCenterGreedy, its sparse random projection included, on the same patches."""

import sys

# Python's own statistics module, not the benchmark of that name beside this file.
sys.path.pop(0)

import argparse  # noqa: E402
import json  # noqa: E402
import pathlib  # noqa: E402
import tempfile  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
import torch  # noqa: E402
from anomalib.models.components import KCenterGreedy  # noqa: E402

CHANNELS = 152

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=1)
repeats = parser.parse_args().repeats
path = pathlib.Path(tempfile.gettempdir()) / "segad-bench-coreset" / "patches.f32"
patches = torch.from_numpy(np.fromfile(path, np.float32).reshape(-1, CHANNELS))
seconds = []
for _ in range(repeats):
    start = time.perf_counter()
    KCenterGreedy(patches, 0.01).select_coreset_idxs()
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds}))
