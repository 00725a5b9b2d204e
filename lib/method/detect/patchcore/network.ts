/** A fitted PatchCore as one graph. @module */
import { buildModel } from "../../../engine/graph/model.ts";
import {
  add,
  argMin,
  gather,
  gatherElements,
  mul,
  reduceSum,
  reshape,
  slice,
  softmax,
  sqrt,
  sub,
  topK,
} from "../../../engine/graph/ops.ts";
import { number } from "../../../engine/graph/numbers.ts";
import { literal, type Value } from "../../../engine/graph/value.ts";
import type { Network } from "../../learn/contract.ts";
import type { Grid } from "../contract.ts";
import { patchValues } from "../patch_features.ts";
import type { PatchCoreFitted } from "./fitted.ts";
import { distancesTo, rankEntries } from "./nearest.ts";

/**
 * The distance of each patch from the nearest entry of the bank, and the weighted distance of the strangest one (Roth et
 * al., 2022, Eq. 7).
 *
 * @param layers those that the fit has seen, in its order
 */
export function patchCoreNetwork(fitted: PatchCoreFitted, layers: readonly Grid[]): Network {
  const { height, width, channels, bank: rows, neighbours, support } = fitted;
  const [P, bank] = [height * width, { rows, channels }];
  const { inputs, patches } = patchValues(
    layers.map(({ channels, height, width }) => ["N", channels, height, width]),
    fitted,
  );
  const queries = reshape(patches, [`N*${P}`, channels]);
  const nearest = argMin(rankEntries(queries, bank), { axis: 1 });
  const distances = reshape(distancesTo(queries, bank, nearest), ["N", P]);

  const [most, strangest] = topK(distances, { k: 1, axis: 1, largest: true });
  const farthest = reshape(most, ["N"]);
  const score = neighbours === 1 ? farthest : mul(farthest, weight());
  const map = reshape(distances, ["N", 1, height, width]);
  return { model: buildModel({ inputs, outputs: { map, score }, name: "patchcore" }), outputs: ["map", "score"] };

  /** 1 − the softmax of the distance to the nearest entry among those to its neighbours, f32[N]. */
  function weight(): Value<"f32"> {
    const entry = reshape(gatherElements(reshape(nearest, ["N", P]), strangest, { axis: 1 }), ["N"]);
    const near = literal({
      dtype: "i64",
      shape: [support.length / neighbours, neighbours],
      data: BigInt64Array.from(support, BigInt),
    }, "support");
    const entries = literal({ dtype: "f32", shape: [rows.length / channels, channels], data: rows }, "bank");
    const known = gather(entries, gather(near, entry, { axis: 0 }), { axis: 0 });
    // The place of the strangest patch, once a channel.
    const zeros = literal({ dtype: "i64", shape: [1, 1, channels], data: new BigInt64Array(channels) });
    const query = gatherElements(patches, add(reshape(strangest, ["N", 1, 1]), zeros), { axis: 1 });
    const difference = sub(known, query);
    const shares = softmax(sqrt(reduceSum(mul(difference, difference), { axes: [2] })), { axis: 1 });
    return sub(number(1), reshape(slice(shares, { axis: 1, from: 0, to: 1 }), ["N"]));
  }
}
