"""The heads and the loss of DRA in PyTorch, written from Ding et al. 2022, Sec. 3, for tests/method/classify/dra_test.ts.

    python -P tools/oracles/dra.py > tests/method/classify/fixtures/dra.json

Weights are sin of their index and a phase from the length of their name.
"""

import json
import math

import torch
import torch.nn.functional as F

C, SIDE, TOP, HIDDEN = 6, 5, 0.2, 256
REFERENCES, GOOD, BAD, PSEUDO = 2, 4, 3, 2
MEAN, STD = 0.01, 0.98

SHAPES = {
    "seen.weight": (1, C, 1, 1), "seen.bias": (1,), "pseudo.weight": (1, C, 1, 1), "pseudo.bias": (1,),
    "residual.weight": (1, C, 1, 1), "residual.bias": (1,), "residual.conv.weight": (C, C, 3, 3), "residual.conv.bias": (C,),
    "residual.bn.weight": (C,), "residual.bn.bias": (C,),
    "normality.fc1.weight": (HIDDEN, C), "normality.fc1.bias": (HIDDEN,),
    "normality.fc2.weight": (1, HIDDEN), "normality.fc2.bias": (1,),
}


def wave(shape, phase, scale=1.0):
    return (scale * torch.sin(0.7 * torch.arange(math.prod(shape), dtype=torch.float64) + phase)).reshape(shape)


weights = {name: wave(shape, len(name), 0.8).requires_grad_() for name, shape in SHAPES.items()}
features = wave((REFERENCES + GOOD + BAD + PSEUDO, C, SIDE, SIDE), 1.0, 2.0)
# Not the same pattern in all pictures.
features = features * (1 + 0.1 * torch.arange(features.shape[0], dtype=torch.float64)).reshape(-1, 1, 1, 1)


def top(x, name):
    scores = F.conv2d(x, weights[f"{name}.weight"], weights[f"{name}.bias"]).flatten(1).abs()
    return scores.topk(max(1, int(TOP * scores.shape[1])), dim=1).values.mean(1)


def deviation(scores, labels):
    dev = (scores - MEAN) / STD
    return ((1 - labels) * dev.abs() + labels * (5 - dev).clamp(min=0)).mean()


reference, x = features[:REFERENCES].mean(0, keepdim=True), features[REFERENCES:]
apart = F.conv2d(reference - x, weights["residual.conv.weight"], weights["residual.conv.bias"], padding=1)
apart = F.batch_norm(apart, None, None, weights["residual.bn.weight"], weights["residual.bn.bias"], training=True)
hidden = F.linear(x.mean((2, 3)), weights["normality.fc1.weight"], weights["normality.fc1.bias"]).relu()
scores = {
    "seen": top(x, "seen"),
    "pseudo": top(x, "pseudo"),
    "residual": top(apart.relu(), "residual"),
    "normality": F.linear(hidden, weights["normality.fc2.weight"], weights["normality.fc2.bias"]).flatten().abs(),
}
good, bad, pseudo = slice(0, GOOD), slice(GOOD, GOOD + BAD), slice(GOOD + BAD, None)
y = torch.cat([torch.zeros(GOOD), torch.ones(BAD + PSEUDO)]).double()
loss = (
    deviation(torch.cat([scores["seen"][good], scores["seen"][bad]]), torch.cat([y[good], y[bad]]))
    + deviation(torch.cat([scores["pseudo"][good], scores["pseudo"][pseudo]]), torch.cat([y[good], y[pseudo]]))
    + deviation(scores["residual"], y)
    + deviation(scores["normality"], 1 - y)
)
loss.backward()
total = scores["seen"] + scores["pseudo"] + scores["residual"] - scores["normality"]
print(json.dumps({
    "loss": loss.item(),
    "scores": total.tolist(),
    "gradients": {
        name: {"norm": w.grad.norm().item(), "first": w.grad.flatten()[:5].tolist()} for name, w in weights.items()
    },
}))
