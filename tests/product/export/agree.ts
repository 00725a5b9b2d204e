/** The product beside the graph that was exported of it, picture by picture. */
import assert from "node:assert/strict";
import { exportModel } from "../../../lib/product/export/export.ts";
import { openScorer } from "../../../lib/product/model/scorer.ts";

/** What scoring by a run and by its exported graph has in common. */
export interface Agreement {
  /** The largest difference of two scores. */
  readonly scores: number;
  /** The largest difference of what some columns have added to a score. */
  readonly contributions: number;
  /** Reasons that are the same, of all. */
  readonly reasons: number;
}

/** Scores pictures by both, all of them as a graph does; decisions must be the same. */
export async function agreement(run: string, out: string, pictures: readonly Uint8Array[]): Promise<Agreement> {
  await exportModel({ run, out });
  const [product, graph] = await Promise.all(
    [run, out].map((path) => openScorer(path, { threads: 1, judgeAll: true })),
  );
  const photos = await Promise.all(
    pictures.map(async (bytes, i) => ({ id: `${i}`, photo: await product.read(bytes) })),
  );
  const wanted = await product.score(photos, { details: true });
  const found = await graph.score(photos, { details: true });
  await Promise.all([product.close(), graph.close()]);
  assert.deepEqual(found.map(({ decision }) => decision), wanted.map(({ decision }) => decision));
  const differences = wanted.map(({ score }, i) => Math.abs(score - found[i].score));
  const moved = wanted.flatMap(({ details }, i) =>
    details.contributions.flatMap(({ segment, source, logit }) => {
      const same = found[i].details.contributions.find((one) => one.segment === segment && one.source === source);
      return same ? [Math.abs(same.logit - logit)] : [];
    })
  );
  return {
    scores: differences.reduce((most, one) => Number.isFinite(one) ? Math.max(most, one) : NaN, 0),
    contributions: moved.length === 0 ? NaN : Math.max(...moved),
    reasons: wanted.filter(({ reason }, i) => reason === found[i].reason).length,
  };
}
