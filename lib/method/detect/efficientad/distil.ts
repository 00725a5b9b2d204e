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
import { trainableBackbone } from "../../backbone/trainable.ts";
import { pdn, RECEPTIVE_FIELD } from "../../backbone/pdn.ts";
import type { PdnShape } from "../../backbone/pdn.ts";
import type { PdnWeights } from "../../backbone/pdn_file.ts";
import { add, concat, matMul, mul, reduceMean, reshape, resizeBilinear, sub } from "../../../engine/graph/ops.ts";
import { literal } from "../../../engine/graph/value.ts";
import type { Value } from "../../../engine/graph/value.ts";
import { begunAsPytorch, drawWeights, scoped, weightsBehind } from "../../../engine/graph/weights.ts";
import { seededRandom } from "../../../base/tensor/random.ts";
import { tensor } from "../../../base/tensor/tensor.ts";
import { adam } from "../../../engine/train/optimiser.ts";
import { stepped } from "../../../engine/train/schedule.ts";
import { buildStep } from "../../../engine/train/step.ts";
import { chooseLayers } from "../choose_layers.ts";
import type { FitContext } from "../../learn/contract.ts";
import { batchFor, trainOnPictures } from "../../learn/train_on_pictures.ts";
import { negatives } from "./negatives.ts";
import { standardsOf } from "../channel_standards.ts";
import type { Grid } from "../contract.ts";

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
}

/** The most channels of a teacher; more features than these are averaged in neighbouring groups (Sec. 3.1). */
const MOST_CHANNELS = 384;

/** In front of the names of a teacher's weights while it is trained. */
const SCOPE = "pdn";

/** The layers of the backbone that a teacher learns: those of strides 8 and 16. */
export function distilledLayers(available: FitContext["layers"]): readonly string[] {
  return chooseLayers("the distillation", available, { strides: [8, 16] }).layers;
}

/**
 * Distils a teacher on the pictures of a fit. Each channel of the features is brought to mean 0 and deviation 1, its grid
 * to the teacher's bilinearly; the loss is the mean squared difference. Half of each batch are strange versions of the
 * pictures (`negatives`): a teacher that knew nothing but good parts would answer a defect as its student does.
 *
 * @param data tells the pictures of the fit from others where the checkpoint's path does not: a hash
 * @throws {RangeError} where the backbone lacks a layer, or pictures are smaller than the teacher's receptive field
 */
export async function distil(
  context: FitContext,
  { size: network, width, padding }: Omit<PdnShape, "channels">,
  { steps, batch: wanted, rate, start }: Distillation,
  data?: string,
): Promise<PdnWeights> {
  const { size, seed, pictures } = context;
  if (Math.min(size.height, size.width) < RECEPTIVE_FIELD) {
    throw new RangeError(
      `Cannot distil a teacher on pictures of ${size.height} × ${size.width} as it describes patches of ` +
        `${RECEPTIVE_FIELD} × ${RECEPTIVE_FIELD}: use larger ones`,
    );
  }
  const layers = distilledLayers(context.layers).map((name): Grid => {
    const { channels, stride } = context.layers.find((layer) => layer.name === name)!;
    return { name, channels, height: size.height / stride, width: size.width / stride };
  });
  const standards = await standardsOf(context, layers, true);
  const batch = batchFor(wanted, pictures);
  const { image, layers: features } = trainableBackbone(context.backbone, layers.map(({ name }) => name), [
    batch,
    3,
    size.height,
    size.width,
  ]);
  const all = layers.reduce((sum, { channels }) => sum + channels, 0);
  const groups = Math.ceil(all / MOST_CHANNELS);
  const shape: PdnShape = { size: network, width, padding, channels: Math.floor(all / groups) };
  const strange = negatives(size);
  // Networks of residual blocks have a "conv1.weight" too.
  const he = drawWeights(seededRandom(seed));
  const made = pdn(image, scoped(start === "pytorch" ? begunAsPytorch(he) : he, SCOPE), shape);
  const grid = [Number(made.shape[2]), Number(made.shape[3])] as const;
  const standardised = features.map((x, i) => {
    const own = (kind: string) => literal(standards[`teacher.${i}.${kind}`]);
    return resizeBilinear(mul(add(x, own("offset")), own("scale")), { size: grid });
  });
  const error = sub(averaged(concat(standardised, { axis: 1 }), shape.channels, groups), made);
  const loss = reduceMean(mul(error, error), { axes: [0, 1, 2, 3] });
  const step = buildStep({
    name: "a teacher",
    inputs: [image],
    loss,
    weights: [...weightsBehind([made]).values()],
    optimiser: adam({ weightDecay: 1e-5 }),
  });
  const weights = await trainOnPictures(context, {
    step,
    steps,
    batch,
    rate: stepped(rate, [Math.floor(0.95 * steps)], 0.1),
    what: "teacher",
    identity: { teacher: shape, size, backbone: context.backbone.sha256, layers, rate, data, ...start && { start } },
    async feed(seen, step) {
      const random = seededRandom((seed + 49_979_687 * (step + 1)) % 0x1_0000_0000);
      const length = 3 * size.height * size.width;
      const data = seen.image.data.slice();
      for (let n = 1; n < batch; n += 2) {
        const own = data.subarray(n * length, (n + 1) * length);
        own.set(await strange(random, own.slice()));
      }
      return { image: tensor("f32", [batch, 3, size.height, size.width], data) };
    },
  });
  const own = Object.entries(weights).map(([name, weight]) => [name.slice(SCOPE.length + 1), weight]);
  return { shape, weights: Object.fromEntries(own) };
}

/** Means of neighbouring channels, `groups` each; what is left over at the end is not used. */
function averaged(x: Value<"f32">, channels: number, groups: number): Value<"f32"> {
  if (groups === 1) return x;
  const [N, all, H, W] = x.shape.map(Number);
  const data = new Float32Array(channels * all);
  for (let c = 0; c < channels; c++) data.fill(1 / groups, c * all + c * groups, c * all + (c + 1) * groups);
  const mean = matMul(literal({ dtype: "f32", shape: [channels, all], data }), reshape(x, [N, all, H * W]));
  return reshape(mean, [N, channels, H, W]);
}
