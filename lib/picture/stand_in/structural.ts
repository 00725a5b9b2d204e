/** Structural defects: damage, pollution, burns. @module */
import type { Random } from "../../base/tensor/random.ts";
import { bell, chance, lobes, phase, pick, sign, uniform } from "./draw.ts";
import { placeOnMiddle, scratch } from "./good_part.ts";
import { DISC } from "./layout.ts";
import { scaled } from "./logical.ts";
import type { Ball, Mark, PartSpec, Patch, Point, Stroke } from "./spec.ts";

/** A scratch that is longer or deeper than allowed. */
export function deepScratch(part: PartSpec, severity: number, random: Random): PartSpec {
  const [x, y] = placeOnMiddle(random, 0.7);
  const length = scaled(severity, 55, 210) * uniform(random, 0.8, 1.2);
  const mark = scratch(random, x, y, length, scaled(severity, 1.3, 3.4), scaled(severity, 0.7, 1));
  return { ...part, under: [...part.under, { ...mark, broken: 0.3 }] };
}

/** A crack that starts at the edge of the piezo. */
export function crack(part: PartSpec, severity: number, random: Random): PartSpec {
  const from = uniform(random, 0, 2 * Math.PI);
  let x = DISC.x + Math.cos(from) * (DISC.r - 2), y = DISC.y + Math.sin(from) * (DISC.r - 2);
  let heading = from + Math.PI + bell(random, 0.45);
  const step = scaled(severity, 8, 22);
  const points: Point[] = [[x, y]];
  for (let k = 0; k < 9; k++) {
    heading += bell(random, 0.2);
    x += Math.cos(heading) * step;
    y += Math.sin(heading) * step;
    points.push([x, y]);
  }
  const line = (points: Point[], width: number): Stroke => ({
    shape: "stroke",
    points,
    width,
    tone: 50,
    alpha: scaled(severity, 0.55, 0.95),
    flank: scaled(severity, 10, 30),
    broken: 0.35,
  });
  const width = scaled(severity, 0.8, 2.1);
  const cracks = [line(points, width)];
  if (severity > 0.5) {
    const [bx, by] = points[4];
    const turn = heading + 0.7 * sign(random);
    cracks.push(line([[bx, by], [bx + Math.cos(turn) * step * 2, by + Math.sin(turn) * step * 2]], width * 0.8));
  }
  return { ...part, under: [...part.under, ...cracks] };
}

/** Balls of solder beside a dot or anywhere on the piezo. */
export function solderBalls(part: PartSpec, severity: number, random: Random): PartSpec {
  const count = 1 + random.below(severity > 0.3 ? 3 : 2);
  const balls = Array.from({ length: count }, (): Ball => {
    const solder = pick(random, part.solders);
    const angle = uniform(random, 0, 2 * Math.PI), far = uniform(random, 1.25, 1.9);
    const near: Point = [solder.x + Math.cos(angle) * far * solder.rx, solder.y + Math.sin(angle) * far * solder.ry];
    const [x, y] = chance(random, 0.6) && inDisc(near, 10) ? near : placeOnMiddle(random, 0.9);
    return { shape: "ball", x, y, r: scaled(severity, 2, 8.5) * uniform(random, 0.75, 1.15), alpha: 0.97 };
  });
  return { ...part, over: [...part.over, ...balls] };
}

function inDisc([x, y]: Point, margin: number): boolean {
  return Math.hypot(x - DISC.x, y - DISC.y) < DISC.r - margin;
}

/** A patch with what most patches share. */
function patch(random: Random, [x, y]: Point, rx: number, ry: number, rest: Partial<Patch>): Patch {
  return {
    shape: "patch",
    x,
    y,
    rx,
    ry,
    lobes: lobes(random, 0.22),
    colour: [120, 120, 120],
    alpha: 1,
    softness: 1.5,
    texture: 10,
    coarse: false,
    edge: 0,
    shadow: 0,
    phase: phase(random),
    ...rest,
  };
}

/** Solder paste where none belongs: grey and grainy, near a dot, or on a wire. */
export function solderPaste(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const size = scaled(severity, 5, 22);
  const wire = part.wires[side].points;
  const onWire = chance(random, 0.35);
  const angle = uniform(random, 0.2, Math.PI - 0.2);
  const place: Point = onWire
    ? wire[1 + random.below(3)]
    : [solder.x + Math.cos(angle) * (solder.rx + size * 0.8), solder.y + Math.sin(angle) * (solder.ry + size * 0.8)];
  const paste = patch(random, place, size * uniform(random, 0.8, 1.4), size * uniform(random, 0.6, 1), {
    colour: [104, 106, 107],
    alpha: scaled(severity, 0.65, 1),
    texture: 26,
    shadow: 20,
    edge: 16,
  });
  return { ...part, over: [...part.over, paste] };
}

