/**
 * Arithmetic of dims. Literals are computed; what depends on an axis name becomes a text that names the size, such as
 * `ceil(H/2)` or `N*1024`, so that two sizes are known to be equal where their texts are.
 * @module
 */
import type { Dim } from "../../base/tensor/tensor.ts";

/** ceil(dim / by). */
export function ceilDiv(dim: Dim, by: number): Dim {
  if (typeof dim === "number") return Math.ceil(dim / by);
  if (by === 1) return dim;
  // ceil(ceil(H/2)/2) is ceil(H/4).
  const [, name, before] = /^ceil\((\w+)\/(\d+)\)$/.exec(dim) ?? [];
  return name ? `ceil(${name}/${Number(before) * by})` : `ceil(${wrap(dim)}/${by})`;
}

/** floor((dim + plus) / by) + 1: the size of what a window of a stride leaves. */
export function windowed(dim: Dim, plus: number, by: number): Dim {
  if (typeof dim === "number") return Math.floor((dim + plus) / by) + 1;
  if (by === 1) return shifted(dim, plus + 1);
  return `floor((${shifted(dim, plus)})/${by})+1`;
}

/** dim + plus. */
export function shifted(dim: Dim, plus: number): Dim {
  if (typeof dim === "number") return dim + plus;
  return plus === 0 ? dim : plus > 0 ? `${dim}+${plus}` : `${dim}-${-plus}`;
}

/** floor(dim · factor). */
export function scaled(dim: Dim, factor: number): Dim {
  if (typeof dim === "number") return Math.floor(dim * factor);
  return factor === 1 ? dim : Number.isInteger(factor) ? product([dim, factor]) : `floor(${wrap(dim)}*${factor})`;
}

/** The sum of dims. */
export function sum(dims: readonly Dim[]): Dim {
  const number = dims.reduce<number>((total, dim) => typeof dim === "number" ? total + dim : total, 0);
  const names = dims.filter((dim) => typeof dim === "string").sort();
  if (names.length === 0) return number;
  return number === 0 ? names.join("+") : `${names.join("+")}+${number}`;
}

/** The product of dims: the names in order, then the number. */
export function product(dims: readonly Dim[]): Dim {
  const { number, names } = factors(dims);
  if (names.length === 0 || number === 0) return number;
  return [...names, ...(number === 1 ? [] : [number])].join("*");
}

/** What is missing in `part` for the product of `whole`, or `undefined` where it is not known to divide it. */
export function quotient(whole: readonly Dim[], part: readonly Dim[]): Dim | undefined {
  const { number, names } = factors(whole);
  const by = factors(part);
  for (const name of by.names) {
    const at = names.indexOf(name);
    if (at < 0) return undefined;
    names.splice(at, 1);
  }
  if (by.number === 0 || number % by.number !== 0) return undefined;
  return product([number / by.number, ...names]);
}

/** A product taken apart: a dim that is itself a product ("N*4") counts as its factors. */
function factors(dims: readonly Dim[]): { number: number; names: string[] } {
  let number = 1;
  const names: string[] = [];
  for (const dim of dims) {
    if (typeof dim === "number") number *= dim;
    else {
      const parts = /^[^()+\-/]+$/.test(dim) ? dim.split("*") : [wrap(dim)];
      for (const part of parts) {
        if (/^\d+$/.test(part)) number *= Number(part);
        else names.push(part);
      }
    }
  }
  return { number, names: names.sort() };
}

function wrap(dim: string): string {
  return /^[\w.]+$/.test(dim) || /^\([^()]*\)$/.test(dim) || /^(ceil)\([^()]*\)$/.test(dim) ? dim : `(${dim})`;
}

/**
 * The shape of an elementwise operation, aligned at the last axis, where a size of 1 fits every size.
 *
 * @returns `undefined` where the shapes are not known to fit
 */
export function broadcast(...shapes: readonly (readonly Dim[])[]): Dim[] | undefined {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result: Dim[] = [];
  for (let axis = 0; axis < rank; axis++) {
    const sizes = shapes.map((shape) => shape[axis - rank + shape.length] ?? 1).filter((size) => size !== 1);
    if (sizes.some((size) => size !== sizes[0])) return undefined;
    result.push(sizes[0] ?? 1);
  }
  return result;
}
