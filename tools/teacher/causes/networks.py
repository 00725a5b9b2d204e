"""Teachers, students and the autoencoder.

A name is a kind and a width: "far.25" is the kind "far" with a quarter of the channels, "deep1" is "deep" with all.
Images are f32[N,3,256,256] from 0 to 1. Weights begin as He's, whose signal neither grows nor shrinks.
"""

import math
import re

import torch
import torch.nn.functional as F
from torch import Tensor, nn

# Convolutions of patch description networks: channels (0: those of the output), kernel, padding, dilation.
PLANS = {
    # PDN-S (Batzner et al., WACV 2024, appendix A.1), with padding: a place sees 33 x 33 pixels. Grid of stride 4.
    "small": [(128, 4, 3, 1), (256, 4, 3, 1), (256, 3, 1, 1), (0, 4, 0, 1)],
    # None of the paper's: two convolutions more, 2 and 4 places apart; 81 x 81 pixels.
    "far": [(128, 4, 3, 1), (256, 4, 3, 1), (256, 3, 1, 1), (256, 3, 2, 2), (256, 3, 4, 4), (0, 4, 0, 1)],
    # And one more, 8 places apart; 145 x 145 pixels.
    "wide": [
        *[(128, 4, 3, 1), (256, 4, 3, 1), (256, 3, 1, 1), (256, 3, 2, 2), (256, 3, 4, 4), (256, 3, 8, 8)],
        (0, 4, 0, 1),
    ],
}


def network(name: str, channels: int) -> nn.Module:
    """A network by name, with so many channels of output: on a grid of 64 x 64 places, "deep" of 32 x 32."""
    kind, width = named(name)
    return deep(width, channels) if kind == "deep" else patch_network(kind, width, channels)


def named(name: str) -> tuple[str, float]:
    """Kind and width of a network."""
    found = re.fullmatch(r"(small|far|wide|deep)(\d*\.?\d+)", name)
    if not found:
        raise ValueError(f'Cannot make a network "{name}": name a kind and its width, such as far.25')
    return found[1], float(found[2])


def grid_of(name: str) -> int:
    """Places a side of a network's output."""
    return 32 if named(name)[0] == "deep" else 64


def patch_network(kind: str, width: float, channels: int) -> nn.Module:
    """A patch description network: two convolutions with poolings behind them, then more without."""
    parts: list[nn.Module] = [Normalised()]
    before = 3
    for i, (inside, kernel, padding, dilation) in enumerate(PLANS[kind]):
        after = channels if inside == 0 else max(1, round(inside * width))
        parts.append(nn.Conv2d(before, after, kernel, 1, padding, dilation))
        before = after
        if inside > 0:
            parts.append(nn.ReLU())
        if i < 2:
            parts.append(nn.AvgPool2d(2, 2, 1))
    return nn.Sequential(*parts).apply(begin_as_he)


def deep(width: float, channels: int, blocks: int = 4) -> nn.Module:
    """Convolutions of stride 2 down to stride 8 and residual blocks there: large patches for little work.

    None of the paper's.
    """
    a, b, c = [max(8, round(inside * width)) for inside in (64, 128, 256)]
    strided = [
        layer for before, after in ((3, a), (a, b), (b, c)) for layer in (nn.Conv2d(before, after, 4, 2, 1), nn.ReLU())
    ]
    made = nn.Sequential(Normalised(), *strided, *[Residual(c) for _ in range(blocks)], nn.Conv2d(c, channels, 1))
    made.apply(begin_as_he)
    for block in made:
        if isinstance(block, Residual):
            nn.init.zeros_(block.second.weight)
    return made


def autoencoder(channels: int, grid: int) -> nn.Module:
    """The autoencoder of Batzner et al. (WACV 2024, appendix A.1): the whole picture through a code of one place."""
    parts: list[nn.Module] = [Normalised()]
    for before, after in ((3, 32), (32, 32), (32, 64), (64, 64), (64, 64)):
        parts += [nn.Conv2d(before, after, 4, 2, 1), nn.ReLU()]
    parts.append(nn.Conv2d(64, 64, 8))
    # For the coarser grid without the finest step.
    for side in (3, 8, 15, 32, 63) if grid <= 32 else (3, 8, 15, 32, 63, 127):
        parts += [nn.Upsample((side, side), mode="bilinear"), nn.Conv2d(64, 64, 4, 1, 2), nn.ReLU(), nn.Dropout(0.2)]
    parts += [nn.Upsample((grid, grid), mode="bilinear"), nn.Conv2d(64, 64, 3, 1, 1), nn.ReLU()]
    return nn.Sequential(*parts, nn.Conv2d(64, channels, 3, 1, 1)).apply(begin_as_he)


class Normalised(nn.Module):
    """Images by ImageNet's mean and deviation."""

    def __init__(self) -> None:
        super().__init__()
        for name, values in (("mean", [0.485, 0.456, 0.406]), ("deviation", [0.229, 0.224, 0.225])):
            self.register_buffer(name, torch.tensor(values)[:, None, None], persistent=False)

    def forward(self, image: Tensor) -> Tensor:
        return (image - self.mean) / self.deviation


class Residual(nn.Module):
    """Two 3 x 3 convolutions whose result is added; at first they add nothing."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(channels, channels, 3, 1, 1)
        self.second = nn.Conv2d(channels, channels, 3, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(x + self.second(F.relu(self.first(x))))


def begin_as_he(module: nn.Module) -> None:
    """Weights of He et al. (ICCV 2015), biases of 0."""
    if isinstance(module, nn.Conv2d):
        nn.init.normal_(module.weight, 0, math.sqrt(2 / module.weight[0].numel()))
        nn.init.zeros_(module.bias)
