"""anomalib's Reverse Distillation on formula weights: loss, gradients and map, for tests/detect/rd4ad_test.ts.

    python -P tools/oracles/rd4ad.py > tests/detect/fixtures/rd4ad.json

The student for ResNet-18's channels (64, 128, 256), which anomalib has as its own classes. Weights and features are sin of
their index and a phase from the length of the weight's name.
"""

import json
import math

import torch
from anomalib.models.components.backbone import get_decoder
from anomalib.models.image.reverse_distillation.anomaly_map import AnomalyMapGenerator
from anomalib.models.image.reverse_distillation.components.bottleneck import get_bottleneck_layer
from anomalib.models.image.reverse_distillation.loss import ReverseDistillationLoss

SHAPES = [(2, 64, 16, 16), (2, 128, 8, 8), (2, 256, 4, 4)]


def wave(shape, phase, scale=1.0, offset=0.0):
    values = torch.arange(math.prod(shape), dtype=torch.float64)
    return (scale * torch.sin(0.7 * values + phase) + offset).reshape(shape).float()


def fill(module, prefix):
    for name, tensor in module.state_dict().items():
        full = f"{prefix}.{name}"
        if name.endswith("num_batches_tracked"):
            continue
        if tensor.dim() == 4:
            tensor.copy_(wave(tensor.shape, len(full), math.sqrt(2 / (tensor.shape[1] * tensor.shape[2] * tensor.shape[3]))))
        elif name.endswith(("running_var", "weight")):
            tensor.copy_(wave(tensor.shape, len(full), 0.1, 1.0))
        else:
            tensor.copy_(wave(tensor.shape, len(full), 0.1))


def main():
    bottleneck, decoder = get_bottleneck_layer("resnet18"), get_decoder("resnet18")
    fill(bottleneck, "bottleneck")
    fill(decoder, "decoder")
    features = [wave(shape, 3 * i, 1.0, 0.3) for i, shape in enumerate(SHAPES)]
    report = {}
    bottleneck.eval(), decoder.eval()
    with torch.no_grad():
        made = decoder(bottleneck(features))
        maps = [1 - torch.nn.functional.cosine_similarity(a, b) for a, b in zip(features, made)]
        full = sum(
            torch.nn.functional.interpolate(m[:, None], size=(16, 16), mode="bilinear", align_corners=True) for m in maps
        )
        report["map"] = full.flatten().tolist()
    # In double precision: batch norm over eight values, at the embedding, makes float32 noisy.
    bottleneck.double().train(), decoder.double().train()
    features = [each.double() for each in features]
    loss = ReverseDistillationLoss.forward(features, decoder(bottleneck(features)))
    loss.backward()
    report["loss"] = loss.item()
    report["gradients"] = {
        f"{prefix}.{name}": {"norm": p.grad.double().norm().item(), "first": p.grad.flatten()[:3].tolist()}
        for prefix, module in (("bottleneck", bottleneck), ("decoder", decoder))
        for name, p in module.named_parameters()
        if p.grad is not None
    }
    report["running"] = {
        f"{prefix}.{name}": b.flatten()[:3].tolist()
        for prefix, module in (("bottleneck", bottleneck), ("decoder", decoder))
        for name, b in module.named_buffers()
        if "running" in name and not name.startswith("bn4")
    }
    print(json.dumps(report))


main()
