"""Trains a student and an autoencoder beside a teacher, as EfficientAD does (Batzner et al., WACV 2024, Sec. 3)."""

import math
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Generator, Tensor, nn

from drawn import augmented, cut, grey_of, uniform, whole
from networks import autoencoder, network
from sets import through

# Images, f32[N,3,H,W] from 0 to 1, to features f32[N,C,grid,grid].
See = Callable[[Tensor], Tensor]


class Training(NamedTuple):
    """How a student is trained; the paper has 70,000 steps, `hard` 0.999 and pictures of ImageNet as the penalty."""

    steps: int = 2000
    batch: int = 1
    hard: float = 0.0  # only the differences above this quantile count
    penalty: str = "negative"  # what the student must not answer as the teacher does: "negative", "drawn" or "none"
    rate: float = 1e-3
    decay: str = "step"  # or "cosine"
    seed: int = 0


class Trained(NamedTuple):
    """What a training leaves. The student's first half of channels follows the teacher, the second the autoencoder."""

    teacher: See  # channels at mean 0 and deviation 1 over the good pictures
    student: nn.Module
    autoencoder: nn.Module


def train(see: See, name: str, good: Tensor, drawn: Tensor, training: Training) -> Trained:
    """Trains the student of that name.

    see: the teacher. good: u8[N,3,256,256]. drawn: pictures for the penalty of that name, alike.
    """
    device = good.device
    torch.manual_seed(training.seed)
    generator = Generator(device).manual_seed(training.seed)
    features = through(see, good)
    mean, deviation = features.mean((0, 2, 3), keepdim=True), features.std((0, 2, 3), keepdim=True).clamp_min(1e-6)
    _, channels, grid, _ = features.shape
    del features

    def teacher(image: Tensor) -> Tensor:
        return (see(image) - mean) / deviation

    student, auto = network(name, 2 * channels).to(device), autoencoder(channels, grid).to(device)
    weights = [*student.parameters(), *auto.parameters()]
    optimiser = torch.optim.Adam(weights, weight_decay=1e-5, fused=device.type == "cuda")
    order = torch.cat([
        torch.randperm(len(good), generator=Generator().manual_seed(training.seed + i))
        for i in range(math.ceil(training.steps * training.batch / len(good)))
    ])
    for step in range(training.steps):
        chosen = order[step * training.batch : (step + 1) * training.batch].to(device)
        image = good[chosen].float() / 255
        changed = in_other_light(image, generator)
        with torch.no_grad():
            answer, answer_changed = teacher(torch.cat([image, changed])).chunk(2)
        others = penalty_pictures(training.penalty, image, drawn, generator)
        # The student sees all at once: the pictures, what it must not answer, and the pictures in another light.
        seen = student(torch.cat([image, *others, changed]))
        rebuilt = auto(changed)
        loss = hardest((answer - seen[: len(image), :channels]).square(), training.hard)
        if others:
            loss = loss + seen[len(image) : -len(image), :channels].square().mean()
        loss = loss + (answer_changed - rebuilt).square().mean()
        loss = loss + (rebuilt - seen[-len(image) :, channels:]).square().mean()
        for group in optimiser.param_groups:
            group["lr"] = training.rate * rate_at(step, training)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
    return Trained(teacher, student.eval().requires_grad_(False), auto.eval().requires_grad_(False))


def rate_at(step: int, training: Training) -> float:
    """What the rate is multiplied by: the paper's tenth for the last twentieth, or a cosine."""
    if training.decay == "step":
        return 1.0 if step < 0.95 * training.steps else 0.1
    return min(1, (step + 1) / 50) * (0.5 * (1 + math.cos(math.pi * step / training.steps)) + 0.01)


def hardest(squares: Tensor, hard: float) -> Tensor:
    """The mean of the squared differences above a quantile (Batzner et al., Eq. 1), of all for 0."""
    if hard == 0:
        return squares.mean()
    values = squares.flatten()
    return values.topk(max(1, int((1 - hard) * len(values)))).values.mean()


def in_other_light(image: Tensor, generator: Generator) -> Tensor:
    """Brightness, contrast or saturation times 0.8 to 1.2, as the paper changes what the autoencoder sees."""
    each = (len(image), 1, 1, 1)
    kind, factor = whole(generator, 3, *each), 0.8 + 0.4 * uniform(generator, *each)
    grey = grey_of(image)
    without = torch.where(kind == 0, 0.0, torch.where(kind == 1, grey.mean((2, 3), keepdim=True), grey))
    return (factor * image + (1 - factor) * without).clamp(0, 1)


def penalty_pictures(penalty: str, image: Tensor, drawn: Tensor, generator: Generator) -> list[Tensor]:
    """As many pictures of something else, in one batch; no batch for "none"."""
    if penalty == "none":
        return []
    if penalty == "drawn":
        chosen = (uniform(generator, len(image)) * len(drawn)).long()
        return [augmented(drawn[chosen], generator)]
    return [negatives(image, generator)]


def negatives(image: Tensor, generator: Generator) -> Tensor:
    """Quarters of good pictures, enlarged, turned by right angles, mirrored or not, light for dark."""
    count = len(image)
    angle = whole(generator, 4, count) * (math.pi / 2)
    mirror = torch.where(uniform(generator, count) < 0.5, 1.0, -1.0)
    moved = [uniform(generator, count) - 0.5 for _ in range(2)]
    half = torch.full((count,), 0.5, device=image.device)
    return 1 - cut(image, half, angle, mirror, moved, "border")
