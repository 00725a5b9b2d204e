/** Rare defects that occur in the test set alone (Fig. 4 of the paper). @module */
import type { Random } from "../../base/tensor/random.ts";
import { bell, lobes, phase, sign, uniform } from "./draw.ts";
import { scaled, withSide } from "./logical.ts";
import type { PartSpec, Patch, Point, Wire } from "./spec.ts";

/** A burned solder dot, with soot around it. */
export function burnedDot(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const soot: Patch = {
    shape: "patch",
    x: solder.x,
    y: solder.y,
    rx: solder.rx * scaled(severity, 1.1, 1.35),
    ry: solder.ry * scaled(severity, 1.1, 1.35),
    lobes: lobes(random, 0.08),
    colour: [58, 52, 44],
    alpha: scaled(severity, 0.25, 0.8),
    softness: 14,
    texture: 6,
    coarse: true,
    edge: 0,
    shadow: 0,
    phase: phase(random),
  };
  const burned = { ...solder, burn: scaled(severity, 0.4, 1), rough: scaled(severity, 0.2, 0.9) };
  return { ...withSide(part, side, part.wires[side], burned), under: [...part.under, soot] };
}

/** A burned wire. */
export function burnedWire(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const burn = {
    at: uniform(random, 0.15, 0.85),
    reach: scaled(severity, 0.2, 0.7),
    strength: scaled(severity, 0.5, 1),
  };
  return withSide(part, side, { ...part.wires[side], burn });
}

/** A wire that nothing needs, loose on the piezo or from a dot to nowhere. */
export function extraWire(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const model = part.wires[side], solder = part.solders[side];
  const loose = random.below(2) === 0;
  const step = scaled(severity, 12, 52);
  let heading = uniform(random, 0.25, Math.PI - 0.25);
  const start: Point = loose
    ? [256 + bell(random, 60), 260 + bell(random, 45)]
    : [solder.x + 0.3 * solder.rx * sign(random), solder.y + 0.8 * solder.ry];
  const points: Point[] = [start];
  for (let k = 0; k < 4; k++) {
    const [x, y] = points[k];
    points.push([x + Math.cos(heading) * step, y + Math.sin(heading) * step]);
    heading += bell(random, 0.5);
  }
  const wire: Wire = { ...model, points, fade: loose ? 0.5 : 6, sheen: uniform(random, 0, 50) };
  return { ...part, wires: [...part.wires, wire] };
}
