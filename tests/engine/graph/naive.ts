/** Each operator as loops over indices, the slow and obvious way. @module */

/** An array of numbers of any element type. */
export interface Nd {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

/** An array whose entries are a function of their index. */
export function fill(shape: readonly number[], of: (index: readonly number[]) => number): Nd {
  const data: number[] = [];
  const index = shape.map(() => 0);
  const count = shape.reduce((product, size) => product * size, 1);
  for (let i = 0; i < count; i++) {
    data.push(of(index));
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      if (++index[axis] < shape[axis]) break;
      index[axis] = 0;
    }
  }
  return { shape, data };
}

/** The entry at an index. */
export function at(array: Nd, index: readonly number[]): number {
  return array.data[index.reduce((offset, place, axis) => offset * array.shape[axis] + place, 0)];
}

export function binary(a: Nd, b: Nd, of: (x: number, y: number) => number): Nd {
  const rank = Math.max(a.shape.length, b.shape.length);
  const long = ({ shape, data }: Nd): Nd => ({ shape: [...Array(rank - shape.length).fill(1), ...shape], data });
  const [x, y] = [long(a), long(b)];
  const shape = x.shape.map((size, axis) => size === 1 ? y.shape[axis] : size);
  const clamp = (index: readonly number[], to: Nd) => index.map((place, axis) => to.shape[axis] === 1 ? 0 : place);
  return fill(shape, (index) => of(at(x, clamp(index, x)), at(y, clamp(index, y))));
}

export function unary(x: Nd, of: (value: number) => number): Nd {
  return { shape: x.shape, data: x.data.map(of) };
}

export function matMul(a: Nd, b: Nd): Nd {
  const outer = binary(
    fill(a.shape.slice(0, -2), () => 0),
    fill(b.shape.slice(0, -2), () => 0),
    () => 0,
  ).shape;
  const [m, k] = a.shape.slice(-2);
  const n = b.shape.at(-1)!;
  const batch = (index: readonly number[], of: Nd) => {
    const own = of.shape.slice(0, -2);
    return index.slice(outer.length - own.length, outer.length).map((place, axis) => own[axis] === 1 ? 0 : place);
  };
  return fill([...outer, m, n], (index) => {
    const [row, column] = index.slice(-2);
    let total = 0;
    for (let i = 0; i < k; i++) total += at(a, [...batch(index, a), row, i]) * at(b, [...batch(index, b), i, column]);
    return total;
  });
}

export interface Window {
  readonly strides: readonly [number, number];
  readonly pads: readonly [number, number, number, number] | "same";
}

/** The size along an axis and the place of the first tap; TensorFlow puts the odd pad at the end. */
function slide(size: number, kernel: number, window: Window, axis: 0 | 1): [count: number, first: number] {
  const stride = window.strides[axis];
  if (window.pads === "same") {
    const count = Math.ceil(size / stride);
    return [count, -Math.floor(Math.max((count - 1) * stride + kernel - size, 0) / 2)];
  }
  const [before, after] = [window.pads[axis], window.pads[axis + 2]];
  let count = 0;
  while (count * stride + kernel <= size + before + after) count++;
  return [count, -before];
}

/** Calls back for the taps of a window; `inside` tells whether the tap lies on the picture. */
function overWindow(
  x: Nd,
  kernel: readonly number[],
  dilations: readonly number[],
  window: Window,
  [n, c, row, column]: readonly number[],
  visit: (value: number, inside: boolean, ky: number, kx: number) => void,
): void {
  const [, , height, width] = x.shape;
  const [, top] = slide(height, (kernel[0] - 1) * dilations[0] + 1, window, 0);
  const [, left] = slide(width, (kernel[1] - 1) * dilations[1] + 1, window, 1);
  for (let ky = 0; ky < kernel[0]; ky++) {
    for (let kx = 0; kx < kernel[1]; kx++) {
      const y = top + row * window.strides[0] + ky * dilations[0];
      const xx = left + column * window.strides[1] + kx * dilations[1];
      const inside = y >= 0 && y < height && xx >= 0 && xx < width;
      visit(inside ? at(x, [n, c, y, xx]) : 0, inside, ky, kx);
    }
  }
}

function slidShape(x: Nd, kernel: readonly number[], dilations: readonly number[], window: Window): [number, number] {
  return [0, 1].map((axis) =>
    slide(x.shape[axis + 2], (kernel[axis] - 1) * dilations[axis] + 1, window, axis as 0 | 1)[0]
  ) as [number, number];
}

export function conv(
  x: Nd,
  weight: Nd,
  bias: Nd | undefined,
  window: Window & { dilations: readonly [number, number]; groups: number },
): Nd {
  const [count, inner, ...kernel] = weight.shape;
  const perGroup = count / window.groups;
  return fill([x.shape[0], count, ...slidShape(x, kernel, window.dilations, window)], ([n, k, row, column]) => {
    let total = bias ? bias.data[k] : 0;
    for (let c = 0; c < inner; c++) {
      const channel = Math.floor(k / perGroup) * inner + c;
      overWindow(x, kernel, window.dilations, window, [n, channel, row, column], (value, _, ky, kx) => {
        total += value * at(weight, [k, c, ky, kx]);
      });
    }
    return total;
  });
}

