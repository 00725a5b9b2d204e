"""The peer of patchcore.ts: anomalib's PatchcoreModel with timm's tf_efficientnet_lite0."""

import sys

# Python's own statistics module, not the benchmark of that name beside this file.
sys.path.pop(0)

import argparse  # noqa: E402
import json  # noqa: E402
import time  # noqa: E402

import torch  # noqa: E402
from anomalib.models.image.patchcore.torch_model import PatchcoreModel  # noqa: E402

BATCH, BANK, CHANNELS = 8, 2048, 152

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=10)
repeats = parser.parse_args().repeats
# The weights change nothing in the time.
model = PatchcoreModel(["blocks.2", "blocks.4"], "tf_efficientnet_lite0", pre_trained=False, num_neighbors=9).eval()
model.memory_bank = torch.randn(BANK, CHANNELS)
images = torch.rand(BATCH, 3, 256, 256)
seconds = []
with torch.inference_mode():
    for _ in range(repeats + 2):
        start = time.perf_counter()
        model((images - 0.5) / 0.5)
        seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds[2:]}))