/** Plastic: a flake, clear or coloured, or a fibre. */
export function plastic(part: PartSpec, severity: number, random: Random): PartSpec {
  const place = placeOnMiddle(random, 1.05);
  if (chance(random, 0.4)) return { ...part, over: [...part.over, fibre(random, place, severity)] };
  const size = scaled(severity, 4, 22);
  const colour = pick(
    random,
    [[214, 216, 210], [58, 60, 64], [92, 112, 138], [150, 132, 104], [176, 184, 180]] as const,
  );
  const flake = patch(random, place, size * uniform(random, 0.7, 1.5), size * uniform(random, 0.5, 0.9), {
    colour,
    alpha: scaled(severity, 0.45, 0.9),
    texture: 4,
    coarse: true,
    edge: 30,
    shadow: scaled(severity, 10, 28),
  });
  return { ...part, over: [...part.over, flake] };
}

function fibre(random: Random, [x, y]: Point, severity: number): Stroke {
  const step = scaled(severity, 6, 22);
  let heading = uniform(random, 0, 2 * Math.PI);
  const turn = bell(random, 0.35);
  const points: Point[] = [[x, y]];
  for (let k = 0; k < 6; k++) {
    heading += turn + bell(random, 0.4);
    const [px, py] = points[k];
    points.push([px + Math.cos(heading) * step, py + Math.sin(heading) * step]);
  }
  const tone = chance(random, 0.6) ? uniform(random, 48, 80) : uniform(random, 215, 235);
  return { shape: "stroke", points, width: scaled(severity, 1, 2.4), tone, alpha: 0.9, flank: 8, broken: 0.15 };
}

/** A shaving of metal: bright, angular, with a shadow. */
export function metal(part: PartSpec, severity: number, random: Random): PartSpec {
  const place = placeOnMiddle(random, 1.1);
  const size = scaled(severity, 4, 19);
  const shaving = patch(random, place, size * uniform(random, 0.9, 1.7), size * uniform(random, 0.3, 0.7), {
    lobes: lobes(random, 0.3, [2, 3, 4, 6]),
    colour: [168, 172, 176],
    texture: 38,
    coarse: chance(random, 0.5),
    edge: 50,
    shadow: scaled(severity, 22, 45),
    softness: 1,
  });
  return { ...part, over: [...part.over, shaving] };
}

/** A burned area under a solder dot. */
export function burn(part: PartSpec, severity: number, random: Random): PartSpec {
  const solder = pick(random, part.solders);
  const angle = uniform(random, 0.3, Math.PI - 0.3);
  const place: Point = [solder.x + Math.cos(angle) * solder.rx * 0.7, solder.y + Math.sin(angle) * solder.ry * 0.75];
  const size = scaled(severity, 19, 36);
  const mark = patch(random, place, size * 1.2, size, {
    lobes: lobes(random, 0.1),
    colour: [56, 51, 46],
    alpha: scaled(severity, 0.35, 0.92),
    softness: scaled(severity, 12, 7),
    texture: 9,
    coarse: true,
  });
  return { ...part, under: [...part.under, mark] };
}

/** A piece broken off the edge of the piezo: the membrane shines through, the rim of the break is rough. */
export function brokenEdge(part: PartSpec, severity: number, random: Random): PartSpec {
  const angle = uniform(random, -Math.PI, Math.PI);
  const size = scaled(severity, 6, 30);
  const at = (r: number, turn = 0): Point => [
    DISC.x + Math.cos(angle + turn) * r,
    DISC.y + Math.sin(angle + turn) * r,
  ];
  const chips: Mark[] = [
    patch(random, at(DISC.r - size * 0.35), size * uniform(random, 0.8, 1.3), size * uniform(random, 0.7, 1), {
      lobes: lobes(random, 0.26, [2, 3, 4, 5, 7, 9]),
      colour: [158, 160, 158],
      texture: 30,
      coarse: true,
      edge: 58,
      shadow: 30,
      softness: 1,
    }),
  ];
  if (severity > 0.4) {
    chips.push(patch(random, at(DISC.r - size * 1.2, 0.08 * sign(random)), size * 0.35, size * 0.28, {
      colour: [74, 75, 72],
      texture: 20,
      edge: 50,
      shadow: 16,
    }));
  }
  return { ...part, under: [...part.under, ...chips] };
}
