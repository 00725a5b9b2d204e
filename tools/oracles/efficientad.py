"""anomalib's EfficientAD on formula weights: losses, gradients and maps, for tests/method/detect/efficientad_test.ts.

    python -P tools/oracles/efficientad.py > tests/method/detect/fixtures/efficientad.json

PDN-S with and without padding and PDN-M, with 16 channels, on pictures of 256 x 256. Weights and pictures are sin of their
index and a phase from the length of the weight's name. Dropout and the random change of light are switched off. "joint" is
what becomes of the maps of PDN-S with padding: anomalib's quantiles over two pictures, and its normalised map of a third, all
before maps are brought to the picture's size.
"""

import json
import math
import types

import torch
from anomalib.models.image.efficient_ad.lightning_model import EfficientAd
from anomalib.models.image.efficient_ad.torch_model import EfficientAdModel

CHANNELS = 16


def wave(shape, phase, scale=1.0, offset=0.0):
    values = torch.arange(math.prod(shape), dtype=torch.float64)
    return (scale * torch.sin(0.7 * values + phase) + offset).reshape(shape).float()


def fill(model):
    for name, tensor in model.state_dict().items():
        if tensor.dim() == 4 and name.endswith("weight"):
            scale = math.sqrt(2 / (tensor.shape[1] * tensor.shape[2] * tensor.shape[3]))
            tensor.copy_(wave(tensor.shape, len(name), scale))
        elif name.endswith("bias"):
            tensor.copy_(wave(tensor.shape, len(name), 0.1))
    model.mean_std["mean"].data = wave((1, CHANNELS, 1, 1), 1, 0.1)
    model.mean_std["std"].data = wave((1, CHANNELS, 1, 1), 2, 0.2, 1.0)


def case(size, padding, count):
    model = EfficientAdModel(CHANNELS, size, padding=padding, pad_maps=not padding)
    fill(model)
    image = wave((count, 3, 256, 256), 0, 0.5, 0.5)
    penalty = wave((count, 3, 256, 256), 5, 0.5, 0.5)
    model.eval()
    with torch.no_grad():
        output, distance = model.compute_student_teacher_distance(image[:1])
        # Before they are brought to the picture's size.
        whole = torch.nn.functional.interpolate
        torch.nn.functional.interpolate = lambda x, **to: x if x.shape[1] == 1 else whole(x, **to)
        st, ae = model.compute_maps(image[:1], output, distance, normalize=False)
        torch.nn.functional.interpolate = whole
    model.choose_random_aug_image = lambda batch: 0.9 * batch
    model.train()
    for module in model.modules():
        if isinstance(module, torch.nn.Dropout):
            module.eval()
    # In double precision: what differs then is the other side's rounding alone.
    model.double()
    losses = model(image.double(), penalty.double())
    sum(losses).backward()
    gradients = {
        name: {"norm": p.grad.double().norm().item(), "first": p.grad.flatten()[:3].tolist()}
        for name, p in model.named_parameters()
        if p.grad is not None and not name.startswith(("teacher", "mean_std", "quantiles"))
    }
    # Every seventh place is enough, and keeps the file small.
    maps = [m.flatten()[::7].tolist() for m in (st, ae)]
    return {"losses": [each.item() for each in losses], "gradients": gradients, "maps": maps}


def joint():
    model = EfficientAdModel(CHANNELS, "small", padding=True, pad_maps=False)
    fill(model)
    model.eval()
    whole = torch.nn.functional.interpolate
    torch.nn.functional.interpolate = lambda x, **to: x if x.shape[1] == 1 else whole(x, **to)

    def maps(phase, normalize):
        return model.get_maps(wave((1, 3, 256, 256), phase, 0.5, 0.5), normalize)

    report = {}
    with torch.no_grad():
        for kind, each in zip(("st", "ae"), zip(maps(1, False), maps(2, False))):
            # It asks its object for nothing but the device.
            low, high = EfficientAd._get_quantiles_of_maps(types.SimpleNamespace(device="cpu"), list(each))
            model.quantiles[f"qa_{kind}"].data, model.quantiles[f"qb_{kind}"].data = low, high
            report[kind] = {"low": low.item(), "high": high.item()}
        st, ae = maps(0, True)
    torch.nn.functional.interpolate = whole
    # As its forward joins them.
    report["map"] = (0.5 * st + 0.5 * ae).flatten()[::7].tolist()
    return report


torch.manual_seed(0)
cases = {"small padded": ("small", True, 2), "small bare": ("small", False, 2), "medium padded": ("medium", True, 1)}
print(json.dumps({**{name: case(*settings) for name, settings in cases.items()}, "joint": joint()}))
