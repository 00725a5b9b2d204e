"""The peer of the detectors' cases: anomalib's models with random weights, which change nothing in the time."""

import sys

# Python's own statistics module, not the benchmark of that name beside this file.
sys.path.pop(0)

import argparse  # noqa: E402
import json  # noqa: E402
import time  # noqa: E402

import torch  # noqa: E402

BATCH, SIDE, WARM = 8, 256, 2
LAYERS = ["layer1", "layer2", "layer3"]


def padim():
    from anomalib.models.image.padim.torch_model import PadimModel

    model = PadimModel("resnet18", LAYERS, pre_trained=False, n_features=100)
    places = (SIDE // 4) ** 2
    model.gaussian.mean = torch.zeros(100, places)
    model.gaussian.inv_covariance = torch.eye(100).repeat(places, 1, 1)
    return model


def fastflow():
    from anomalib.models.image.fastflow.torch_model import FastflowModel

    return FastflowModel((SIDE, SIDE), "resnet18", pre_trained=False)


def rd4ad():
    from anomalib.models.image.reverse_distillation.torch_model import ReverseDistillationModel

    return ReverseDistillationModel("resnet18", (SIDE, SIDE), LAYERS, "add", pre_trained=False)


def efficientad():
    from anomalib.models.image.efficient_ad.torch_model import EfficientAdModel

    return EfficientAdModel(384, "small", padding=True)


parser = argparse.ArgumentParser()
parser.add_argument("--repeats", type=int, default=6)
parser.add_argument("--detector", default="padim")
options = parser.parse_args()
model = {make.__name__: make for make in (padim, fastflow, rd4ad, efficientad)}[options.detector]().eval()
images = torch.rand(BATCH, 3, SIDE, SIDE)
seconds = []
with torch.inference_mode():
    for _ in range(options.repeats + WARM):
        start = time.perf_counter()
        model(images)
        seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds[WARM:]}))