export function averagePool(x: Nd, kernel: readonly [number, number], countPads: boolean, window: Window): Nd {
  return fill([...x.shape.slice(0, 2), ...slidShape(x, kernel, [1, 1], window)], (index) => {
    let total = 0;
    let taps = 0;
    overWindow(x, kernel, [1, 1], window, index, (value, inside) => {
      total += value;
      taps += inside || countPads ? 1 : 0;
    });
    return total / taps;
  });
}

/** Bilinear with pixel centres at half: new pixel i lies at (i + ½) · old / new − ½, held within the picture. */
export function resizeLinear(x: Nd, size: readonly number[]): Nd {
  const [, , height, width] = x.shape;
  const source = (i: number, from: number, to: number) => Math.min(Math.max((i + 0.5) * from / to - 0.5, 0), from - 1);
  return fill([...x.shape.slice(0, 2), ...size], ([n, c, row, column]) => {
    const [y, xx] = [source(row, height, size[0]), source(column, width, size[1])];
    const [y0, x0] = [Math.floor(y), Math.floor(xx)];
    const [y1, x1] = [Math.min(y0 + 1, height - 1), Math.min(x0 + 1, width - 1)];
    const [fy, fx] = [y - y0, xx - x0];
    return (1 - fy) * ((1 - fx) * at(x, [n, c, y0, x0]) + fx * at(x, [n, c, y0, x1])) +
      fy * ((1 - fx) * at(x, [n, c, y1, x0]) + fx * at(x, [n, c, y1, x1]));
  });
}

export function concat(parts: readonly Nd[], axis: number): Nd {
  const size = parts.reduce((sum, part) => sum + part.shape[axis], 0);
  return fill(parts[0].shape.with(axis, size), (index) => {
    let place = index[axis];
    for (const part of parts) {
      if (place < part.shape[axis]) return at(part, index.with(axis, place));
      place -= part.shape[axis];
    }
    throw new RangeError("Cannot find a part");
  });
}

export function slice(x: Nd, axis: number, from: number, to: number): Nd {
  return fill(x.shape.with(axis, to - from), (index) => at(x, index.with(axis, index[axis] + from)));
}

export function pad(x: Nd, before: readonly number[], after: readonly number[], value: number): Nd {
  return fill(x.shape.map((size, axis) => before[axis] + size + after[axis]), (index) => {
    const place = index.map((i, axis) => i - before[axis]);
    return place.every((i, axis) => i >= 0 && i < x.shape[axis]) ? at(x, place) : value;
  });
}

export function transpose(x: Nd, order: readonly number[]): Nd {
  return fill(order.map((axis) => x.shape[axis]), (index) => {
    const place = x.shape.map(() => 0);
    order.forEach((axis, i) => place[axis] = index[i]);
    return at(x, place);
  });
}

export function gather(x: Nd, indices: Nd, axis: number): Nd {
  const rank = indices.shape.length;
  return fill([...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)], (index) => {
    const chosen = at(indices, index.slice(axis, axis + rank));
    const place = chosen < 0 ? chosen + x.shape[axis] : chosen;
    return at(x, [...index.slice(0, axis), place, ...index.slice(axis + rank)]);
  });
}

export function gatherElements(x: Nd, indices: Nd, axis: number): Nd {
  return fill(indices.shape, (index) => at(x, index.with(axis, at(indices, index))));
}

export function scatterElements(x: Nd, indices: Nd, updates: Nd, axis: number): Nd {
  return fill(x.shape, (index) => {
    let total = at(x, index);
    for (let i = 0; i < indices.shape[axis]; i++) {
      const place = index.with(axis, i);
      if (at(indices, place) === index[axis]) total += at(updates, place);
    }
    return total;
  });
}

export function spaceToDepth(x: Nd, block: number): Nd {
  const [N, C, H, W] = x.shape;
  return fill([N, C * block * block, H / block, W / block], ([n, c, row, column]) => {
    const phase = Math.floor(c / C);
    return at(x, [n, c % C, row * block + Math.floor(phase / block), column * block + phase % block]);
  });
}

/** Every entry of x is added, times the weight, where it falls. */
export function convTranspose(
  x: Nd,
  weight: Nd,
  bias: Nd | undefined,
  { strides, pads, outputPads, dilations, groups }: {
    strides: readonly [number, number];
    pads: readonly [number, number, number, number];
    outputPads: readonly [number, number];
    dilations: readonly [number, number];
    groups: number;
  },
): Nd {
  const [N, C, H, W] = x.shape;
  const [, perGroup, kh, kw] = weight.shape;
  const size = [H, W].map((length, i) =>
    (length - 1) * strides[i] + ([kh, kw][i] - 1) * dilations[i] + 1 - pads[i] - pads[i + 2] + outputPads[i]
  );
  const out = new Map<string, number>();
  fill([N, C, perGroup, H, W, kh, kw], ([n, c, k, row, column, ky, kx]) => {
    const channel = Math.floor(c / (C / groups)) * perGroup + k;
    const place = [
      n,
      channel,
      row * strides[0] + ky * dilations[0] - pads[0],
      column * strides[1] + kx * dilations[1] - pads[1],
    ].join();
    out.set(place, (out.get(place) ?? 0) + at(x, [n, c, row, column]) * at(weight, [c, k, ky, kx]));
    return 0;
  });
  return fill([N, perGroup * groups, ...size], (index) => (out.get(index.join()) ?? 0) + (bias?.data[index[1]] ?? 0));
}

