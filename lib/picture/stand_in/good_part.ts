/** What varies between good parts: light, focus, textures, solder and wires within their allowance, small scratches. @module */
import type { Random } from "../../base/tensor/random.ts";
import { bell, chance, lobes, phase, sign, uniform } from "./draw.ts";
import { MIDDLE, PIN, SOLDER, SPOT } from "./layout.ts";
import type {
  Exposure,
  Mark,
  Membrane,
  PartSpec,
  Piezo,
  Pin,
  Point,
  Pose,
  Solder,
  Spot,
  Stroke,
  TEXTURES,
  Wire,
} from "./spec.ts";

/** Draws a good part. */
export function goodPart(random: Random): Omit<PartSpec, "seed" | "index" | "kind" | "severity"> {
  const pins = PIN.map((nominal): Pin => ({
    x: nominal.x + bell(random, 2.2),
    y: nominal.y + bell(random, 3),
    width: nominal.width + bell(random, 1),
    tilt: nominal.tilt + bell(random, 0.014),
    tone: 74 + bell(random, 5) + (nominal.tilt > 0 ? 10 : 0),
    softness: uniform(random, 0.85, 1.35),
    phase: random.below(512),
  }));
  const bare = SOLDER.map((_, side) => drawSolder(random, side));
  const wires = bare.map((solder, side) => drawWire(random, solder, pins[side], side));
  return {
    pose: drawPose(random),
    exposure: drawExposure(random),
    membrane: drawMembrane(random),
    piezo: drawPiezo(random),
    spot: drawSpot(random),
    solders: bare.map((solder, side) => ({ ...solder, crease: wires[side].points[1] })),
    wires,
    pins,
    under: [...drawGloss(random), ...drawScratches(random)],
    over: drawDust(random),
  };
}

function drawPose(random: Random): Pose {
  return {
    dx: bell(random, 1.1),
    dy: bell(random, 1.1),
    angle: bell(random, 0.006),
    scale: 1 + bell(random, 0.003),
  };
}

function drawExposure(random: Random): Exposure {
  const warm = bell(random, 0.012);
  return {
    gain: 1 + bell(random, 0.055),
    tint: [1 + warm, 1 + bell(random, 0.004), 1 - warm],
    gradient: Math.abs(bell(random, 0.07)),
    gradientAngle: uniform(random, -Math.PI, Math.PI),
    contrast: 1 + bell(random, 0.045),
    focus: uniform(random, 0.34, 0.8),
    sharpen: uniform(random, 0.02, 0.07),
    noise: uniform(random, 1, 3),
    noisePhase: phase(random),
    blackRows: chance(random, 0.12) ? 2 + random.below(7) : 0,
  };
}

function drawMembrane(random: Random): Membrane {
  return {
    phase: phase(random),
    contrast: uniform(random, 0.8, 1.25),
    tone: 150 + bell(random, 7),
    turn: 2.9 + bell(random, 0.3),
    speckle: uniform(random, 0.45, 0.95),
  };
}

function drawPiezo(random: Random): Piezo {
  const u = random.uniform();
  const texture: typeof TEXTURES[number] = u < 0.42 ? "woven" : u < 0.66 ? "fine" : u < 0.82 ? "striped" : "grained";
  return {
    texture,
    angle: -0.12 + bell(random, 0.05),
    contrast: uniform(random, 14, 25),
    phase: phase(random),
    tone: 151 + bell(random, 6),
    slope: 21 + bell(random, 5),
    border: 119 + bell(random, 5),
    coat: [214 + bell(random, 14), 222 + bell(random, 14)],
    coatStrength: uniform(random, 0.6, 0.98),
  };
}

function drawSpot(random: Random): Spot {
  const r = SPOT.r + bell(random, 1.2);
  return {
    x: SPOT.x + bell(random, 3),
    y: SPOT.y + bell(random, 3),
    rx: r,
    ry: r + bell(random, 0.6),
    lobes: lobes(random, 0.016, [2, 3, 5, 8, 11]),
    tone: uniform(random, 0.48, 0.62),
  };
}

function drawSolder(random: Random, side: number): Solder {
  const nominal = SOLDER[side];
  const r = nominal.r + bell(random, 2.4);
  const fluxed = chance(random, side === 1 ? 0.75 : 0.35);
  const direction = uniform(random, 1.9, 3.6);
  const reach = uniform(random, 3, 9);
  return {
    x: nominal.x + bell(random, 2.6),
    y: nominal.y + bell(random, 2.4),
    rx: r * (1 + bell(random, 0.025)),
    ry: r * (0.99 + bell(random, 0.025)),
    lobes: lobes(random, 0.036),
    shineX: bell(random, 0.07),
    shineY: 0.05 + bell(random, 0.06),
    shine: uniform(random, 0.46, 0.58),
    rim: uniform(random, 50, 70),
    phase: phase(random),
    flux: {
      dx: Math.cos(direction) * reach,
      dy: Math.abs(Math.sin(direction)) * reach,
      alpha: fluxed ? uniform(random, 0.35, 0.9) : 0,
      grow: uniform(random, 0, 4),
    },
    burn: 0,
    rough: 0,
  };
}

