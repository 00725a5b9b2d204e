/** Colours between the plain ones of a painted map: of soft brushes, and of files that lose something. @module */

/** A painting: 8-bit RGB, row-major. */
export interface Painting {
  readonly height: number;
  readonly width: number;
  readonly data: Uint8Array;
}

/** Which plain colour each pixel is. */
export interface Snapped {
  /** Indices of the plain colours, row-major. */
  readonly places: Int16Array<ArrayBuffer>;
  /** Pixels that had another colour than their plain one. */
  readonly snapped: number;
}

/** Up to this distance in RGB (Euclidean, of 0 to 255 a channel) a colour is its nearest plain one. */
export const TOLERANCE = 48;
/** Of pixels farther away, which stand between segments, at most this share. */
const MOST_BETWEEN = 0.2;

/** The colour 0xrrggbb of each pixel. */
export function coloursOf({ data }: Pick<Painting, "data">): Int32Array<ArrayBuffer> {
  return Int32Array.from(
    { length: data.length / 3 },
    (_, p) => data[3 * p] << 16 | data[3 * p + 1] << 8 | data[3 * p + 2],
  );
}

/** `#rrggbb`. */
export function hexOf(colour: number): string {
  return `#${colour.toString(16).padStart(6, "0")}`;
}

/**
 * Colours that some pixel has with all of its eight neighbours: areas that were painted, and no seams between them.
 *
 * @param colours 0xrrggbb, row-major
 * @param flat how far from each other the nine may be; 0 where left out
 */
export function areaColours(
  colours: ArrayLike<number>,
  size: Pick<Painting, "height" | "width">,
  flat = 0,
): Set<number> {
  const areas = new Set<number>();
  for (let p = 0; p < colours.length; p++) {
    if (!areas.has(colours[p]) && isInside(colours, size, p, flat)) areas.add(colours[p]);
  }
  return areas;
}

/**
 * The plain colour of each pixel: itself, the nearest within {@linkcode TOLERANCE}, or between two areas that of the
 * neighbour whose colour is nearest.
 *
 * @param plain colours 0xrrggbb
 * @param exact how many of them, at the end, are taken for no other colour
 * @param refuse gives what to throw for a pixel whose colour is no plain one and no seam, told why
 */
export function snapColours(
  painting: Painting,
  plain: readonly number[],
  exact: number,
  refuse: (reason: string, pixel: number) => Error,
): Snapped {
  const near = plain.slice(0, plain.length - exact);
  const colours = coloursOf(painting);
  const known = new Map(plain.map((colour, place) => [colour, place]));
  const placeOf = (colour: number): number => {
    let place = known.get(colour);
    if (place === undefined) {
      const nearest = nearestOf(near, colour);
      known.set(colour, place = distance(near[nearest], colour) <= TOLERANCE ? nearest : BETWEEN);
    }
    return place;
  };
  const places = Int16Array.from(colours, placeOf);
  const between: number[] = [];
  for (let p = 0; p < places.length; p++) {
    if (places[p] !== BETWEEN) continue;
    if (near.length === 0 || isInside(colours, painting, p)) throw refuse(`has the colour ${hexOf(colours[p])}`, p);
    between.push(p);
  }
  if (between.length > MOST_BETWEEN * places.length) {
    const share = Math.round(100 * between.length / places.length);
    throw refuse(
      `has the colour ${hexOf(colours[between[0]])}, nor that of any of ${share} % of the pixels`,
      between[0],
    );
  }
  // A blend of two colours may be near a third: alone among others it is of these.
  const lone: number[] = [];
  for (let p = 0; p < places.length; p++) {
    if (places[p] === BETWEEN || plain[places[p]] === colours[p]) continue;
    if (neighbours(p, painting).filter((q) => places[q] === places[p]).length < COMPANY) lone.push(p);
  }
  for (const p of lone) places[p] = BETWEEN;
  spread(places, colours, painting, plain, [...between, ...lone]);
  let snapped = 0;
  for (let p = 0; p < places.length; p++) if (plain[places[p]] !== colours[p]) snapped++;
  return { places, snapped };
}

/** Neighbours of its own place that a pixel of another colour needs at least. */
const COMPANY = 3;

/** A pixel of which no plain colour is near. */
const BETWEEN = -1;

/** Gives pixels between areas the place of the neighbour with the nearest colour, from the areas inwards. */
function spread(
  places: Int16Array,
  colours: ArrayLike<number>,
  size: Pick<Painting, "height" | "width">,
  plain: readonly number[],
  between: readonly number[],
): void {
  for (let left = between; left.length > 0;) {
    const found = left.flatMap((p) => {
      const near = neighbours(p, size).map((q) => places[q]).filter((place) => place !== BETWEEN);
      if (near.length === 0) return [];
      return [[p, near[nearestOf(near.map((place) => plain[place]), colours[p])]] as const];
    });
    // One step at a time, so that the order of the pixels changes nothing.
    for (const [p, place] of found) places[p] = place;
    if (found.length === 0) return;
    left = left.filter((p) => places[p] === BETWEEN);
  }
}

/** Whether a pixel has the colour of the eight around it; those at the border have fewer and are not. */
function isInside(
  colours: ArrayLike<number>,
  { height, width }: Pick<Painting, "height" | "width">,
  p: number,
  flat = 0,
): boolean {
  const [y, x] = [Math.floor(p / width), p % width];
  if (y === 0 || x === 0 || y === height - 1 || x === width - 1) return false;
  for (let row = p - width; row <= p + width; row += width) {
    for (let q = row - 1; q <= row + 1; q++) {
      if (colours[q] !== colours[p] && (flat === 0 || distance(colours[q], colours[p]) > flat)) return false;
    }
  }
  return true;
}

/** The pixels around a pixel, up to eight. */
function neighbours(p: number, { height, width }: Pick<Painting, "height" | "width">): number[] {
  const [y, x] = [Math.floor(p / width), p % width];
  const around: number[] = [];
  for (let v = Math.max(0, y - 1); v <= Math.min(height - 1, y + 1); v++) {
    for (let u = Math.max(0, x - 1); u <= Math.min(width - 1, x + 1); u++) {
      if (v !== y || u !== x) around.push(v * width + u);
    }
  }
  return around;
}

function nearestOf(plain: readonly number[], colour: number): number {
  let best = 0;
  for (let i = 1; i < plain.length; i++) if (distance(plain[i], colour) < distance(plain[best], colour)) best = i;
  return best;
}

/** How far from the line between two colours their blends are, at most. */
const BLENDED = 12;

/** Whether a colour lies between two others. */
export function isBlend(colour: number, others: readonly number[]): boolean {
  return others.some((a, i) =>
    others.slice(0, i).some((b) => {
      const [whole, first, second] = [distance(a, b), distance(a, colour), distance(b, colour)];
      if (first > whole || second > whole) return false;
      // The height of the triangle that the three make, by Heron.
      const half = (whole + first + second) / 2;
      const area = Math.sqrt(Math.max(0, half * (half - whole) * (half - first) * (half - second)));
      return 2 * area / whole <= BLENDED;
    })
  );
}

/** Euclidean, in RGB. */
export function distance(a: number, b: number): number {
  return Math.hypot((a >> 16) - (b >> 16), (a >> 8 & 255) - (b >> 8 & 255), (a & 255) - (b & 255));
}
