"""The peer of score.ts: a plain loop, PIL to read and resize, ONNX Runtime for the exported graph, 8 pictures at once."""

import sys

# Python's own statistics module, not the benchmark of that name beside this file.
sys.path.pop(0)

import argparse  # noqa: E402
import json  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
import onnxruntime  # noqa: E402
from PIL import Image  # noqa: E402

BATCH = 8

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=3)
parser.add_argument("--model", required=True)
parser.add_argument("--pictures", required=True, help="a file of paths, one a line")
options = parser.parse_args()
paths = open(options.pictures, encoding="utf-8").read().splitlines()


def read(path, height, width):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((width, height), Image.Resampling.BILINEAR))


seconds = []
for _ in range(options.repeats):
    start = time.perf_counter()
    session = onnxruntime.InferenceSession(options.model, providers=["CPUExecutionProvider"])
    _, height, width, _ = session.get_inputs()[0].shape
    # The contributions are what a reason is made of, where the graph has them.
    wanted = ["score", *(one.name for one in session.get_outputs() if one.name == "moves")]
    scores = []
    for at in range(0, len(paths), BATCH):
        pictures = np.stack([read(path, height, width) for path in paths[at : at + BATCH]])
        scores.extend(session.run(wanted, {"picture": pictures})[0].tolist())
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds}))
