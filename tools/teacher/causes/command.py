"""What both commands are told, and how much they do."""

import argparse
import pathlib
import sys
import time
from typing import NamedTuple

import torch

BACKBONE = pathlib.Path(__file__).parents[3] / "lib/method/backbone/efficientnet_lite0.onnx"
BEGUN = time.monotonic()


class Scale(NamedTuple):
    """How much is drawn and judged."""

    textures: int  # in the bank that shapes are filled from
    shapes: int  # the most in one drawn picture
    drawn: int  # pictures that teachers learn from
    unseen: int  # drawn pictures, and as many parts at most, that tell how much a teacher explains
    fit: int  # good pictures of each set that detectors and students learn from
    bank: int  # patches that PatchCore keeps
    seconds: float  # of a distillation for which none are said
    steps: int | None  # the most steps of a student


FULL = Scale(textures=384, shapes=120, drawn=16000, unseen=256, fit=200, bank=1500, seconds=130, steps=None)
QUICK = Scale(textures=8, shapes=10, drawn=4, unseen=4, fit=8, bank=50, seconds=2, steps=2)


def parser(description: str) -> argparse.ArgumentParser:
    """The options that both commands have."""
    options = argparse.ArgumentParser(description=description)
    options.add_argument("--pictures", required=True, type=pathlib.Path, help="the folder that pictures.ts wrote")
    options.add_argument("--backbone", default=BACKBONE, type=pathlib.Path, help="EfficientNet-Lite0 as ONNX")
    options.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    options.add_argument("--quick", action="store_true", help="a little of everything, to see that it runs")
    return options


def begin(device: str) -> torch.device:
    """The device, with the settings of its libraries: products of 10 bits of mantissa are enough here."""
    torch.backends.cuda.matmul.allow_tf32 = True
    torch.backends.cudnn.allow_tf32 = True
    torch.backends.cudnn.benchmark = True
    return torch.device(device)


def say(*words: object) -> None:
    """Tells how far it is, with the seconds since the start, beside what is printed as the result."""
    print(f"[{time.monotonic() - BEGUN:6.1f}]", *words, file=sys.stderr, flush=True)