/** The maxima, and where they lie in the whole array; the first among equals. */
export function maxPool(x: Nd, kernel: readonly [number, number], window: Window): [Nd, Nd] {
  const shape = [...x.shape.slice(0, 2), ...slidShape(x, kernel, [1, 1], window)];
  const best = (index: readonly number[]): [number, number] => {
    let most = -Infinity;
    let place = 0;
    const [, , height, width] = x.shape;
    const [, top] = slide(height, kernel[0], window, 0);
    const [, left] = slide(width, kernel[1], window, 1);
    overWindow(x, kernel, [1, 1], window, index, (value, inside, ky, kx) => {
      if (!inside || value <= most) return;
      most = value;
      const [row, column] = [top + index[2] * window.strides[0] + ky, left + index[3] * window.strides[1] + kx];
      place = ((index[0] * x.shape[1] + index[1]) * height + row) * width + column;
    });
    return [most, place];
  };
  return [fill(shape, (index) => best(index)[0]), fill(shape, (index) => best(index)[1])];
}

/** The normalised values, and the mean and biased variance of each channel where they are the batch's. */
export function batchNorm([x, scale, bias, mean, variance]: readonly Nd[], epsilon: number, training: boolean): Nd[] {
  const channel = (c: number) => x.data.filter((_, i) => Math.floor(i / (x.shape[2] * x.shape[3])) % x.shape[1] === c);
  const average = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const means = training ? fill([x.shape[1]], ([c]) => average(channel(c))) : mean;
  const variances = training
    ? fill([x.shape[1]], ([c]) => average(channel(c).map((value) => (value - means.data[c]) ** 2)))
    : variance;
  const y = fill(x.shape, (index) => {
    const c = index[1];
    return (at(x, index) - means.data[c]) / Math.sqrt(variances.data[c] + epsilon) * scale.data[c] + bias.data[c];
  });
  return training ? [y, means, variances] : [y];
}

/** Corner pixels keep their places ("corners"), or pixels are repeated ("nearest"). */
export function resizeOther(x: Nd, size: readonly number[], mode: "corners" | "nearest"): Nd {
  const [, , height, width] = x.shape;
  return fill([...x.shape.slice(0, 2), ...size], ([n, c, row, column]) => {
    if (mode === "nearest") {
      return at(x, [n, c, Math.floor(row * height / size[0]), Math.floor(column * width / size[1])]);
    }
    const y = size[0] === 1 ? 0 : row * (height - 1) / (size[0] - 1);
    const xx = size[1] === 1 ? 0 : column * (width - 1) / (size[1] - 1);
    let total = 0;
    for (let i = 0; i < height; i++) {
      for (let j = 0; j < width; j++) {
        total += Math.max(0, 1 - Math.abs(y - i)) * Math.max(0, 1 - Math.abs(xx - j)) * at(x, [n, c, i, j]);
      }
    }
    return total;
  });
}

export function topK(x: Nd, k: number, axis: number, largest: boolean): [Nd, Nd] {
  const chosen = (index: readonly number[]): number => {
    const order = Array.from({ length: x.shape[axis] }, (_, i) => i);
    const value = (i: number) => at(x, index.with(axis, i)) * (largest ? -1 : 1);
    return order.sort((a, b) => value(a) - value(b) || a - b)[index[axis]];
  };
  const shape = x.shape.with(axis, k);
  return [fill(shape, (index) => at(x, index.with(axis, chosen(index)))), fill(shape, chosen)];
}

export function argMin(x: Nd, axis: number): Nd {
  const [, { shape, data }] = topK(x, 1, axis, false);
  return { shape: shape.toSpliced(axis, 1), data };
}

export function reduce(x: Nd, axes: readonly number[], keepDims: boolean, of: (values: number[]) => number): Nd {
  const gone = axes.map((axis) => axis < 0 ? axis + x.shape.length : axis);
  const kept = fill(x.shape.map((size, axis) => gone.includes(axis) ? 1 : size), (index) => {
    const values: number[] = [];
    fill(x.shape, (place) => {
      if (place.every((i, axis) => gone.includes(axis) || i === index[axis])) values.push(at(x, place));
      return 0;
    });
    return of(values);
  });
  return keepDims ? kept : { shape: kept.shape.filter((_, axis) => !gone.includes(axis)), data: kept.data };
}
