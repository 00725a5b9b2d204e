/** What a scorer stands on. @module */
import type { Photo } from "../../domain.ts";
import type { Explanation } from "../../method/judge/contract.ts";
import type { Judged, Pictures, SegadParts } from "./flow.ts";
import type { GoodParts } from "./good_parts.ts";
import type { ModelFile } from "./model_file.ts";

/** The models of a run, or one graph that was exported of them. */
export interface Judging extends Pick<SegadParts, "size"> {
  /** What `model.json` says. */
  readonly file: ModelFile;
  /** In the order of the maps. */
  readonly detectors: readonly { readonly name: string; readonly title: string }[];
  /** How people call detectors and the classifier, by their names. */
  readonly titles: Readonly<Record<string, string>>;
  /** Who judges, for sentences. */
  readonly judge: string;
  /** What reasons are made of; none where the score is all that there is. */
  readonly explanation?: Explanation;
  /** The scores of pictures, with what a closer look at them needs. */
  judged(pictures: Pictures, views: boolean): Promise<Judged>;
  /** What good parts look like; models of earlier releases and exported ones do not say. */
  readonly goodParts?: GoodParts;
  /** What pictures are aligned with, where the model was fitted on aligned ones. */
  readonly reference?: Photo;
  /** The file of a picture's segment map, where the model has one a picture. */
  segmentFile(id: string): string | undefined;
  /** Frees what is loaded. */
  close(): Promise<void>;
}
