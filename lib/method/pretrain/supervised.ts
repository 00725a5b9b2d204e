/** Supervised pre-training: classes of pictures, and whether a picture has a local defect. @module */
import { number } from "../../engine/graph/numbers.ts";
import { add, mul } from "../../engine/graph/ops.ts";
import { type Objective, type ObjectiveOptions, spread } from "./contract.ts";
import { linearOf } from "./heads.ts";
import { classEntropy } from "./losses.ts";
import { spotEntropy } from "./defect_classifier.ts";

/**
 * Cross-entropy of classes on the anchors; where the SPD term is wanted, with η times the cross-entropy of an auxiliary
 * classifier on the same features that tells pictures with a local defect from those without (SPD, Sec. 4: supervised
 * pre-training; {@linkcode spotEntropy}).
 *
 * @throws {TypeError} where no classes are fed
 */
export function supervised({ views, encode, weights, spd }: ObjectiveOptions): Objective {
  const { anchor, spot, classes } = views;
  if (!classes) throw new TypeError("Cannot train on classes as none are fed");
  const h = encode(anchor);
  const logits = linearOf(h, weights, "classifier", { out: Number(classes.shape[1]) });
  const plain = classEntropy(logits, classes);
  const metrics = { spread: spread(h) };
  if (!spot) return { loss: plain, passes: [h], metrics };
  const { term, passes } = spotEntropy({ encode, weights }, spot);
  return {
    loss: add(plain, mul(term, number(spd))),
    passes: [h, ...passes],
    metrics: { ...metrics, spd: term },
  };
}
