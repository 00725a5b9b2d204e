"""The peer of FastFlow's and RD4AD's training cases: anomalib's models and losses on given features, Adam."""

import sys

# Python's own statistics module, not the benchmark of that name beside this file.
sys.path.pop(0)

import argparse  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import pathlib  # noqa: E402
import time  # noqa: E402

import torch  # noqa: E402

SIDE, WARM = 256, 3
# Channels and strides of ResNet-18's layers 1, 2 and 3.
LAYERS = [(64, 4), (128, 8), (256, 16)]


def fastflow():
    from anomalib.models.image.fastflow.loss import FastflowLoss
    from anomalib.models.image.fastflow.torch_model import FastflowModel

    model = FastflowModel((SIDE, SIDE), "resnet18", pre_trained=False).train()
    trained = [*model.norms.parameters(), *model.fast_flow_blocks.parameters()]
    loss_of = FastflowLoss()

    def loss(features):
        normed = [norm(layer) for norm, layer in zip(model.norms, features)]
        flowed = [flow(layer) for flow, layer in zip(model.fast_flow_blocks, normed)]
        return loss_of([hidden for hidden, _ in flowed], [jacobian for _, jacobian in flowed])

    return loss, torch.optim.Adam([w for w in trained if w.requires_grad], 1e-3, weight_decay=1e-5)


def rd4ad():
    from anomalib.models.image.reverse_distillation.loss import ReverseDistillationLoss
    from anomalib.models.image.reverse_distillation.torch_model import ReverseDistillationModel

    names = ["layer1", "layer2", "layer3"]
    model = ReverseDistillationModel("resnet18", (SIDE, SIDE), names, "add", pre_trained=False).train()
    trained = [*model.bottleneck.parameters(), *model.decoder.parameters()]
    loss_of = ReverseDistillationLoss()

    def loss(features):
        return loss_of(features, model.decoder(model.bottleneck(features)))

    return loss, torch.optim.Adam(trained, 5e-3, betas=(0.5, 0.999))


parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=6)
parser.add_argument("--detector", default="fastflow")
parser.add_argument("--batch", type=int, default=8)
options = parser.parse_args()
loss, optimiser = {make.__name__: make for make in (fastflow, rd4ad)}[options.detector]()
features = [torch.rand(options.batch, channels, SIDE // stride, SIDE // stride) for channels, stride in LAYERS]
clock = time.process_time if os.environ.get("SEGAD_CLOCK") == "processor" else time.perf_counter
seconds = []
for _ in range(options.repeats + WARM):
    start = clock()
    optimiser.zero_grad()
    loss(features).backward()
    optimiser.step()
    seconds.append(clock() - start)
# Not of getrusage, which begins with what the parent process had.
status = pathlib.Path("/proc/self/status").read_text()
peak = int(status.split("VmHWM:")[1].split()[0]) * 1024
print(json.dumps({"seconds": seconds[WARM:], "peak": peak}))
