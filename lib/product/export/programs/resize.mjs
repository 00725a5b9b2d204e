// Resizing as the model's pictures were: Pillow's separable, antialiased filters in fixed point.
const PRECISION = 22;

const KERNELS = {
  bilinear: { radius: 1, weigh: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { radius: 2, weigh: (x) => cubic(Math.abs(x)) },
};

function cubic(x) {
  const a = -0.5;
  if (x < 1) return ((a + 2) * x - (a + 3)) * x * x + 1;
  if (x < 2) return (((x - 5) * x + 8) * x - 4) * a;
  return 0;
}

/** For each output position the first input position and its weights in units of 2⁻²². */
function tapsOf({ radius, weigh }, from, to) {
  const scale = from / to;
  const widening = Math.max(1, scale);
  const support = radius * widening;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * scale;
    const first = Math.max(0, Math.trunc(centre - support + 0.5));
    const end = Math.min(from, Math.trunc(centre + support + 0.5));
    const real = Array.from({ length: end - first }, (_, k) => weigh((k + first - centre + 0.5) * (1 / widening)));
    const sum = real.reduce((all, weight) => all + weight, 0);
    const weights = real.map((weight) => {
      const scaled = (sum === 0 ? weight : weight / sum) * (1 << PRECISION);
      return Math.trunc(scaled + (scaled < 0 ? -0.5 : 0.5));
    });
    return { first, weights };
  });
}

/** Resizes one axis: `step` lies between neighbours along it, `lines` are the places across it. */
function pass(data, taps, { step, offsets }, out) {
  for (const [from, to, outStep] of offsets) {
    for (let i = 0; i < taps.length; i++) {
      const { first, weights } = taps[i];
      for (let c = 0; c < 3; c++) {
        let sum = 1 << (PRECISION - 1);
        for (let k = 0; k < weights.length; k++) {
          sum = sum + Math.imul(data[from + (first + k) * step + c], weights[k]) | 0;
        }
        out[to + i * outStep + c] = Math.min(255, Math.max(0, sum >> PRECISION));
      }
    }
  }
  return out;
}

/** RGB of another size. */
export function resize({ width, height, data }, to, filter = "bilinear") {
  const kernel = KERNELS[filter];
  const across = (from) => {
    if (from.width === to.width) return from;
    const offsets = Array.from({ length: from.height }, (_, y) => [y * from.width * 3, y * to.width * 3, 3]);
    const out = new Uint8Array(from.height * to.width * 3);
    return {
      ...from,
      width: to.width,
      data: pass(from.data, tapsOf(kernel, from.width, to.width), { step: 3, offsets }, out),
    };
  };
  const down = (from) => {
    if (from.height === to.height) return from;
    const row = from.width * 3;
    const offsets = Array.from({ length: from.width }, (_, x) => [x * 3, x * 3, row]);
    const out = new Uint8Array(to.height * row);
    return {
      ...from,
      height: to.height,
      data: pass(from.data, tapsOf(kernel, from.height, to.height), { step: row, offsets }, out),
    };
  };
  // Each pass rounds to 8 bits, so that their order shows: Pillow begins with the columns where that saves work.
  const lost = { height: height - to.height, width: width - to.width };
  const picture = { width, height, data };
  return lost.height > 0 && lost.height > 2 * lost.width ? across(down(picture)) : down(across(picture));
}
