/**
 * Backbones of one's own: made of known networks, pre-trained on pictures, distilled for EfficientAD.
 *
 * @module
 */
export { distil, type Distillation, type Distilled, type DistilOptions } from "../detect/efficientad/distil.ts";
export { type Architecture, ARCHITECTURES, makeBackbone, readWeights } from "../backbone/make_file.ts";
export { pdn, type PdnShape } from "../backbone/pdn.ts";
export { type PdnWeights, readPdn, writePdn } from "../backbone/pdn_file.ts";
export { type TrainableBackbone, trainableBackbone } from "../backbone/trainable.ts";
export { type ChangeLocally, cutPaste, type LocalChange, smoothBlend } from "../../picture/change/local_change.ts";
export { startingBackbone, type StartOptions } from "./initial_network.ts";
export { pretrain, type Pretrained, type PretrainOptions } from "./pretrain.ts";
export { type ChangedPictures, changePictures, type Distances, featureDistances } from "./sensitivity.ts";
export { PRETRAINING_METHODS, type PretrainingMethod, type PretrainingSettings } from "./settings.ts";
export type { Negative } from "./views.ts";
