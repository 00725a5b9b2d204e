"""DevNet's and DRA's scores of a picture at two scales in PyTorch, for tests/method/classify/scales_test.ts.

    python -P tools/oracles/scales.py > tests/method/classify/fixtures/scales.json

As their authors' code: the second scale is the picture at half its size by torch.nn.functional.interpolate (nearest), the
scores of the scales are averaged, for DRA head by head. Pictures and weights are sin of their index; the network is one
convolution of stride 2 with a ReLU. The heads are written from Pang et al. 2021, Eq. 4, and Ding et al. 2022, Sec. 3.
"""

import json
import math

import torch
import torch.nn.functional as F

TOP, HIDDEN, C, REFERENCES = 0.2, 256, 4, 2


def wave(shape, phase, scale=1.0, rate=0.7):
    return (scale * torch.sin(rate * torch.arange(math.prod(shape), dtype=torch.float64) + phase)).reshape(shape)


pictures = wave((5, 3, 12, 8), 0.3, 1.0, 1.3) * (1 + 0.1 * torch.arange(5, dtype=torch.float64)).reshape(-1, 1, 1, 1)
kernel = wave((C, 3, 3, 3), 0.5, 1.0, 1.9).requires_grad_()
scales = [F.conv2d(x, kernel, stride=2, padding=1).relu() for x in (pictures, F.interpolate(pictures, scale_factor=0.5, mode="nearest"))]


def weight(name, *shape):
    return wave(shape, len(name), 0.8)


def top(x, name):
    scores = F.conv2d(x, weight(f"{name}.weight", 1, C, 1, 1), weight(f"{name}.bias", 1)).flatten(1).abs()
    return scores.topk(max(1, int(TOP * scores.shape[1])), dim=1).values.mean(1)


def mean(values):
    return torch.stack(values).mean(0)


devnet = mean([top(x, "head") for x in scales])
devnet.sum().backward()


def heads(x):
    reference, x = x[:REFERENCES].mean(0, keepdim=True), x[REFERENCES:]
    apart = F.conv2d(reference - x, weight("residual.conv.weight", C, C, 3, 3), weight("residual.conv.bias", C), padding=1)
    apart = F.batch_norm(apart, weight("residual.bn.running_mean", C), torch.ones(C).double(),
                         weight("residual.bn.weight", C), weight("residual.bn.bias", C))
    hidden = F.linear(x.mean((2, 3)), weight("normality.fc1.weight", HIDDEN, C), weight("normality.fc1.bias", HIDDEN)).relu()
    whole = F.linear(hidden, weight("normality.fc2.weight", 1, HIDDEN), weight("normality.fc2.bias", 1)).flatten().abs()
    return top(x, "seen"), top(x, "pseudo"), top(apart.relu(), "residual"), whole


with torch.no_grad():
    seen, pseudo, residual, normality = (mean(list(each)) for each in zip(*[heads(x) for x in scales]))
print(json.dumps({
    "devnet": {"scores": devnet.tolist(), "gradient": kernel.grad.flatten().tolist()},
    "dra": (seen + pseudo + residual - normality).tolist(),
}))
