"""The peer of backbone.ts: timm's tf_efficientnet_lite0, features at strides 4, 8 and 16."""

import argparse
import json
import time

import timm
import torch

SIDE = 256

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=10)
parser.add_argument("--batch", type=int, default=8)
parser.add_argument("--device", default="cpu")
options = parser.parse_args()
repeats = options.repeats
# The weights change nothing in the time.
network = timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True, out_indices=(1, 2, 3)).eval().to(options.device)
images = torch.rand(options.batch, 3, SIDE, SIDE, device=options.device)
seconds = []
with torch.inference_mode():
    for i in range(repeats + 2):
        start = time.perf_counter()
        network((images - 0.5) / 0.5)
        if options.device == "cuda":
            torch.cuda.synchronize()
        seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds[2:]}))
