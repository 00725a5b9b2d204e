"""Losses of the classifiers in PyTorch, with gradients, for tests/method/classify/losses_test.ts.

    python -P tools/oracles/classify.py > tests/method/classify/fixtures/losses.json

The focal loss is torchvision's; the deviation loss and the top scores are written from Pang et al. 2021, Eqs. 4 to 6,
and the Dice loss from Milletari et al. 2016 with plain sums below.
"""

import json

import torch
from torchvision.ops import sigmoid_focal_loss


def main():
    logits = torch.tensor([-3.0, -0.5, 0.2, 1.5, 40.0, -40.0], requires_grad=True)
    labels = torch.tensor([0.0, 1.0, 0.0, 1.0, 1.0, 0.0])
    report = {"logits": logits.tolist(), "labels": labels.tolist(), "focal": {}}
    for alpha in (0.25, 0.5):
        loss = sigmoid_focal_loss(logits, labels, alpha=alpha, gamma=2, reduction="mean")
        (grad,) = torch.autograd.grad(loss, logits)
        report["focal"][str(alpha)] = {"loss": loss.item(), "gradient": grad.tolist()}

    maps = torch.sin(0.7 * torch.arange(6 * 16, dtype=torch.float64)).reshape(6, 1, 4, 4).float().mul(4).requires_grad_()
    scores = maps.abs().flatten(1).topk(3, dim=1).values.mean(1)
    mean, std = 0.01, 0.98
    dev = (scores - mean) / std
    loss = ((1 - labels) * dev.abs() + labels * (5 - dev).clamp(min=0)).mean()
    (grad,) = torch.autograd.grad(loss, maps)
    report["deviation"] = {
        "mean": mean, "std": std, "scores": scores.tolist(), "loss": loss.item(), "gradient": grad.flatten().tolist(),
    }

    logits = torch.sin(0.9 * torch.arange(2 * 12, dtype=torch.float64)).reshape(2, 1, 3, 4).float().mul(6).requires_grad_()
    mask = (torch.arange(24) % 5 == 0).float().reshape(2, 1, 3, 4)
    p = logits.sigmoid()
    dice = 1 - (2 * (p * mask).sum() + 1) / (p.sum() + mask.sum() + 1)
    loss = torch.nn.functional.binary_cross_entropy_with_logits(logits, mask) + dice
    (grad,) = torch.autograd.grad(loss, logits)
    report["mask"] = {"loss": loss.item(), "gradient": grad.flatten().tolist()}
    print(json.dumps(report))


main()
