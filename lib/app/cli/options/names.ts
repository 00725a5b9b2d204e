/**
 * The names that options choose from. They stand here once more, as help must not wait for the code behind them; a test
 * compares them with that code's own tables.
 * @module
 */
import type { Architecture } from "../../../method/backbone/make_file.ts";
import type { SpdLoss } from "../../../method/pretrain/contract.ts";
import type { PretrainingMethod } from "../../../method/pretrain/settings.ts";
import type { Negative } from "../../../method/pretrain/views.ts";

/** Of `DETECTORS` those that need no masks. */
export const DETECTOR_NAMES: readonly string[] = [
  ...["patchcore", "padim", "fastflow", "rd4ad", "efficientad", "mean_difference", "onnx", "maps"],
];

/** Of `CLASSIFIERS` those that need no masks. */
export const LABEL_CLASSIFIER_NAMES: readonly string[] = ["wrn", "devnet", "dra", "linear"];

/** Of `ARCHITECTURES`. */
export const ARCHITECTURE_NAMES: readonly Architecture[] = [
  ...["resnet18", "resnet50", "wide_resnet50_2", "efficientnet_lite0", "pdn_small", "pdn_medium"] as const,
];

/** Of `PRETRAINING_METHODS`. */
export const PRETRAINING_NAMES: readonly PretrainingMethod[] = ["simsiam", "moco", "simclr", "supervised"];

/** Of `SPD_LOSSES`. */
export const SPD_LOSS_NAMES: readonly SpdLoss[] = ["cosine", "xent"];

/** Of `NEGATIVES`. */
export const NEGATIVE_NAMES: readonly Negative[] = ["smoothblend", "cutpaste"];

/** `GOOD_PARTS` of the settings of pictures. */
export const GOOD_PARTS_NAME = "good parts";
