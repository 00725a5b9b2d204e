"""Decoding 512 × 512 PNG and JPEG files with PIL and resizing them to 256 × 256, bilinear.

Reads the files that decode.ts writes to the temporary folder, or makes such ones where it did not run.
A repeat is 8 pictures of each kind.
"""
import argparse
import json
import pathlib
import tempfile
import time

import numpy as np
from PIL import Image

PICTURES = 8
folder = pathlib.Path(tempfile.gettempdir()) / "segad-bench-decode"


def files():
    paths = [folder / "512.png", folder / "512.jpg"]
    if not all(path.exists() for path in paths):
        folder.mkdir(exist_ok=True)
        y, x = np.mgrid[0:512, 0:512]
        smooth = 128 + 80 * np.sin(x / 37) * np.cos(y / 53) + np.random.RandomState(3).normal(0, 4, (512, 512))
        rgb = np.stack([smooth, smooth * 0.9 + 10, smooth * 0.8 + 5], -1).clip(0, 255).astype(np.uint8)
        for path in paths:
            Image.fromarray(rgb).save(path, quality=90)
    return paths


def load(path):
    with Image.open(path) as picture:
        return np.asarray(picture.convert("RGB").resize((256, 256), Image.Resampling.BILINEAR))


parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=10)
arguments = parser.parse_args()
paths = files()
for path in paths:
    load(path)
seconds = []
for _ in range(arguments.repeats):
    start = time.perf_counter()
    for path in paths:
        for _ in range(PICTURES):
            load(path)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds}))
