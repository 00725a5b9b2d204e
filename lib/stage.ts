/**
 * Stages and their composition.
 *
 * A stage is a named pure function of tensors. What must be fitted first is a pair: `fit(config, samples)` gives plain
 * data that can be saved, `apply(fitted)` gives a stage.
 * @module
 */

/** A pure function; its name (`function.name`) shows in plans, progress and errors. */
export type Stage<I, O> = (input: I) => O;

/** A stage whose work happens elsewhere: in the runtime's threads, or in a Worker. */
export type AsyncStage<I, O> = (input: I) => Promise<O>;

/**
 * Runs one stage after another, up to eight. Each output must fit the next input in dtype, shape and unit, or it does not compile.
 *
 * ```ts
 * import { pipe } from "./stage.ts";
 * const half = (x: number) => x / 2;
 * console.assert(pipe(half, half)(8) === 2);
 * ```
 */
export function pipe<A, B>(ab: Stage<A, B>): Stage<A, B>;
/** {@linkcode pipe} of more stages. */
export function pipe<A, B, C>(ab: Stage<A, B>, bc: Stage<B, C>): Stage<A, C>;
/** {@linkcode pipe} of more stages. */
export function pipe<A, B, C, D>(ab: Stage<A, B>, bc: Stage<B, C>, cd: Stage<C, D>): Stage<A, D>;
/** {@linkcode pipe} of more stages. */
export function pipe<A, B, C, D, E>(
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
): Stage<A, E>;
/** {@linkcode pipe} of five stages. */
export function pipe<A, B, C, D, E, F>(
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
  ef: Stage<E, F>,
): Stage<A, F>;
/** {@linkcode pipe} of six stages. */
export function pipe<A, B, C, D, E, F, G>(
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
  ef: Stage<E, F>,
  fg: Stage<F, G>,
): Stage<A, G>;
/** {@linkcode pipe} of seven stages. */
export function pipe<A, B, C, D, E, F, G, H>(
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
  ef: Stage<E, F>,
  fg: Stage<F, G>,
  gh: Stage<G, H>,
): Stage<A, H>;
/** {@linkcode pipe} of eight stages. */
export function pipe<A, B, C, D, E, F, G, H, I>(
  ab: Stage<A, B>,
  bc: Stage<B, C>,
  cd: Stage<C, D>,
  de: Stage<D, E>,
  ef: Stage<E, F>,
  fg: Stage<F, G>,
  gh: Stage<G, H>,
  hi: Stage<H, I>,
): Stage<A, I>;
export function pipe(...stages: Stage<unknown, unknown>[]): Stage<unknown, unknown> {
  return (input) => stages.reduce((value, stage) => stage(value), input);
}

/** {@linkcode pipe} for stages of which some are asynchronous. */
export function pipeAsync<A, B>(ab: Stage<A, B | Promise<B>>): AsyncStage<A, B>;
/** {@linkcode pipeAsync} of more stages. */
export function pipeAsync<A, B, C>(ab: Stage<A, B | Promise<B>>, bc: Stage<B, C | Promise<C>>): AsyncStage<A, C>;
/** {@linkcode pipeAsync} of more stages. */
export function pipeAsync<A, B, C, D>(
  ab: Stage<A, B | Promise<B>>,
  bc: Stage<B, C | Promise<C>>,
  cd: Stage<C, D | Promise<D>>,
): AsyncStage<A, D>;
/** {@linkcode pipeAsync} of more stages. */
export function pipeAsync<A, B, C, D, E>(
  ab: Stage<A, B | Promise<B>>,
  bc: Stage<B, C | Promise<C>>,
  cd: Stage<C, D | Promise<D>>,
  de: Stage<D, E | Promise<E>>,
): AsyncStage<A, E>;
/** {@linkcode pipeAsync} of five stages. */
export function pipeAsync<A, B, C, D, E, F>(
  ab: Stage<A, B | Promise<B>>,
  bc: Stage<B, C | Promise<C>>,
  cd: Stage<C, D | Promise<D>>,
  de: Stage<D, E | Promise<E>>,
  ef: Stage<E, F | Promise<F>>,
): AsyncStage<A, F>;
/** {@linkcode pipeAsync} of six stages. */
export function pipeAsync<A, B, C, D, E, F, G>(
  ab: Stage<A, B | Promise<B>>,
  bc: Stage<B, C | Promise<C>>,
  cd: Stage<C, D | Promise<D>>,
  de: Stage<D, E | Promise<E>>,
  ef: Stage<E, F | Promise<F>>,
  fg: Stage<F, G | Promise<G>>,
): AsyncStage<A, G>;
/** {@linkcode pipeAsync} of seven stages. */
export function pipeAsync<A, B, C, D, E, F, G, H>(
  ab: Stage<A, B | Promise<B>>,
  bc: Stage<B, C | Promise<C>>,
  cd: Stage<C, D | Promise<D>>,
  de: Stage<D, E | Promise<E>>,
  ef: Stage<E, F | Promise<F>>,
  fg: Stage<F, G | Promise<G>>,
  gh: Stage<G, H | Promise<H>>,
): AsyncStage<A, H>;
/** {@linkcode pipeAsync} of eight stages. */
export function pipeAsync<A, B, C, D, E, F, G, H, I>(
  ab: Stage<A, B | Promise<B>>,
  bc: Stage<B, C | Promise<C>>,
  cd: Stage<C, D | Promise<D>>,
  de: Stage<D, E | Promise<E>>,
  ef: Stage<E, F | Promise<F>>,
  fg: Stage<F, G | Promise<G>>,
  gh: Stage<G, H | Promise<H>>,
  hi: Stage<H, I | Promise<I>>,
): AsyncStage<A, I>;
export function pipeAsync(...stages: Stage<unknown, unknown>[]): AsyncStage<unknown, unknown> {
  return async (input) => {
    let value = input;
    for (const stage of stages) value = await stage(value);
    return value;
  };
}
