"""Networks of torchvision and timm on formula weights: features, loss and gradients, for tests/method/backbone/networks_test.ts.

    python -P tools/oracles/networks.py > tests/method/backbone/fixtures/networks.json

Weights are sin of their index and a phase from the length of their name, so that no file is needed. Those of the wide
network are mixed: sines of consecutive numbers make matrices of rank two, whose products cancel in its many channels such
that single precision alone is off by 1e-3, on PyTorch's side as well.
"""

import json
import math

import timm
import torch
import torchvision

PICTURE = (2, 3, 64, 64)


def wave(shape, phase, scale=1.0, offset=0.0, mixed=False):
    values = torch.arange(math.prod(shape))
    values = (values * values % 9973 if mixed else values).double()
    return (scale * torch.sin(0.7 * values + phase) + offset).reshape(shape).float()


def fill(network, mixed=False):
    for name, tensor in network.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        if tensor.dim() >= 2:
            tensor.copy_(wave(tensor.shape, len(name), math.sqrt(4 / math.prod(tensor.shape[1:])), mixed=mixed))
        elif name.endswith(("running_var", "weight")):
            tensor.copy_(wave(tensor.shape, len(name), 0.1, 1.0))
        else:
            tensor.copy_(wave(tensor.shape, len(name), 0.1))
    return network


def summary(x):
    flat = x.detach().double().flatten()
    # Every 37th number, and what all of them amount to.
    return {"shape": list(x.shape), "norm": flat.norm().item(), "some": flat[::37][:200].tolist()}


def features(network, layers, mixed=False):
    # In double precision: what differs then is the other side's rounding alone.
    network = fill(network, mixed).double().eval()
    with torch.no_grad():
        x = network.maxpool(network.relu(network.bn1(network.conv1(wave(PICTURE, 0.0).double()))))
        report = {}
        for layer in layers:
            x = getattr(network, layer)(x)
            report[layer] = summary(x)
    return report


def lite0():
    network = fill(timm.create_model("tf_efficientnet_lite0", pretrained=False, features_only=True, out_indices=(1, 2, 3))).eval()
    with torch.no_grad():
        return {name: summary(x) for name, x in zip(("stride4", "stride8", "stride16"), network(wave(PICTURE, 0.0)))}


def training():
    network = fill(torchvision.models.resnet18()).double().train()
    loss = torch.nn.functional.cross_entropy(network(wave(PICTURE, 0.0).double()), torch.tensor([3, 700]))
    loss.backward()
    gradients = {
        name: {"norm": p.grad.norm().item(), "first": p.grad.flatten()[:3].tolist()} for name, p in network.named_parameters()
    }
    return {"loss": loss.item(), "gradients": gradients, "running": network.bn1.running_var.tolist()[:5]}


four = ("layer1", "layer2", "layer3", "layer4")
print(json.dumps({
    "features": {
        "resnet18": features(torchvision.models.resnet18(), four),
        "resnet50": features(torchvision.models.resnet50(), four),
        "wide_resnet50_2": features(torchvision.models.wide_resnet50_2(), four, mixed=True),
        "efficientnet_lite0": lite0(),
    },
    "training": training(),
}))
