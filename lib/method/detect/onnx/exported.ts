/** A model that was exported here as a detector: what it was exported of judges pictures for another pipeline. @module */
import { basename } from "node:path";
import { type Type, type } from "arktype";
import { selectOutputs } from "../../../engine/graph/file/edit.ts";
import { linkModels } from "../../../engine/graph/file/link.ts";
import type { ModelSummary } from "../../../engine/graph/file/parse.ts";
import { buildModel } from "../../../engine/graph/model.ts";
import { number } from "../../../engine/graph/numbers.ts";
import { add, cast, mul, reshape, slice, transpose } from "../../../engine/graph/ops.ts";
import { input, type Value } from "../../../engine/graph/value.ts";
import { refuse } from "../../../base/text/refuse.ts";
import type { OnnxFitted } from "./apply.ts";
import { CARD } from "./exported_file.ts";

/** Which of its maps and scores are the detector's. */
export interface ExportedChoice {
  /** The detector whose map it is; may be left out where there is one. */
  readonly map?: string;
  /** "score" is that of the whole, any other name that of a detector or classifier in it. */
  readonly score?: string;
}

const named = type({ name: "string" }).array();
const schema: Type<{
  readonly detectors: readonly { readonly name: string }[];
  readonly classifier?: { readonly name: string };
}> = type({ detectors: named, "classifier?": { name: "string" } });

/**
 * An exported model with the ports of a detector.
 *
 * @param bytes what the first was read of
 * @param size of the pictures that it will see
 * @returns nothing where the file was not exported here
 * @throws {TypeError} where it takes pictures of another size, has several maps and none is named, or none at all
 */
export function fromExport(
  { inputs, outputs, metadata }: ModelSummary,
  bytes: Uint8Array,
  file: string,
  choice: ExportedChoice,
  { height, width }: { readonly height: number; readonly width: number },
): OnnxFitted | undefined {
  if (!Object.hasOwn(metadata, CARD)) return undefined;
  const fail = (reason: string): never => {
    throw new TypeError(`Cannot use "${file}" as a detector as ${reason}`);
  };
  const card = cardOf(metadata[CARD], file);
  const maps = outputs.find(({ name }) => name === "maps");
  const [picture, ...more] = inputs;
  if (more.length > 0) {
    fail(`it wants ${more.map(({ name }) => `"${name}"`).join(", ")} beside a picture: export it with its own`);
  }
  const [N, ...sides] = picture.shape;
  if (!sides.every((side, axis) => typeof side === "string" || side === [height, width, 3][axis])) {
    fail(`it takes pictures of ${sides[0]} × ${sides[1]} pixels and the pipeline's have ${height} × ${width}`);
  }
  const detectors = card.detectors.map(({ name }) => name);
  if (!maps) return fail("it has no maps: its judge is a classifier alone");
  const k = choice.map === undefined ? detectors.length === 1 ? 0 : -1 : detectors.indexOf(choice.map);
  if (k < 0) {
    fail(
      `it has ${
        choice.map === undefined ? "several maps" : `no map "${choice.map}"`
      }: name one by "map", which may be ` +
        quoted(detectors),
    );
  }
  const scores = [...detectors, ...card.classifier ? [card.classifier.name] : []];
  const { score: wanted = "score" } = choice;
  if (wanted !== "score" && !scores.includes(wanted)) {
    fail(`it has no score "${wanted}": name one of ${quoted(["score", ...scores])}`);
  }
  const port = wanted === "score" ? "score" : "scores";
  const image = input("image", "f32", [N, 3, ...sides.slice(0, 2)]);
  // Pictures of 0 to 1 are bytes over 255; a half more and the fraction cut off gives the very bytes back.
  const back = cast(add(mul(transpose(image, [0, 2, 3, 1]), number(255)), number(0.5)), "u8");
  const all = input("maps", "f32", maps.shape);
  const given = input("given", "f32", port === "score" ? [N] : [N, scores.length]);
  const outputsOf: Record<string, Value> = {
    map: slice(all, { axis: 1, from: k, to: k + 1 }),
    score: port === "score" ? given : reshape(slice(given, { axis: 1, ...place(scores.indexOf(wanted)) }), [N]),
  };
  return {
    model: linkModels({
      name: "detector",
      inputs: { image: { dtype: "f32", shape: image.shape } },
      parts: [
        {
          name: "bytes",
          model: buildModel({ inputs: [image], outputs: { picture: back } }),
          inputs: { image: "image" },
        },
        {
          name: "model",
          model: selectOutputs(bytes, ["maps", port], file),
          inputs: { [picture.name]: "bytes/picture" },
        },
        {
          name: "ports",
          model: buildModel({ inputs: [all, given], outputs: outputsOf }),
          inputs: { maps: "model/maps", given: `model/${port}` },
        },
      ],
      outputs: { map: "ports/map", score: "ports/score" },
    }),
    ...{ map: "map", score: "score", name: basename(file) },
  };
}

function place(from: number) {
  return { from, to: from + 1 };
}

function cardOf(text: string, file: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(`Cannot use "${file}" as a detector as its metadata is no JSON`, { cause });
  }
  const card = schema(value);
  return card instanceof type.errors ? refuse(`use "${file}" as a detector`, card, schema) : card;
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(", ");
}
