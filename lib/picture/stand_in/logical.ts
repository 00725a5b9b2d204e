/** Logical defects: solder or wire is where it should not be, or has a shape that it should not have. @module */
import type { Random } from "../../base/tensor/random.ts";
import { bell, chance, lobes, sign, uniform } from "./draw.ts";
import { BENDS, wirePoints } from "./good_part.ts";
import type { PartSpec, Point, Solder, Wire } from "./spec.ts";

/** From `low` at severity 0 to `high` at severity 1. */
export function scaled(severity: number, low: number, high: number): number {
  return low + (high - low) * severity;
}

/** The part with another wire and, where given, another dot on one side. */
export function withSide(part: PartSpec, side: number, wire: Wire | undefined, solder?: Solder): PartSpec {
  return {
    ...part,
    wires: part.wires.flatMap((old, i) => i !== side ? [old] : wire === undefined ? [] : [wire]),
    solders: solder === undefined ? part.solders : part.solders.map((old, i) => i === side ? solder : old),
  };
}

/** Moves the upper end of a wire; what lies nearer to the pin moves less. */
function moveStart(wire: Wire, to: Point): Wire {
  const [x, y] = wire.points[0];
  const last = wire.points.length - 1;
  const points = wire.points.map(([px, py], i): Point => {
    const weight = (1 - i / last) ** 1.5;
    return [px + (to[0] - x) * weight, py + (to[1] - y) * weight];
  });
  return { ...wire, points };
}

/** The wire is too close to the side of the solder. */
export function wireBeside(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const left = chance(random, 0.5);
  const away = left ? -scaled(severity, 0.62, 1) : scaled(severity, 0.36, 1);
  const down = Math.sqrt(Math.max(0, 1 - away * away)) * 0.84;
  const wire = moveStart(part.wires[side], [solder.x + away * solder.rx, solder.y + down * solder.ry]);
  return withSide(part, side, { ...wire, fade: scaled(severity, 8, 2) }, { ...solder, crease: wire.points[1] });
}

/** The wire lies on the solder instead of in it. */
export function wireOnTop(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side], wire = part.wires[side];
  const [x, y] = wire.points[0];
  const up = scaled(severity, 0.45, 1.55) * solder.ry;
  const lean = bell(random, 0.12);
  const over: Point[] = [[x + lean * up * 1.2, y - up], [x + lean * up * 0.3, y - 0.45 * up]];
  const points = [...over, [x, y + 4] as Point, ...wire.points.slice(1)];
  const bare = { ...solder, crease: undefined };
  return withSide(part, side, { ...wire, points, fade: 1.5, sheen: Math.max(wire.sheen, 30) }, bare);
}

/** The wire is missing, or only a stub of it stands at the pin. */
export function wireMissing(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const bare = { ...part.solders[side], crease: undefined };
  if (severity > 0.4) return withSide(part, side, undefined, bare);
  const wire = part.wires[side];
  const stub = wire.points.slice(severity > 0.2 ? -3 : -4);
  return withSide(part, side, { ...wire, points: stub, fade: 1 }, bare);
}

function bent(part: PartSpec, side: number, bend: number, wobble: number, random: Random): PartSpec {
  const wire = part.wires[side];
  const points = wirePoints(
    wire.points[0],
    wire.points[wire.points.length - 1],
    side,
    bend,
    BENDS[side].map(() => bell(random, wobble)),
  );
  return withSide(part, side, { ...wire, points }, { ...part.solders[side], crease: points[1] });
}

/** The wire is bent too much. */
export function wireBent(part: PartSpec, severity: number, random: Random): PartSpec {
  return bent(part, random.below(2), scaled(severity, 1.75, 3.1), 2.5, random);
}

/** The wire is too straight. */
export function wireStraight(part: PartSpec, severity: number, random: Random): PartSpec {
  return bent(part, random.below(2), scaled(severity, 0.38, -0.05), 0.8, random);
}

