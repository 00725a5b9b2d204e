/**
 * Teachers for EfficientAD: a patch description network learns to give the features of a larger backbone (Batzner et al.,
 * WACV 2024, Sec. 3.1 and appendix A.2), on any pictures.
 *
 * With Ψ(x) the backbone's layers on the teacher's grid, joined and in neighbouring groups averaged to C channels, μ and σ
 * their mean and deviation by channel over the pictures, and T the teacher:
 *
 *     L(x) = 1/(CWH) Σ_{c,w,h} ((Ψ(x) − μ) / σ − T(x))²
 * @module
 */
import { pdn, RECEPTIVE_FIELD } from "../../backbone/pdn.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import { mul, reduceMean, sub } from "../../../engine/graph/ops.ts";
import { input, literal } from "../../../engine/graph/value.ts";
import { begunAsPytorch, drawWeights, scoped, weightsBehind } from "../../../engine/graph/weights.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import type { Random } from "../../../base/tensor/random.ts";
import { sizeOf, tensor } from "../../../base/tensor/tensor.ts";
import { adam } from "../../../engine/train/optimiser.ts";
import { stepped } from "../../../engine/train/schedule.ts";
import { buildStep } from "../../../engine/train/step.ts";
import { changeLight } from "../../../picture/change/light.ts";
import { chooseLayers } from "../choose_layers.ts";
import type { FitContext, TrainingPictures } from "../../learn/contract.ts";
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import { explainedShare } from "./explained.ts";
import { negatives } from "./negatives.ts";
import { openTargets } from "./target.ts";
import { gridsOf } from "../layer_grids.ts";

/** How a teacher is distilled. */
export interface Distillation {
  /** How long it learns. */
  readonly steps: number;
  /** Pictures of a step. */
  readonly batch: number;
  /** Learning rate of Adam; a tenth of it for the last twentieth of the steps. */
  readonly rate: number;
  /** Weights begin as PyTorch's do, and the authors'; as He's where left out. */
  readonly start?: "pytorch";
  /**
   * As the authors do, on many pictures of all kinds: the backbone sees them at twice the size that the teacher sees them at, the
   * target is normalised as a whole, and one picture in ten is grey. Where left out both see the same, and half of each batch are
   * strange versions of the pictures (`negatives`): a teacher that knew nothing but good parts would answer a defect as its student does.
   */
  readonly like?: "authors";
}

/** A teacher. */
export interface Distilled extends PdnWeights {
  /** The share of the target's variance that it explains on pictures that it has not seen, at most 1; where there were some. */
  readonly explained?: number;
}

/** What a distillation may be told. */
export interface DistilOptions {
  /** Tells the pictures of the fit from others where the checkpoint's path does not: a hash. */
  readonly data?: string;
  /** Pictures of the same size that are none of the fit's. */
  readonly unseen?: Pick<TrainingPictures, "batches">;
}

/** How often a picture is grey, as in the authors' code. */
const GREY = 0.1;

/** In front of the names of a teacher's weights while it is trained. */
const SCOPE = "pdn";

/** The layers of the backbone that a teacher learns: those of strides 8 and 16. */
export function distilledLayers(available: FitContext["layers"]): readonly string[] {
  return chooseLayers("the distillation", available, { strides: [8, 16] }).layers;
}

/**
 * Distils a teacher on the pictures of a fit. The loss is the mean squared difference to the target; see `openTargets`.
 *
 * @throws {RangeError} where the backbone lacks a layer, or pictures are smaller than the teacher's receptive field
 */
export async function distil(
  context: FitContext,
  { size: network, width, padding }: Omit<PdnShape, "channels">,
  { steps, batch: wanted, rate, start, like }: Distillation,
  { data, unseen }: DistilOptions = {},
): Promise<Distilled> {
  const { size, seed, pictures } = context;
  const authors = like === "authors";
  const sides = [size.height, size.width].map((side) => authors ? side / 2 : side);
  const patch = RECEPTIVE_FIELD[network];
  if (Math.min(...sides) < patch) {
    throw new RangeError(
      `Cannot distil a teacher on pictures of ${
        sides.join(" × ")
      } as it describes patches of ${patch} × ${patch}: use ` +
        "larger ones",
    );
  }
  const layers = gridsOf(context, distilledLayers(context.layers));
  const batch = batchFor(wanted, pictures);
  const he = drawWeights(seededRandom(seed));
  const drawn = scoped(start === "pytorch" ? begunAsPytorch(he) : he, SCOPE);
  const [, , rows, columns] = pdn(
    input("image", "f32", [1, 3, sides[0], sides[1]]),
    (name, size) => literal({ dtype: "f32", shape: size, data: new Float32Array(sizeOf(size)) }, name),
    { size: network, width, padding, channels: 1 },
  ).shape.map(Number);
  const targets = await openTargets(context, layers, [rows, columns], authors);
  const shape: PdnShape = { size: network, width, padding, channels: targets.channels };
  const { image, seen, wanted: target } = targets.of(batch);
  // Networks of residual blocks have a "conv1.weight" too.
  const made = pdn(seen, drawn, shape);
  const error = sub(target, made);
  const loss = reduceMean(mul(error, error), { axes: [0, 1, 2, 3] });
  const step = buildStep({
    name: "a teacher",
    inputs: [image],
    loss,
    weights: [...weightsBehind([made]).values()],
    optimiser: adam({ weightDecay: 1e-5 }),
  });
  const change = authors ? greyed : negatives(size);
  const first = authors ? 0 : 1;
  const weights = await trainOnPictures(context, {
    step,
    steps,
    batch,
    rate: stepped(rate, [Math.floor(0.95 * steps)], 0.1),
    what: "teacher",
    identity: {
      ...{ teacher: shape, size, backbone: context.backbone.sha256, layers, rate, data },
      ...start && { start },
      ...like && { like },
    },
    async feed(seen, step) {
      const random = seededRandom((seed + 49_979_687 * (step + 1)) % 0x1_0000_0000);
      const length = 3 * size.height * size.width;
      const data = seen.image.data.slice();
      for (let n = first; n < batch; n += first + 1) {
        const own = data.subarray(n * length, (n + 1) * length);
        own.set(await change(random, own.slice()));
      }
      return { image: tensor("f32", [batch, 3, size.height, size.width], data) };
    },
  });
  const own = Object.entries(weights).map(([name, weight]) => [name.slice(SCOPE.length + 1), weight]);
  const teacher: PdnWeights = { shape, weights: Object.fromEntries(own) };
  if (!unseen) return teacher;
  return { ...teacher, explained: await explainedShare(context, teacher, targets, unseen) };
}

/** The picture, or in one of ten draws a grey one. */
function greyed(random: Random, picture: Float32Array): Float32Array {
  return random.uniform() < GREY ? changeLight(picture, "saturation", 0) : picture;
}
