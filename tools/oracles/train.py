"""Five steps of PyTorch's optimisers on a small network, as fixture for tests/engine/train/train_test.ts.

    python -P tools/oracles/train.py > tests/engine/train/fixtures/optimisers.json

Data and weights are sin of their index; the network is tanh(x W1 + b1) W2, the loss the mean squared error. Batches are of 8
rows; of "adam rest" every third is of 3.
"""

import json
import math

import torch


def wave(shape, phase, scale=1.0):
    values = torch.arange(math.prod(shape), dtype=torch.float64)
    return (scale * torch.sin(0.7 * values + phase)).reshape(shape).float()


CASES = {
    "sgd": lambda p: torch.optim.SGD(p, lr=0.1),
    "sgd momentum decay": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, weight_decay=0.01),
    "sgd nesterov": lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
    "adam": lambda p: torch.optim.Adam(p, lr=0.01),
    "adam betas decay": lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.5, 0.999), weight_decay=0.1, eps=1e-6),
    "adam rest": lambda p: torch.optim.Adam(p, lr=0.01),
    "adamw": lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1),
    "clipped": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
    "stepped": lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9),
}


def main():
    report = {}
    for name, make in CASES.items():
        weights = {"w1": wave((3, 4), 0), "b1": wave((4,), 1), "w2": wave((4, 2), 2)}
        parameters = [torch.nn.Parameter(w) for w in weights.values()]
        optimiser = make(parameters)
        schedule = torch.optim.lr_scheduler.MultiStepLR(optimiser, [2, 4], gamma=0.1) if name == "stepped" else None
        losses = []
        for step in range(5):
            rows = 3 if name == "adam rest" and step % 3 == 2 else 8
            x, y = wave((rows, 3), 3 + step), wave((rows, 2), 4 + step)
            w1, b1, w2 = parameters
            loss = ((torch.tanh(x @ w1 + b1) @ w2 - y) ** 2).mean()
            optimiser.zero_grad()
            loss.backward()
            if name == "clipped":
                torch.nn.utils.clip_grad_norm_(parameters, 0.2)
            optimiser.step()
            if schedule:
                schedule.step()
            losses.append(loss.item())
        report[name] = {"losses": losses, **{k: p.flatten().tolist() for k, p in zip(weights, parameters)}}
    print(json.dumps(report))


main()
