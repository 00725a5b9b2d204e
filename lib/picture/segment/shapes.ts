/** Segment maps drawn from polygons, rectangles and ellipses that a JSON file lists. @module */
import { type } from "arktype";
import { IGNORED, type Labels } from "../../domain.ts";
import { segmentColours } from "./palette.ts";
import { toLabels } from "./plane.ts";

const point = type(["number", "number"]);
const name = type(/^[A-Za-z0-9_]+$/).describe("letters, digits and underscores");
const positive = type("0 < number <= 65535");
const side = type("1 <= number.integer <= 65535");

const shape = type({ "+": "reject", segment: name, polygon: point.array().atLeastLength(3) })
  .or({ "+": "reject", segment: name, rectangle: { "+": "reject", from: point, to: point } })
  .or({
    "+": "reject",
    segment: name,
    ellipse: { "+": "reject", centre: point, radii: [positive, positive], "turned?": "number" },
  });

const drawingFile = type({
  "+": "reject",
  name: "string",
  size: [side, side],
  units: "'pixels' | 'fractions'",
  "background?": name,
  shapes: shape.array().atLeastLength(1),
  "segments?": type({ "+": "reject", name, "colour?": /^#[0-9a-fA-F]{6}$/, "ignored?": "boolean" }).array(),
  "note?": "string",
});

/** A drawing, as its JSON file has it. */
export type Drawing = typeof drawingFile.infer;
type Shape = Drawing["shapes"][number];

/** A map that was drawn, and what its legend says. */
export interface Drawn {
  /** u8[1,H,W] */
  readonly labels: Labels;
  readonly names: readonly string[];
  /** `#rrggbb` for each name. */
  readonly colours: readonly string[];
}

/**
 * Reads a drawing: `{ "name", "size": [height, width], "units": "pixels" or "fractions", "background": "border",
 * "shapes": [{ "segment": "cell", "polygon": [[x, y], …] }, …] }`. A shape may be a `"rectangle": { "from": [x, y],
 * "to": [x, y] }` or an `"ellipse": { "centre": [x, y], "radii": [x, y], "turned": degrees clockwise }` as well.
 * `"segments"` gives the order of the labels, their colours, and which are `"ignored"`.
 *
 * @param file what error messages call it
 * @throws {SyntaxError} for broken JSON, unknown or wrong entries, or a segment that is listed twice or never drawn
 *
 * ```ts
 * import { parseDrawing } from "./shapes.ts";
 * const shapes = '[{"segment": "wire", "polygon": [[0, 0], [4, 0], [4, 4]]}]';
 * const drawing = parseDrawing(`{"name": "part", "size": [4, 4], "units": "pixels", "shapes": ${shapes}}`, "part.json");
 * console.assert(drawing.shapes.length === 1);
 * ```
 */
export function parseDrawing(text: string, file: string): Drawing {
  const action = `Cannot read the drawing "${file}"`;
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`${action} as ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  const drawing = drawingFile(json);
  if (drawing instanceof type.errors) throw new SyntaxError(`${action} as ${drawing.summary}`);
  const drawn = drawnNames(drawing);
  const listed = drawing.segments?.map((segment) => segment.name) ?? [];
  const twice = listed.find((item, i) => listed.indexOf(item) !== i);
  if (twice !== undefined) throw new SyntaxError(`${action} as it lists the segment "${twice}" twice`);
  const idle = listed.find((item) => !drawn.includes(item));
  if (idle !== undefined) throw new SyntaxError(`${action} as no shape draws the segment "${idle}" that it lists`);
  return drawing;
}

/**
 * Draws a map. A pixel belongs to the last shape that holds its middle, else to the background, or is ignored where there
 * is none. Polygons follow the even-odd rule.
 *
 * @throws {RangeError} where a vertex or a centre lies outside the picture, a shape holds no pixel, or nothing but
 * ignored segments is drawn
 */
export function drawShapes(drawing: Drawing): Drawn {
  const { size: [height, width], background } = drawing;
  const action = `Cannot draw the segment map "${drawing.name}"`;
  const listed = drawing.segments ?? [];
  const all = [...new Set([...listed.map((segment) => segment.name), ...drawnNames(drawing)])];
  const names = all.filter((item) => !listed.find((segment) => segment.name === item)?.ignored);
  if (names.length === 0) throw new RangeError(`${action} as all its segments are ignored`);
  const labelOf = (segment: string): number => names.includes(segment) ? names.indexOf(segment) : IGNORED;
  const labels = new Uint8Array(height * width).fill(background === undefined ? IGNORED : labelOf(background));
  drawing.shapes.forEach((item, i) => {
    const scaled = scale(item, drawing.units === "fractions" ? [width, height] : [1, 1]);
    const title = `shape ${i + 1} (${item.segment})`;
    for (const [x, y] of "ellipse" in scaled ? [scaled.ellipse.centre] : cornersOf(scaled)) {
      if (x >= 0 && x <= width && y >= 0 && y <= height) continue;
      throw new RangeError(
        `${action} as ${title} has a point outside the picture of ${height} × ${width} pixels: x ${x}, y ${y}`,
      );
    }
    if (paint(labels, width, labelOf(item.segment), spansOf(scaled, height)) === 0) {
      throw new RangeError(`${action} as ${title} holds the middle of no pixel`);
    }
  });
  const given = names.map((item) => listed.find((segment) => segment.name === item)?.colour);
  const free = segmentColours(names.length, given.filter((colour) => colour !== undefined));
  return {
    labels: toLabels({ height, width, labels }),
    names,
    colours: given.map((colour) => colour ?? free.shift()!),
  };
}

function drawnNames({ background, shapes }: Drawing): string[] {
  return [...new Set([...background === undefined ? [] : [background], ...shapes.map(({ segment }) => segment)])];
}

/** A shape in pixels. */
function scale(shape: Shape, [across, down]: readonly [number, number]): Shape {
  const at = ([x, y]: readonly [number, number]): [number, number] => [x * across, y * down];
  if ("polygon" in shape) return { ...shape, polygon: shape.polygon.map(at) };
  if ("rectangle" in shape) {
    return { ...shape, rectangle: { from: at(shape.rectangle.from), to: at(shape.rectangle.to) } };
  }
  return { ...shape, ellipse: { ...shape.ellipse, centre: at(shape.ellipse.centre), radii: at(shape.ellipse.radii) } };
}

function cornersOf(shape: Exclude<Shape, { ellipse: unknown }>): (readonly [number, number])[] {
  if ("polygon" in shape) return shape.polygon;
  const { from: [x0, y0], to: [x1, y1] } = shape.rectangle;
  return [[x0, y0], [x1, y0], [x1, y1], [x0, y1]];
}

/** Where a row of pixels is inside: ever two bounds, the first inside and the second not. */
type Spans = (y: number) => readonly number[];

function spansOf(shape: Shape, height: number): (readonly number[])[] {
  const spans: Spans = "ellipse" in shape ? ellipseSpans(shape.ellipse) : polygonSpans(cornersOf(shape));
  return Array.from({ length: height }, (_, row) => spans(row + 0.5));
}

/** The edges that a row crosses, from left to right. Edges hold their upper end and not their lower one. */
function polygonSpans(corners: readonly (readonly [number, number])[]): Spans {
  return (y) => {
    const crossings: number[] = [];
    corners.forEach(([x1, y1], i) => {
      const [x0, y0] = corners[(i + corners.length - 1) % corners.length];
      if ((y1 > y) !== (y0 > y)) crossings.push((x0 - x1) * (y - y1) / (y0 - y1) + x1);
    });
    return crossings.sort((a, b) => a - b);
  };
}

/** |R(p − c)/r| < 1 is a quadratic in x for each row. */
function ellipseSpans(
  { centre: [cx, cy], radii: [rx, ry], turned = 0 }: Extract<Shape, { ellipse: unknown }>["ellipse"],
): Spans {
  const [cos, sin] = [Math.cos(turned * Math.PI / 180), Math.sin(turned * Math.PI / 180)];
  const a = (cos / rx) ** 2 + (sin / ry) ** 2;
  return (y) => {
    const b = (y - cy) * cos * sin * (1 / rx ** 2 - 1 / ry ** 2);
    const c = (y - cy) ** 2 * ((sin / rx) ** 2 + (cos / ry) ** 2) - 1;
    const under = b * b - a * c;
    if (under <= 0) return [];
    const root = Math.sqrt(under);
    return [cx + (-b - root) / a, cx + (-b + root) / a];
  };
}

/** Paints the pixels whose middles are inside, and counts them. */
function paint(labels: Uint8Array, width: number, label: number, spans: readonly (readonly number[])[]): number {
  let painted = 0;
  spans.forEach((bounds, row) => {
    for (let i = 0; i + 1 < bounds.length; i += 2) {
      const from = Math.max(0, Math.ceil(bounds[i] - 0.5));
      const to = Math.min(width, Math.ceil(bounds[i + 1] - 0.5));
      if (to <= from) continue;
      labels.fill(label, row * width + from, row * width + to);
      painted += to - from;
    }
  });
  return painted;
}
