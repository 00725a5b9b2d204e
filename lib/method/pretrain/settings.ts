/** Methods of pre-training by name, with their settings. @module */
import type { Method, PretrainingSettings } from "./contract.ts";
import { moCo } from "./moco.ts";
import { simClr } from "./simclr.ts";
import { simSiam } from "./simsiam.ts";
import { supervised } from "./supervised.ts";

export type { PretrainingSettings };

const common = {
  hidden: 2048,
  dim: 128,
  temperature: 0.1,
  keyMomentum: 0.999,
  queue: 65_536,
  falls: "cosine",
  warmup: 0,
} as const;
const few = { epochs: 20, batch: 32, hidden: 512, queue: 1024 } as const;

/** A method with its name in words and its settings. */
export interface NamedMethod {
  readonly title: string;
  readonly objective: Method;
  readonly presets: Readonly<Record<"paper" | "small", PretrainingSettings>>;
}

const simSiamPaper: PretrainingSettings = {
  ...common,
  epochs: 100,
  batch: 256,
  rate: 0.05,
  weightDecay: 1e-4,
  dim: 2048,
};
const moCoPaper: PretrainingSettings = {
  ...common,
  epochs: 200,
  batch: 256,
  rate: 0.03,
  weightDecay: 1e-4,
  temperature: 0.2,
};
// LARS, which the paper uses, is for thousands of pictures a step; its rate for SGD is SimSiam's.
const simClrPaper: PretrainingSettings = {
  ...common,
  epochs: 100,
  batch: 256,
  rate: 0.05,
  weightDecay: 1e-6,
  warmup: 0.1,
};
const supervisedPaper: PretrainingSettings = {
  ...common,
  epochs: 90,
  batch: 256,
  rate: 0.1,
  weightDecay: 1e-4,
  falls: "steps",
};

/**
 * The methods. `paper` follows each method's own paper for ImageNet (SimSiam: Sec. 3; MoCo: version 2, with τ = 0.2 in place
 * of version 1's 0.07; SimCLR: Sec. 2 and B.1; supervised: He et al. 2016, Sec. 3.4). `small` is for hundreds or thousands of
 * pictures on a few cores: narrower heads, a shorter queue whose encoder follows faster, fewer epochs.
 *
 * ```ts
 * import { PRETRAINING_METHODS } from "./settings.ts";
 * console.assert(PRETRAINING_METHODS.moco.presets.paper.keyMomentum === 0.999);
 * ```
 */
export const PRETRAINING_METHODS = {
  simsiam: {
    title: "SimSiam",
    objective: simSiam,
    presets: { paper: simSiamPaper, small: { ...simSiamPaper, ...few, dim: 512 } },
  },
  moco: {
    title: "MoCo",
    objective: moCo,
    presets: { paper: moCoPaper, small: { ...moCoPaper, ...few, keyMomentum: 0.99 } },
  },
  simclr: {
    title: "SimCLR",
    objective: simClr,
    presets: { paper: simClrPaper, small: { ...simClrPaper, ...few } },
  },
  supervised: {
    title: "supervised pre-training",
    objective: supervised,
    presets: { paper: supervisedPaper, small: { ...supervisedPaper, ...few } },
  },
} as const satisfies Readonly<Record<string, NamedMethod>>;

/** The name of a method. */
export type PretrainingMethod = keyof typeof PRETRAINING_METHODS;
