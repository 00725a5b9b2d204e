/** A fitted PaDiM as one graph. @module */
import { buildModel } from "../../../engine/graph/model.ts";
import {
  gather,
  matMul,
  mul,
  pad,
  reduceMax,
  reduceSum,
  reshape,
  sqrt,
  sub,
  transpose,
} from "../../../engine/graph/ops.ts";
import { literal } from "../../../engine/graph/value.ts";
import type { Network } from "../../learn/contract.ts";
import type { Grid } from "../contract.ts";
import { patchValues } from "../patch_features.ts";
import type { PaDiMFitted } from "./fitted.ts";

/**
 * ‖W(x − mean)‖ at each place, and its maximum. The triangles lie packed in the file; the runtime unpacks them once, when it
 * loads it.
 *
 * @param layers those that the fit has seen, in its order
 */
export function padimNetwork(fitted: PaDiMFitted, layers: readonly Grid[]): Network {
  const { dims, height, width, mean, whitening } = fitted;
  const [P, C] = [height * width, dims.length];
  const { inputs, patches } = patchValues(
    layers.map(({ channels, height, width }) => ["N", channels, height, width]),
    fitted,
  );
  const chosen = gather(patches, literal({ dtype: "i32", shape: [C], data: dims }, "channels"), { axis: 2 });
  const centred = sub(chosen, literal({ dtype: "f32", shape: [P, C], data: mean }, "mean"));
  const packed = literal({ dtype: "f32", shape: [P, C * (C + 1) / 2], data: whitening }, "whitening");
  const square = reshape(
    gather(pad(packed, { before: [0, 0], after: [0, 1] }), unpacking(C), { axis: 1 }),
    [P, C, C],
  );
  // [P,N,C] × [P,C,C]: a place's matrix is read once for all pictures.
  const white = matMul(transpose(centred, [1, 0, 2]), square);
  const distances = sqrt(reduceSum(mul(white, white), { axes: [2] }));
  const map = reshape(transpose(distances, [1, 0]), ["N", 1, height, width]);
  const score = reduceMax(map, { axes: [1, 2, 3] });
  return { model: buildModel({ inputs, outputs: { map, score }, name: "padim" }), outputs: ["map", "score"] };
}

/** Where each number of the transposed matrix lies in a packed triangle; the zero behind it is that above the diagonal. */
function unpacking(C: number) {
  const zero = C * (C + 1) / 2;
  const data = new Int32Array(C * C);
  for (let j = 0; j < C; j++) {
    for (let i = 0; i < C; i++) data[j * C + i] = j <= i ? i * (i + 1) / 2 + j : zero;
  }
  return literal({ dtype: "i32", shape: [C * C], data }, "unpacking");
}
