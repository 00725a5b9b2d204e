"""Trains students under the settings of SETTINGS and prints AUROC of their local, global and joint maps.

    python tools/teacher/causes/students.py --pictures DIR --teachers teachers.pt
    python tools/teacher/causes/students.py --pictures DIR --only cosine

The teacher is the backbone or one that distil.py made. A tenth of the good pictures is held out of the training: maps
are normalised by them. Beside the paper's maps stand those by channel, whitened and by place (maps.py).
"""

import pathlib
import time

import torch
from torch import Generator

import command
from backbone import open_backbone, seen_at_once, seen_twice
from command import FULL, QUICK, say
from drawn import draw_pool
from maps import judge_maps, residuals_of
from networks import grid_of
from sets import SIDE, read_judged
from student import See, Training, train
from teachers import read_teachers

# Teacher, student, and what of the training differs from the defaults. For each teacher of --teachers there is a
# student like it, too.
SETTINGS: list[tuple[str, str, dict]] = [
    # The student's size and patches.
    ("backbone", "small.25", {}),
    ("backbone", "far.25", {}),
    ("backbone", "deep.35", {}),
    ("backbone", "deep.5", {}),
    ("backbone", "deep1", {}),
    # What the backbone sees.
    ("backbone x2", "deep.5", {}),
    # Chance.
    ("backbone", "deep.5", {"seed": 1}),
    # Steps.
    ("backbone", "deep.5", {"steps": 500}),
    ("backbone", "deep.5", {"steps": 500, "batch": 4, "decay": "cosine", "rate": 2e-3}),
    ("backbone", "deep.5", {"steps": 4000, "decay": "cosine"}),
    ("backbone", "deep.5", {"decay": "cosine"}),
    ("backbone", "deep.5", {"decay": "cosine", "rate": 2e-3}),
    # The loss.
    ("backbone", "deep.5", {"hard": 0.999}),
    ("backbone", "deep.5", {"penalty": "none"}),
    ("backbone", "deep.5", {"penalty": "drawn"}),
]
DRAWN = 512


def main() -> None:
    options = command.parser(__doc__.split("\n", 1)[0])
    options.add_argument("--teachers", type=pathlib.Path, help="a file of distil.py")
    options.add_argument("--only", default="", help="the settings whose names have this in them")
    given = options.parse_args()
    scale = QUICK if given.quick else FULL
    device = command.begin(given.device)
    backbone = open_backbone(given.backbone, device)
    teachers = read_teachers(given.teachers, device)[0] if given.teachers else {}
    settings = SETTINGS + [(name, name.removesuffix("x2"), {}) for name in teachers]
    named = {name_of(*setting): setting for setting in settings if given.only in name_of(*setting)}
    if not named:
        raise SystemExit(f'Cannot train as no setting has "{given.only}" in its name')
    judged = read_judged(given.pictures, scale.fit, device)
    drawn = draw_pool(
        min(DRAWN, scale.drawn),
        SIDE,
        textured=scale.textures,
        most=scale.shapes,
        generator=Generator(device).manual_seed(1),
    )

    def see_as(teacher: str, student: str) -> See:
        if teacher == "backbone":
            return seen_at_once(backbone, grid_of(student))
        return seen_twice(backbone, grid_of(student)) if teacher == "backbone x2" else teachers[teacher]

    print("teacher: student, training | pictures | residuals | score | local | global | joint")
    for name, (teacher, student, changes) in named.items():
        training = Training(**changes)
        training = training._replace(steps=min(training.steps, scale.steps or training.steps))
        for set_name, (fit, test, good) in judged.items():
            begin = time.monotonic()
            order = torch.randperm(len(fit), generator=Generator().manual_seed(training.seed)).to(device)
            held, learned = fit[order[: max(2, len(fit) // 10)]], fit[order[max(2, len(fit) // 10) :]]
            trained = train(see_as(teacher, student), student, learned, drawn, training)
            residuals = [residuals_of(trained, pictures) for pictures in (held, learned, test)]
            for kind, figures in judge_maps(*residuals, good).items():
                print(name, set_name, *kind, *[f"{figure:.1f}" for figure in figures], sep=" | ", flush=True)
            say(f"{name}, {set_name}: {time.monotonic() - begin:.1f} s")


def name_of(teacher: str, student: str, changes: dict) -> str:
    """The name of a setting."""
    return ", ".join([f"{teacher}: {student}", *[f"{key} {value}" for key, value in changes.items()]])


if __name__ == "__main__":
    main()
