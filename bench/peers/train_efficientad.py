"""The peer of the EfficientAD training cases: anomalib's model, its three losses, Adam."""

import sys

# Python's own statistics module, not the benchmark of that name beside this file.
sys.path.pop(0)

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import pathlib  # noqa: E402
import time  # noqa: E402

import torch  # noqa: E402
from anomalib.models.image.efficient_ad.torch_model import EfficientAdModel  # noqa: E402

SIDE, WARM = 256, 3

parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=6)
parser.add_argument("--size", default="small")
options = parser.parse_args()
model = EfficientAdModel(384, options.size).train()
# The time of a step with statistics of the teacher, as training has them.
model.mean_std["std"].data += 1
trained = [*model.student.parameters(), *model.ae.parameters()]
for weight in model.teacher.parameters():
    weight.requires_grad = False
optimiser = torch.optim.Adam(trained, 1e-4, weight_decay=1e-5)
image, penalty = torch.rand(1, 3, SIDE, SIDE), torch.rand(1, 3, SIDE, SIDE)
clock = time.process_time if os.environ.get("SEGAD_CLOCK") == "processor" else time.perf_counter
seconds = []
for _ in range(options.repeats + WARM):
    start = clock()
    optimiser.zero_grad()
    sum(model(image, penalty)).backward()
    optimiser.step()
    seconds.append(clock() - start)
# Not of getrusage, which begins with what the parent process had.
status = pathlib.Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps({"seconds": seconds[WARM:], "peak": peak}))
