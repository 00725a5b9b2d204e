"""Reads the pictures that pictures.ts wrote."""

import json
import pathlib
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

SIDE = 256


class Judged(NamedTuple):
    """A set of pictures that detectors are judged on."""

    fit: Tensor  # u8[F,3,256,256], good
    test: Tensor  # u8[T,3,256,256], the good ones first
    good: int  # how many of those of the test are good


def read_set(folder: pathlib.Path, name: str, device: torch.device) -> Tensor:
    """All pictures of a set: u8[N,3,256,256]."""
    pixels = np.fromfile(folder / f"{name}.u8", np.uint8).reshape(-1, SIDE, SIDE, 3)
    return torch.from_numpy(pixels).to(device).permute(0, 3, 1, 2).contiguous()


def read_judged(folder: pathlib.Path, fit: int, device: torch.device) -> dict[str, Judged]:
    """The sets that have bad pictures. The first good ones are learned from, all others are of the test."""
    counts = json.loads((folder / "sets.json").read_text())
    judged = {}
    for name in [name for name, count in counts.items() if count["bad"] > 0]:
        pictures = read_set(folder, name, device)
        judged[name] = Judged(pictures[:fit], pictures[fit:], counts[name]["good"] - fit)
    return judged


@torch.no_grad()
def through(see: Callable[[Tensor], Tensor], pictures: Tensor) -> Tensor:
    """What a network sees in many pictures, u8[N,3,H,W], which it takes as f32 from 0 to 1, 16 at a time."""
    return torch.cat([see(some.float() / 255) for some in pictures.split(16)])
