"""Teachers: what they learn, and the file that keeps them.

A teacher's name is that of its network, with "x2" behind it where the backbone saw pictures at twice the size.
"""

import pathlib
from collections.abc import Iterable
from typing import NamedTuple

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from backbone import CHANNELS, Backbone, joined, twice
from networks import grid_of, network

# Mean and deviation by channel, of each layer.
Standards = list[tuple[Tensor, Tensor]]


class Target(NamedTuple):
    """What a teacher learns to give: the backbone's features on its grid."""

    doubled: bool  # whether the backbone sees pictures at twice the size
    grid: int  # places a side


def target_of(name: str) -> Target:
    """What a teacher of that name learns."""
    return Target(name.endswith("x2"), grid_of(name.removesuffix("x2")))


def new_teacher(name: str) -> nn.Module:
    """Its network, not yet trained."""
    return network(name.removesuffix("x2"), CHANNELS)


def layers_of(backbone: Backbone, image: Tensor, doubled: bool) -> list[Tensor]:
    """The backbone's layers of images, or of these at twice the size."""
    return backbone(twice(image) if doubled else image)


@torch.no_grad()
def measure_standards(backbone: Backbone, batches: Iterable[Tensor], doubled: bool) -> Standards:
    """Means and deviations of the layers over images (Batzner et al., WACV 2024, appendix A.2)."""
    moments: list[list[Tensor]] = []
    for image in batches:
        layers = layers_of(backbone, image, doubled)
        moments.append([torch.stack([layer.mean((0, 2, 3)), layer.square().mean((0, 2, 3))]) for layer in layers])
    standards = []
    for layer in zip(*moments, strict=True):
        mean, square = torch.stack(layer).mean(0)
        standards.append((mean, (square - mean.square()).clamp_min(1e-8).sqrt()))
    return standards


@torch.no_grad()
def answer(backbone: Backbone, standards: Standards, image: Tensor, target: Target) -> Tensor:
    """What a teacher should give for images: f32[N,152,grid,grid], channels about 0 with deviation 1."""
    layers = [
        (layer - mean[:, None, None]) / deviation[:, None, None]
        for layer, (mean, deviation) in zip(layers_of(backbone, image, target.doubled), standards, strict=True)
    ]
    # At twice the size the backbone's finer layer has 64 places a side.
    features = joined(layers, 64 if target.doubled else target.grid)
    return features if features.shape[-1] == target.grid else F.avg_pool2d(features, 2)


def write_teachers(path: pathlib.Path, teachers: dict[str, nn.Module], standards: dict[bool, Standards]) -> None:
    """All teachers and what their targets are normalised by, in one file."""
    states = {name: teacher.state_dict() for name, teacher in teachers.items()}
    torch.save({"teachers": states, "standards": standards}, path)


def read_teachers(path: pathlib.Path, device: torch.device) -> tuple[dict[str, nn.Module], dict[bool, Standards]]:
    """The teachers of a file, ready to be looked through, and their standards."""
    stored = torch.load(path, map_location=device, weights_only=True)
    teachers = {}
    for name, state in stored["teachers"].items():
        teachers[name] = new_teacher(name).to(device)
        teachers[name].load_state_dict(state)
        teachers[name].eval().requires_grad_(False)
    return teachers, stored["standards"]
