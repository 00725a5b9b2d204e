/** Options of the commands that read pictures. @module */
import { object } from "@optique/core/constructs";
import { message } from "@optique/core/message";
import { optional } from "@optique/core/modifiers";
import { option } from "@optique/core/primitives";
import { integer, type ValueParser } from "@optique/core/valueparser";
import { path } from "@optique/run/valueparser";
import type { DepthPolicy } from "../../../picture/image/depth.ts";
import type { PictureSettings } from "../../../picture/image/settings.ts";
import { GOOD_PARTS_NAME } from "./names.ts";

/** `scale`, or the lowest and highest value of the samples with a hyphen between. */
const depth: ValueParser<"sync", DepthPolicy> = {
  mode: "sync",
  metavar: "DEPTH",
  placeholder: "reject",
  parse(text) {
    if (text === "scale") return { success: true, value: { kind: "scale" } };
    const [, low, high] = /^(\d+)-(\d+)$/.exec(text)?.map(Number) ?? [];
    if (low < high && high <= 65535) return { success: true, value: { kind: "window", low, high } };
    return {
      success: false,
      error: message`Expected scale or LOW-HIGH, such as 0-4095 for cameras of 12 bits, but got ${text}.`,
    };
  },
  format: (policy) => policy === "reject" ? policy : policy.kind === "scale" ? "scale" : `${policy.low}-${policy.high}`,
};

/** How pictures are read. */
export const pictureOptions = object({
  depth: optional(option("--depth", depth, {
    description:
      message`How 16 bits a sample become 8: scale for the full range, or LOW-HIGH for a part of it, such as 0-4095`,
  })),
  maxPixels: optional(option("--max-pixels", integer({ metavar: "N", min: 1 }), {
    description: message`Pixels of a picture at most; 100 million where left out`,
  })),
});

/** With what pictures are aligned, for the commands that fit. */
export const alignOptions = object({
  align: optional(option("--align", path({ metavar: "PICTURE" }), {
    description:
      message`Turn and move each picture first, so that the part lies as in this one of a good part; good-parts takes the mean of good ones`,
  })),
});

/** As settings of pictures have it. */
export function alignSetting(align: string | undefined): Pick<PictureSettings, "align"> {
  if (align === undefined) return {};
  return { align: align === "good-parts" ? GOOD_PARTS_NAME : align };
}

/** What to do with those that cannot be read, for the commands that make something of all. */
export const unreadableOptions = object({
  skipUnreadable: option("--skip-unreadable", {
    description: message`Leave out pictures that cannot be read, and end with exit code 3; an error where left out`,
  }),
});