/** The upper end of the wire sticks out of the solder, or the upper part is too long. */
export function wireEndOut(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side], wire = part.wires[side];
  const angle = -Math.PI / 2 + uniform(random, -1.1, 1.1);
  const length = scaled(severity, 9, 40);
  const turn = angle + bell(random, 0.25);
  const [cx, cy] = [Math.cos(angle), Math.sin(angle)];
  const from: Point = [solder.x + cx * solder.rx * 0.86, solder.y + cy * solder.ry * 0.86];
  const rim: Point = [solder.x + cx * solder.rx * 1.02, solder.y + cy * solder.ry * 1.02];
  const end: Point = [rim[0] + Math.cos(turn) * length, rim[1] + Math.sin(turn) * length];
  const stub: Wire = { ...wire, points: [end, rim, from], fade: 0.5, sheen: Math.max(wire.sheen, 35) };
  return { ...part, wires: [...part.wires, stub] };
}

/** The wire ends beside the solder. */
export function wireOut(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const angle = side === 0 ? uniform(random, 0.5, 2.6) : uniform(random, 0.1, 2.5);
  const far = scaled(severity, 1.06, 1.45);
  const end: Point = [solder.x + Math.cos(angle) * solder.rx * far, solder.y + Math.sin(angle) * solder.ry * far];
  const wire = moveStart(part.wires[side], end);
  return withSide(part, side, { ...wire, fade: 0.5, sheen: 45 }, { ...solder, crease: undefined });
}

/** The wire is not properly connected to the pin: it ends before it, passes it, or lies over it. */
export function wireOffPin(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const wire = part.wires[side], pin = part.pins[side];
  const way = random.below(3);
  const [last, before] = [wire.points[wire.points.length - 1], wire.points.slice(0, -1)];
  if (way === 0) {
    const [x, y] = before[before.length - 1];
    const gap = scaled(severity, 18, 48);
    const end: Point = [x + bell(random, 3), Math.max(y - 14, pin.y - gap)];
    return withSide(part, side, { ...wire, points: [...before.slice(0, -1), end] });
  }
  if (way === 1) {
    const past = pin.width / 2 + scaled(severity, 4, 16);
    const down = scaled(severity, 12, 48);
    return withSide(part, side, {
      ...wire,
      points: [...before, [pin.x + past * 0.9, pin.y - 4], [pin.x + past + pin.tilt * down, pin.y + down]],
      above: true,
    });
  }
  const down = scaled(severity, 16, 60);
  const end: Point = [last[0] + sign(random) * uniform(random, 0, 8) + pin.tilt * down, pin.y + down];
  return withSide(part, side, { ...wire, points: [...before, [last[0], pin.y + 2], end], above: true });
}

/** The solder is beside its place, up to where it overlaps the border or the notch. */
export function dotMisplaced(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const direction = side === 0 ? uniform(random, -0.5, 2.2) : uniform(random, -2.6, 3.1);
  const step = scaled(severity, 8, 28);
  const [dx, dy] = [Math.cos(direction) * step, Math.sin(direction) * step];
  const [x, y] = part.wires[side].points[0];
  const wire = moveStart(part.wires[side], [x + dx, y + dy]);
  return withSide(part, side, wire, { ...solder, x: solder.x + dx, y: solder.y + dy, crease: wire.points[1] });
}

/** The solder is too small, or not complete. */
export function dotSmall(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const shrink = scaled(severity, 0.84, 0.5);
  const [x, y] = part.wires[side].points[0];
  const start: Point = [solder.x + (x - solder.x) * shrink, solder.y + (y - solder.y) * shrink];
  const wire = moveStart(part.wires[side], start);
  const small = { ...solder, rx: solder.rx * shrink, ry: solder.ry * shrink, crease: wire.points[1] };
  return withSide(part, side, wire, small);
}

/** The solder is badly shaped or its surface is poor. */
export function dotShape(part: PartSpec, severity: number, random: Random): PartSpec {
  const side = random.below(2);
  const solder = part.solders[side];
  const wave = scaled(severity, 0.09, 0.3);
  const shape = [
    { k: 2, amplitude: wave * uniform(random, 0.3, 1), phase: uniform(random, 0, 6.28) },
    { k: 3, amplitude: wave * uniform(random, 0.4, 1), phase: uniform(random, 0, 6.28) },
    ...lobes(random, wave * 0.5, [4, 5, 6]),
  ];
  const rough = chance(random, 0.4) ? scaled(severity, 0.2, 0.9) : 0;
  return withSide(part, side, part.wires[side], { ...solder, lobes: [...solder.lobes, ...shape], rough });
}
