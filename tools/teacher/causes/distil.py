"""Distils teachers of several kinds from the backbone, all on the same pictures, and judges their features.

    python tools/teacher/causes/distil.py --pictures DIR --out teachers.pt
    python tools/teacher/causes/distil.py --pictures DIR --out long.pt --teachers deep.5 --begin teachers.pt
        --seconds 270 --drawn 12000 --batch 64 --rate 0.002

The second (one line) goes on with one of the teachers for longer. Three in four pictures are drawn, one in four is a
part of the stand-in. Prints the share of the target's variance that each teacher explains on pictures that it has not
seen, and what PatchCore and PaDiM have on its features beside those of the backbone.
"""

import math
import pathlib
import time

import torch
from torch import Generator, Tensor, nn

import command
from backbone import Backbone, open_backbone, seen_at_once, seen_twice
from command import FULL, QUICK, say
from drawn import augmented, draw_pool, pick
from judge import padim, patchcore, standardised
from sets import SIDE, read_judged, read_set, through
from teachers import Standards, answer, measure_standards, new_teacher, read_teachers, target_of, write_teachers

TEACHERS = "small.25,small.25x2,small.5,small1,far.25,far.25x2,far.5,wide.25,deep.5,deep1"
# Parts that no teacher learns from.
HELD_OUT = 32


def main() -> None:
    options = command.parser(__doc__.split("\n", 1)[0])
    options.add_argument("--out", required=True, type=pathlib.Path, help="the file of the teachers")
    options.add_argument("--teachers", default=TEACHERS, help="their names, with commas between")
    options.add_argument("--begin", type=pathlib.Path, help="a file of teachers that go on learning")
    options.add_argument("--seconds", type=float, help="how long they learn, all together")
    options.add_argument("--drawn", type=int, help="how many pictures are drawn to learn from")
    options.add_argument("--batch", type=int, default=32)
    options.add_argument("--rate", type=float, default=1.5e-3)
    given = options.parse_args()
    scale = QUICK if given.quick else FULL
    device = command.begin(given.device)
    torch.manual_seed(0)
    exact = open_backbone(given.backbone, device)
    fast = open_backbone(given.backbone, device, torch.bfloat16) if device.type == "cuda" else exact
    parts = read_set(given.pictures, "parts", device)
    held_out = min(HELD_OUT, len(parts) // 2)

    def draw(count: int, seed: int) -> Tensor:
        generator = Generator(device).manual_seed(seed)
        return draw_pool(count, SIDE, textured=scale.textures, most=scale.shapes, generator=generator)

    learned = draw(given.drawn or scale.drawn, 1), parts[held_out:]
    unseen = draw(scale.unseen, 2), parts[:held_out]
    say(len(learned[0]), "pictures drawn")

    generator = Generator(device).manual_seed(0)
    batch = min(given.batch, len(learned[0]))
    names = given.teachers.split(",")
    if given.begin:
        begun, standards = read_teachers(given.begin, device)
        teachers = {name: begun[name].train().requires_grad_() for name in names}
    else:
        looks = [augmented(pick(*learned, batch, generator), generator) for _ in range(8)]
        standards = {doubled: measure_standards(fast, looks, doubled) for doubled in (False, True)}
        teachers = {name: new_teacher(name).to(device) for name in names}
    distil(teachers, fast, standards, learned, given.seconds or scale.seconds, batch, given.rate, generator)
    for teacher in teachers.values():
        teacher.eval().requires_grad_(False)
    write_teachers(given.out, teachers, standards)

    print("teacher | explains %")
    for name, share in explained(teachers, exact, standards, unseen, batch).items():
        print(f"{name} | {100 * share:.1f}", flush=True)
    print("features | pictures | PatchCore | PaDiM")
    rows = {"backbone": seen_at_once(exact, 32), "backbone x2": seen_twice(exact, 32), **teachers}
    for set_name, (fit, test, good) in read_judged(given.pictures, scale.fit, device).items():
        for name, see in rows.items():
            features = standardised(through(see, fit), through(see, test))
            figures = patchcore(*features, good, scale.bank), padim(*features, good)
            print(name, set_name, *[f"{figure:.1f}" for figure in figures], sep=" | ", flush=True)


def distil(
    teachers: dict[str, nn.Module],
    backbone: Backbone,
    standards: dict[bool, Standards],
    learned: tuple[Tensor, Tensor],
    seconds: float,
    batch: int,
    rate: float,
    generator: Generator,
) -> None:
    """Trains all teachers on the same batches by AdamW; its rate rises for 200 steps and is a cosine over the time."""
    device = generator.device
    mixed = torch.autocast(device.type, torch.bfloat16, enabled=device.type == "cuda")
    for teacher in teachers.values():
        teacher.to(memory_format=torch.channels_last)
    optimisers = {
        name: torch.optim.AdamW(teacher.parameters(), weight_decay=1e-4, fused=device.type == "cuda")
        for name, teacher in teachers.items()
    }
    targets = {name: target_of(name) for name in teachers}
    running = dict.fromkeys(teachers, 1.0)
    begin, step = time.monotonic(), 0
    while (done := (time.monotonic() - begin) / seconds) < 1:
        now = rate * min(1, (step + 1) / 200) * (0.5 * (1 + math.cos(math.pi * done)) + 0.005)
        image = augmented(pick(*learned, batch, generator), generator)
        wanted = {to: answer(backbone, standards[to.doubled], image, to) for to in set(targets.values())}
        image = image.to(memory_format=torch.channels_last)
        for name, teacher in teachers.items():
            with mixed:
                made = teacher(image)
            loss = (made.float() - wanted[targets[name]]).square().mean()
            for group in optimisers[name].param_groups:
                group["lr"] = now
            optimisers[name].zero_grad(set_to_none=True)
            loss.backward()
            optimisers[name].step()
            if step % 20 == 0:
                running[name] = 0.8 * running[name] + 0.2 * loss.item()
        step += 1
        if step % 400 == 0:
            say("step", step, *[f"{name} {loss:.3f}" for name, loss in running.items()])
    say("distilled in", step, "steps of", batch, "pictures")


@torch.no_grad()
def explained(
    teachers: dict[str, nn.Module],
    backbone: Backbone,
    standards: dict[bool, Standards],
    unseen: tuple[Tensor, Tensor],
    batch: int,
) -> dict[str, float]:
    """The share of the target's variance, by channel, that each teacher explains on pictures that it has not seen."""
    generator = Generator(unseen[0].device).manual_seed(5)
    looks = [augmented(pick(*unseen, batch, generator), generator) for _ in range(8)]
    shares = {}
    for name, teacher in teachers.items():
        target = target_of(name)
        missed = variance = 0.0
        for image in looks:
            wanted = answer(backbone, standards[target.doubled], image, target)
            missed += (teacher(image) - wanted).square().mean().item()
            variance += (wanted - wanted.mean((0, 2, 3), keepdim=True)).square().mean().item()
        shares[name] = 1 - missed / variance
    return shares


if __name__ == "__main__":
    main()
