"""What features are worth: AUROC of PatchCore and PaDiM, fitted on good pictures."""

import numpy as np
import torch
import torch.nn.functional as F
from scipy.stats import rankdata
from torch import Tensor


def auroc(scores: Tensor, good: int) -> float:
    """In percent, of scores whose first `good` are those of good pictures: ties count half."""
    ranks = rankdata(scores.double().cpu().numpy())
    bad = len(ranks) - good
    return float(100 * (np.sum(ranks[good:]) - bad * (bad + 1) / 2) / (good * bad))


def smoothed(maps: Tensor, sigma: float) -> Tensor:
    """Maps, f32[N,h,w], by a Gaussian."""
    reach = max(1, int(3 * sigma))
    x = torch.arange(-reach, reach + 1, device=maps.device)
    kernel = torch.exp(-(x**2) / (2 * sigma**2))
    kernel = kernel / kernel.sum()
    padded = F.pad(maps[:, None], (reach, reach, reach, reach), mode="replicate")
    return F.conv2d(F.conv2d(padded, kernel[None, None, None]), kernel[None, None, :, None])[:, 0]


def smoothing_of(grid: int) -> float:
    """The deviation, in places, of a Gaussian of 4 pixels of a picture of 256."""
    return 4 * grid / 256


def standardised(fit: Tensor, test: Tensor) -> tuple[Tensor, Tensor]:
    """Features with channels at mean 0 and deviation 1 over the pictures of the fit."""
    mean, deviation = fit.mean((0, 2, 3), keepdim=True), fit.std((0, 2, 3), keepdim=True)
    return (fit - mean) / deviation, (test - mean) / deviation


@torch.no_grad()
def patchcore(fit: Tensor, test: Tensor, good: int, kept: int, among: int = 60_000) -> float:
    """AUROC of PatchCore (Roth et al., CVPR 2022) on features f32[N,C,h,w].

    Of so many patches at random a greedy coreset is kept; a picture's score is its patches' largest distance to that.
    """
    channels = fit.shape[1]
    generator = torch.Generator(fit.device).manual_seed(0)
    patches = neighbourhoods(fit).reshape(-1, channels)
    patches = patches[torch.randperm(len(patches), device=fit.device, generator=generator)[:among]]
    squares = patches.square().sum(1)
    chosen = torch.zeros(kept, dtype=torch.long, device=fit.device)
    nearest = (patches - patches[0]).square().sum(1)
    for i in range(1, kept):
        farthest = nearest.argmax()
        chosen[i] = farthest
        nearest = torch.minimum(nearest, squares + squares[farthest] - 2 * (patches @ patches[farthest]))
    bank = patches[chosen]
    scores = []
    for some in test.split(16):
        seen = neighbourhoods(some)
        maps = torch.cdist(seen.reshape(-1, channels), bank).min(1).values.reshape(seen.shape[:3])
        scores.append(smoothed(maps, smoothing_of(maps.shape[1])).amax((1, 2)))
    return auroc(torch.cat(scores), good)


def neighbourhoods(features: Tensor) -> Tensor:
    """Means over 3 x 3 places, channels behind: f32[N,h,w,C]."""
    return F.avg_pool2d(features, 3, 1, 1, count_include_pad=False).permute(0, 2, 3, 1)


@torch.no_grad()
def padim(fit: Tensor, test: Tensor, good: int) -> float:
    """AUROC of PaDiM (Defard et al., ICPR 2021), a Gaussian for each place, on features f32[N,C,h,w] with all channels.

    Of a grid finer than 32 the means of four places are taken.
    """
    if fit.shape[-1] > 32:
        fit, test = F.avg_pool2d(fit, 2), F.avg_pool2d(test, 2)
    count, channels, height, width = fit.shape
    seen = fit.permute(2, 3, 0, 1).reshape(-1, count, channels)
    mean = seen.mean(1, keepdim=True)
    seen = seen - mean
    # A hundredth of each place's mean variance on the diagonal.
    ridge = 0.01 * torch.eye(channels, device=fit.device) * seen.square().mean((1, 2), keepdim=True).clamp_min(1e-9)
    lower = torch.linalg.cholesky(seen.transpose(1, 2) @ seen / (count - 1) + ridge)
    away = test.permute(2, 3, 1, 0).reshape(height * width, channels, -1) - mean.transpose(1, 2)
    squared = torch.linalg.solve_triangular(lower, away, upper=False).square().sum(1)
    maps = squared.sqrt().reshape(height, width, -1).permute(2, 0, 1)
    return auroc(smoothed(maps, smoothing_of(height)).amax((1, 2)), good)