/** The bends of a good wire, left and right: sideways from the straight way, by the part of the way. */
export const BENDS: readonly (readonly { readonly t: number; readonly side: number }[])[] = [
  [{ t: 0.2, side: 9 }, { t: 0.5, side: -14 }, { t: 0.72, side: -23 }, { t: 0.9, side: -15 }],
  [{ t: 0.22, side: 7 }, { t: 0.5, side: -15 }, { t: 0.74, side: -27 }, { t: 0.92, side: -13 }],
];

/** The points of a wire from the solder to the pin; `bend` scales the bends. */
export function wirePoints(from: Point, to: Point, side: number, bend: number, wobble: readonly number[]): Point[] {
  const dx = to[0] - from[0], dy = to[1] - from[1];
  const length = Math.hypot(dx, dy);
  return [
    from,
    ...BENDS[side].map(({ t, side: offset }, k): Point => {
      const away = offset * bend + wobble[k];
      return [from[0] + t * dx + away * (-dy / length), from[1] + t * dy + away * (dx / length)];
    }),
    to,
  ];
}

function drawWire(random: Random, solder: Solder, pin: Pin, side: number): Wire {
  // The wire leaves the solder below its middle; the allowance is wide, it only may not reach the dot's side.
  const away = (side === 0 ? -0.16 : -0.2) + bell(random, 0.15, 1.9);
  const start: Point = [solder.x + away * solder.rx, solder.y + uniform(random, 0.66, 0.84) * solder.ry];
  const end: Point = [pin.x + (side === 0 ? 13 : 12) + bell(random, 4.2), pin.y + 9];
  return {
    points: wirePoints(start, end, side, 1 + bell(random, 0.24), BENDS[side].map(() => bell(random, 2.2))),
    width: 4.7 + bell(random, 0.3),
    tone: 84 + bell(random, 8),
    sheen: uniform(random, 0, 55),
    fade: uniform(random, 4, 12),
    above: false,
  };
}

/** Glossy runs of clear glue on the notch and the border. */
function drawGloss(random: Random): Stroke[] {
  const count = random.below(4);
  return Array.from({ length: count }, () => {
    const place = random.uniform();
    const [x, y] = place < 0.5
      ? [uniform(random, 75, 185), uniform(random, 154, 172)]
      : place < 0.8
      ? [uniform(random, 240, 262), uniform(random, 70, 140)]
      : [uniform(random, 395, 440), uniform(random, 80, 160)];
    return hook(random, x, y, uniform(random, 6, 22), uniform(random, 0.35, 0.8), 196);
  });
}

function hook(random: Random, x: number, y: number, length: number, alpha: number, tone: number): Stroke {
  const angle = uniform(random, 0, 2 * Math.PI);
  const turn = uniform(random, 0.4, 1.6) * sign(random);
  const points: Point[] = [];
  let [px, py] = [x, y];
  for (let k = 0; k < 4; k++) {
    points.push([px, py]);
    px += Math.cos(angle + turn * k) * length / 3;
    py += Math.sin(angle + turn * k) * length / 3;
  }
  return { shape: "stroke", points, width: uniform(random, 0.8, 1.8), tone, alpha, flank: 0, broken: 0.7 };
}

/** Short faint scratches, which are allowed. */
function drawScratches(random: Random): Stroke[] {
  const count = Math.max(0, random.below(7) - 2);
  return Array.from({ length: count }, () => {
    const [x, y] = placeOnMiddle(random, 0.85);
    return scratch(random, x, y, uniform(random, 8, 42), uniform(random, 0.6, 1.1), uniform(random, 0.25, 0.7));
  });
}

/** A nearly straight scratch around a place. */
export function scratch(
  random: Random,
  x: number,
  y: number,
  length: number,
  width: number,
  alpha: number,
): Stroke {
  const angle = uniform(random, 0, Math.PI);
  const bow = bell(random, 0.06) * length;
  const [cx, cy] = [Math.cos(angle), Math.sin(angle)];
  const points = [-0.5, -0.15, 0.2, 0.5].map((t): Point => {
    const away = bow * (1 - 4 * t * t);
    return [x + cx * t * length - cy * away, y + cy * t * length + cx * away];
  });
  const bright = chance(random, 0.6);
  return {
    shape: "stroke",
    points,
    width,
    tone: bright ? 218 : 88,
    alpha,
    flank: bright ? -14 : 16,
    broken: uniform(random, 0.3, 0.9),
  };
}

/** A place on the light middle below the solder dots, not nearer to its edge than the share allows. */
export function placeOnMiddle(random: Random, share: number): Point {
  for (;;) {
    const x = uniform(random, -1, 1), y = uniform(random, -0.3, 1);
    if (x * x + y * y < share * share) return [MIDDLE.x + x * MIDDLE.rx, MIDDLE.y + y * MIDDLE.ry];
  }
}

/** A few specks too small to be pollution. */
function drawDust(random: Random): Mark[] {
  const count = random.below(6);
  return Array.from({ length: count }, (): Mark => {
    const [x, y] = placeOnMiddle(random, 0.97);
    const r = uniform(random, 0.6, 1.3);
    const tone = chance(random, 0.7) ? uniform(random, 60, 100) : uniform(random, 205, 240);
    return {
      shape: "patch",
      x,
      y,
      rx: r * uniform(random, 0.8, 1.5),
      ry: r,
      lobes: [],
      colour: [tone, tone, tone],
      alpha: uniform(random, 0.4, 0.9),
      softness: 1,
      texture: 0,
      coarse: false,
      edge: 0,
      shadow: 0,
      phase: [random.below(512), random.below(512)],
    };
  });
}
