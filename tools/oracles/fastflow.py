"""anomalib's FastFlow on formula weights: loss, gradients and map, as fixture for tests/method/detect/fastflow_test.ts.

    python -P tools/oracles/fastflow.py > tests/method/detect/fixtures/fastflow.json

Weights and features are sin of their index, so that both sides make them alike and nothing large is stored.
"""

import json
import math

import torch
from anomalib.models.image.fastflow.anomaly_map import AnomalyMapGenerator
from anomalib.models.image.fastflow.loss import FastflowLoss
from anomalib.models.image.fastflow.torch_model import create_fast_flow_block

LAYERS = [(5, 8, 8), (6, 4, 4)]
BLOCKS = 3
BATCH = 2


def wave(shape, phase, scale=1.0, offset=0.0):
    """scale * sin(0.7 * index + phase) + offset, in float64, rounded to float32."""
    count = math.prod(shape)
    values = torch.arange(count, dtype=torch.float64)
    return (scale * torch.sin(0.7 * values + phase) + offset).reshape(shape).float()


def main():
    hidden, jacobians, norms, flows, report = [], [], [], [], {}
    for i, (channels, height, width) in enumerate(LAYERS):
        norm = torch.nn.LayerNorm([channels, height, width])
        norm.weight.data = wave((channels, height, width), i, 0.1, 1.0)
        norm.bias.data = wave((channels, height, width), i + 0.5, 0.1)
        blocks = create_fast_flow_block([channels, height, width], conv3x3_only=False, hidden_ratio=1.0, flow_steps=BLOCKS)
        for b, block in enumerate(blocks.module_list):
            order = [(j * 2 + b) % channels if channels % 2 else (j + b + 1) % channels for j in range(channels)]
            permutation = torch.zeros(channels, channels)
            permutation[torch.arange(channels), torch.tensor(order)] = 1
            block.w_perm.data = permutation.view(channels, channels, 1, 1)
            block.w_perm_inv.data = permutation.T.reshape(channels, channels, 1, 1)
            block.global_scale.data = wave((1, channels, 1, 1), b, 0.3, 9.0)
            block.global_offset.data = wave((1, channels, 1, 1), b + 0.3, 0.2)
            for s in (0, 2):
                layer = block.subnet[s]
                layer.weight.data = wave(layer.weight.shape, b + s, 0.2)
                layer.bias.data = wave(layer.bias.shape, b + s + 0.1, 0.2)
            report.setdefault("permutations", {})[f"layers.{i}.blocks.{b}"] = order
        features = wave((BATCH, channels, height, width), 10 + i, 2.0, 0.3)
        z, jacobian = blocks(norm(features))
        hidden.append(z)
        jacobians.append(jacobian)
        norms.append(norm)
        flows.append(blocks)
    loss = FastflowLoss.forward(hidden, jacobians)
    loss.backward()
    report["loss"] = loss.item()
    report["logDet"] = [j.tolist() for j in jacobians]
    gradients = {}
    for i, (norm, blocks) in enumerate(zip(norms, flows)):
        gradients[f"layers.{i}.norm.weight"] = norm.weight.grad
        gradients[f"layers.{i}.norm.bias"] = norm.bias.grad
        for b, block in enumerate(blocks.module_list):
            for name in ("global_scale", "global_offset"):
                gradients[f"layers.{i}.blocks.{b}.{name}"] = getattr(block, name).grad
            for s in (0, 2):
                for name in ("weight", "bias"):
                    gradients[f"layers.{i}.blocks.{b}.subnet.{s}.{name}"] = getattr(block.subnet[s], name).grad
    report["gradients"] = {
        name: {"norm": grad.double().norm().item(), "first": grad.flatten()[:3].tolist()} for name, grad in gradients.items()
    }
    finest = LAYERS[0][1:]
    report["map"] = AnomalyMapGenerator(input_size=tuple(finest))(hidden).detach().flatten().tolist()
    print(json.dumps(report))


main()
