"""anomalib's Reverse Distillation on formula weights: loss, gradients and map, for tests/method/detect/rd4ad_test.ts.

    python -P tools/oracles/rd4ad.py > tests/method/detect/fixtures/rd4ad.json

The student for ResNet-18's channels (64, 128, 256) and that of the paper for Wide ResNet-50-2's (256, 512, 1024), which
anomalib has as its own classes. Weights and features are sin of their index and a phase from the length of the weight's name;
the wide one's weights are mixed, as in networks.py. Of its many gradients some are kept.
"""

import json
import math

import torch
from anomalib.models.components.backbone import get_decoder
from anomalib.models.image.reverse_distillation.anomaly_map import AnomalyMapGenerator
from anomalib.models.image.reverse_distillation.components.bottleneck import get_bottleneck_layer
from anomalib.models.image.reverse_distillation.loss import ReverseDistillationLoss



def wave(shape, phase, scale=1.0, offset=0.0, mixed=False):
    values = torch.arange(math.prod(shape))
    values = (values * values % 9973 if mixed else values).double()
    return (scale * torch.sin(0.7 * values + phase) + offset).reshape(shape).float()


def fill(module, prefix, mixed):
    for name, tensor in module.state_dict().items():
        full = f"{prefix}.{name}"
        if name.endswith("num_batches_tracked"):
            continue
        if tensor.dim() == 4:
            scale = math.sqrt(2 / (tensor.shape[1] * tensor.shape[2] * tensor.shape[3]))
            tensor.copy_(wave(tensor.shape, len(full), scale, mixed=mixed))
        elif name.endswith(("running_var", "weight")):
            tensor.copy_(wave(tensor.shape, len(full), 0.1, 1.0))
        else:
            tensor.copy_(wave(tensor.shape, len(full), 0.1))


def case(backbone, channels, mixed, every):
    bottleneck, decoder = get_bottleneck_layer(backbone), get_decoder(backbone)
    fill(bottleneck, "bottleneck", mixed)
    fill(decoder, "decoder", mixed)
    shapes = [(2, channels << i, 16 >> i, 16 >> i) for i in range(3)]
    features = [wave(shape, 3 * i, 1.0, 0.3, mixed) for i, shape in enumerate(shapes)]
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
        for name, p in list(module.named_parameters())[::every]
        if p.grad is not None
    }
    report["running"] = {
        f"{prefix}.{name}": b.flatten()[:3].tolist()
        for prefix, module in (("bottleneck", bottleneck), ("decoder", decoder))
        for name, b in list(module.named_buffers())[::every]
        if "running" in name and not name.startswith("bn4")
    }
    return report


print(json.dumps({
    "basic": case("resnet18", 64, False, 1),
    "bottleneck": case("wide_resnet50_2", 256, True, 7),
}))
