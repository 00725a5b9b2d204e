"""The peer of the training cases: torchvision's networks, cross-entropy, SGD with momentum."""

import argparse
import json
import os
import pathlib
import time

import torch
import torchvision

SIDE, WARM = 256, 3

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=6)
parser.add_argument("--network", default="resnet18")
parser.add_argument("--batch", type=int, default=8)
options = parser.parse_args()
network = getattr(torchvision.models, options.network)().train()
optimiser = torch.optim.SGD(network.parameters(), 0.01, momentum=0.9)
images, wanted = torch.randn(options.batch, 3, SIDE, SIDE), torch.arange(options.batch)
clock = time.process_time if os.environ.get("SEGAD_CLOCK") == "processor" else time.perf_counter
seconds = []
for _ in range(options.repeats + WARM):
    start = clock()
    optimiser.zero_grad()
    torch.nn.functional.cross_entropy(network(images), wanted).backward()
    optimiser.step()
    seconds.append(clock() - start)
# Not of getrusage, which begins with what the parent process had.
status = pathlib.Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps({"seconds": seconds[WARM:], "peak": peak}))
