"""EfficientNet-Lite0 as PyTorch runs it, from the ONNX file that the product carries."""

import math
import pathlib
from collections.abc import Callable

import onnx
import torch
import torch.nn.functional as F
from onnx import numpy_helper
from torch import Tensor

CHANNELS = 152
"""Those of the layers of strides 8 and 16 together: 40 and 112."""

Backbone = Callable[[Tensor], list[Tensor]]


def open_backbone(path: pathlib.Path, device: torch.device, dtype: torch.dtype = torch.float32) -> Backbone:
    """A function from images, f32[N,3,H,W] from 0 to 1, to the layers of strides 8 and 16.

    Each layer is f32[N,C,H/stride,W/stride] whatever dtype it is computed in. The file holds convolutions (padding
    SAME_UPPER, as TensorFlow has it), clips to 0 … 6 and sums, and nothing else.
    """
    graph = onnx.load(path).graph
    weights = {}
    for stored in graph.initializer:
        weight = torch.tensor(numpy_helper.to_array(stored).copy(), device=device, dtype=dtype)
        weights[stored.name] = weight.to(memory_format=torch.channels_last) if weight.ndim == 4 else weight
    nodes = [(node.op_type, node.input, node.output[0], attributes(node)) for node in graph.node]

    @torch.no_grad()
    def run(image: Tensor) -> list[Tensor]:
        values = dict(weights)
        values["image"] = (image.to(dtype).to(memory_format=torch.channels_last) - 0.5) / 0.5
        for kind, inputs, output, given in nodes:
            x = values[inputs[0]]
            if kind == "Conv":
                values[output] = convolution(x, values[inputs[1]], values[inputs[2]], given)
            elif kind == "Clip":
                values[output] = x.clamp(0, 6)
            elif kind == "Add":
                values[output] = x + values[inputs[1]]
            else:
                raise ValueError(f'Cannot run "{path}" as it has a node of kind {kind}')
        return [values["stride8"].float(), values["stride16"].float()]

    return run


def attributes(node: onnx.NodeProto) -> dict:
    """The attributes of a node by name."""
    return {given.name: onnx.helper.get_attribute_value(given) for given in node.attribute}


def convolution(x: Tensor, weight: Tensor, bias: Tensor, given: dict) -> Tensor:
    """A convolution with as much padding as SAME_UPPER says, the odd place behind."""
    stride, kernel = given["strides"][0], given["kernel_shape"][0]
    pads = []
    for size in (x.shape[3], x.shape[2]):
        total = max((math.ceil(size / stride) - 1) * stride + kernel - size, 0)
        pads += [total // 2, total - total // 2]
    if len(set(pads)) == 1:
        return F.conv2d(x, weight, bias, stride, pads[0], 1, given["group"])
    return F.conv2d(F.pad(x, pads), weight, bias, stride, 0, 1, given["group"])


def joined(layers: list[Tensor], side: int) -> Tensor:
    """Layers on one grid, enlarged or reduced bilinearly: f32[N,152,side,side]."""
    return torch.cat([on_grid(layer, side) for layer in layers], 1)


def on_grid(layer: Tensor, side: int) -> Tensor:
    """A layer on a grid of that side."""
    return layer if layer.shape[-1] == side else F.interpolate(layer, size=(side, side), mode="bilinear")


def twice(image: Tensor) -> Tensor:
    """At twice the size, as EfficientAD's authors show it to the backbone (Batzner et al., WACV 2024, appendix A.2)."""
    return F.interpolate(image, scale_factor=2, mode="bilinear")


def seen_at_once(backbone: Backbone, side: int) -> Callable[[Tensor], Tensor]:
    """Images to features on a grid."""
    return lambda image: joined(backbone(image), side)


def seen_twice(backbone: Backbone, side: int) -> Callable[[Tensor], Tensor]:
    """Images to features of smaller patches, the means of four places, on a grid."""
    return lambda image: F.avg_pool2d(joined(backbone(twice(image)), 2 * side), 2)
