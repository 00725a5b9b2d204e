"""From what a student misses to maps, and from maps to AUROC: as the paper has it, and in other ways.

Residuals are f32[N,C,h,w]: teacher less student, which is local, and autoencoder less student, which is global.
"""

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from judge import auroc, smoothed, smoothing_of
from student import Trained


class Residuals(NamedTuple):
    """Of some pictures."""

    local: Tensor
    wide: Tensor  # the global ones


@torch.no_grad()
def residuals_of(trained: Trained, pictures: Tensor) -> Residuals:
    """What is missed in pictures, u8[N,3,256,256]."""
    local, wide = [], []
    for some in pictures.split(16):
        image = some.float() / 255
        answer, (first, second) = trained.teacher(image), trained.student(image).chunk(2, 1)
        local.append(answer - first)
        wide.append(trained.autoencoder(image) - second)
    return Residuals(torch.cat(local), torch.cat(wide))


# From residuals of good pictures that were held out of the training to a function from residuals to maps, f32[N,h,w].
Measure = Callable[[Tensor], Callable[[Tensor], Tensor]]


def squared(_held: Tensor) -> Callable[[Tensor], Tensor]:
    """The mean square of the channels, as the paper has it."""
    return lambda residuals: residuals.square().mean(1)


def by_channel(held: Tensor) -> Callable[[Tensor], Tensor]:
    """Each channel by what it misses in good pictures."""
    usual = held.square().mean((0, 2, 3), keepdim=True).clamp_min(1e-9)
    return lambda residuals: (residuals.square() / usual).mean(1)


def whitened(held: Tensor) -> Callable[[Tensor], Tensor]:
    """Mahalanobis' distance by the covariance of the channels over good pictures, all places together."""
    channels = held.shape[1]
    rows = held.permute(0, 2, 3, 1).reshape(-1, channels)
    mean = rows.mean(0)
    covariance = (rows - mean).T @ (rows - mean) / len(rows)
    covariance += 0.01 * rows.var() * torch.eye(channels, device=held.device)
    white = torch.linalg.inv(torch.linalg.cholesky(covariance))

    def measure(residuals: Tensor) -> Tensor:
        away = residuals - mean[:, None, None]
        return torch.cat([
            torch.einsum("dc,nchw->ndhw", white, some).square().mean(1) for some in away.split(16)
        ])

    return measure


MEASURES: dict[str, Measure] = {"squared": squared, "by channel": by_channel, "whitened": whitened}


def normalised(held: Tensor, maps: Tensor) -> Tensor:
    """Maps at 0 and 0.1 at the quantiles 0.9 and 0.995 of held-out good ones (Batzner et al., WACV 2024, Sec. 3.4)."""
    low, high = torch.quantile(held, 0.9), torch.quantile(held, 0.995)
    return 0.1 * (maps - low) / (high - low)


def by_place(good: Tensor, maps: Tensor) -> Tensor:
    """Maps by what good pictures have at the same place: less their mean, by their deviation, all smoothed.

    A student knows patches and no places. Few pictures tell a variance only together with that of the places around.
    """
    sigma = smoothing_of(good.shape[-1])
    good, maps = smoothed(good, sigma), smoothed(maps, sigma)
    mean = good.mean(0)
    variance = smoothed((good - mean).square().mean(0)[None], 2 * sigma)[0]
    return smoothed((maps - mean) / variance.sqrt(), sigma)


def largest(maps: Tensor) -> Tensor:
    """The score of each picture: its largest value."""
    return maps.amax((1, 2))


def mean_of_top(maps: Tensor) -> Tensor:
    """The score of each picture: the mean of its largest 0.5 %."""
    values = maps.flatten(1)
    return values.topk(max(1, values.shape[1] // 200)).values.mean(1)


class Maps(NamedTuple):
    """Maps of the same kind of three sets of pictures."""

    held: Tensor  # good ones that were held out of the training
    learned: Tensor  # good ones of the training
    test: Tensor


# From maps to the scores of the test.
SCORES: dict[str, Callable[[Maps], Tensor]] = {
    "largest": lambda maps: largest(maps.test),
    "top": lambda maps: mean_of_top(maps.test),
    "smoothed": lambda maps: largest(smoothed(maps.test, smoothing_of(maps.test.shape[-1]))),
    "by place": lambda maps: largest(by_place(maps.held, maps.test)),
    "by place of all": lambda maps: largest(by_place(torch.cat([maps.held, maps.learned]), maps.test)),
}


def judge_maps(held: Residuals, learned: Residuals, test: Residuals, good: int) -> dict[tuple[str, str], list[float]]:
    """AUROC of the local, the global and the joint map by measure and score; good pictures are first in the test."""
    figures = {}
    for name, measure in MEASURES.items():
        both = []
        for own in zip(held, learned, test, strict=True):
            of = measure(own[0])
            both.append(Maps(*[of(residuals) for residuals in own]))
        local, wide = both
        joint = Maps(*[
            0.5 * normalised(local.held, a) + 0.5 * normalised(wide.held, b) for a, b in zip(local, wide, strict=True)
        ])
        for way, score in SCORES.items():
            figures[name, way] = [auroc(score(maps), good) for maps in (local, wide, joint)]
    return figures
