/** How far what one graph says of reference pictures is from what the product says. @module */
import { tensor } from "../../base/tensor/tensor.ts";
import type { Session } from "../../engine/session/session.ts";
import type { Decision } from "../../method/evaluate/decide.ts";
import type { Tolerance } from "./certificate.ts";

/** What is expected of a picture. */
export interface Expected {
  readonly name: string;
  /** u8[H,W,3]. */
  readonly picture: { readonly shape: readonly number[]; readonly data: Uint8Array };
  /** u8[H,W], where the graph is given a segment map with each picture. */
  readonly segments?: { readonly shape: readonly number[]; readonly data: Uint8Array };
  readonly score: number;
  readonly decision: Decision;
  /** f32[K,H,W], where there are maps. */
  readonly maps?: { readonly shape: readonly number[]; readonly data: Float32Array };
}

/** What was found. */
export interface Found {
  readonly name: string;
  readonly score: number;
  readonly expected: number;
  /** The difference of the scores, over the score where that is beyond ±1. */
  readonly scoreError: number;
  /** The largest difference of a pixel, over the largest of its map. */
  readonly mapError: number;
  readonly decision: Decision;
  /** Within the tolerance, and of the same decision. */
  readonly holds: boolean;
}

/** What the numbers of `decision` mean. */
export const DECISIONS: readonly Decision[] = ["good", "review", "bad"];

/** Runs a picture through a graph. */
export async function compare(session: Session, expected: Expected, tolerance: Tolerance): Promise<Found> {
  const { name, picture, segments, maps } = expected;
  const fetches = ["score", "decision", ...maps ? ["maps"] : []];
  const batch = (one: NonNullable<Expected["segments"]>) => tensor("u8", [1, ...one.shape], one.data);
  const feeds = { picture: batch(picture), ...segments && { segments: batch(segments) } };
  const found = await session.run(feeds, fetches);
  const score = found.score.data[0];
  const decision = DECISIONS[found.decision.data[0]];
  const scoreError = Math.abs(score - expected.score) / Math.max(1, Math.abs(expected.score));
  const mapError = maps ? mapDifference(found.maps.data as Float32Array, maps) : 0;
  return {
    ...{ name, score, expected: expected.score, scoreError, mapError, decision },
    // A difference that is no number is within nothing.
    holds: scoreError <= tolerance.score && mapError <= tolerance.map && decision === expected.decision,
  };
}

function mapDifference(found: Float32Array, { shape: [K], data }: NonNullable<Expected["maps"]>): number {
  if (found.length !== data.length) return NaN;
  const pixels = data.length / K;
  let worst = 0;
  for (let k = 0; k < K; k++) {
    let [most, difference] = [0, 0];
    for (let i = k * pixels; i < (k + 1) * pixels; i++) {
      most = Math.max(most, Math.abs(data[i]));
      difference = Math.max(difference, Math.abs(found[i] - data[i]));
    }
    worst = Math.max(worst, difference / Math.max(most, 1e-30));
  }
  return worst;
}
