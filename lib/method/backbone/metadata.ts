/** What a backbone file says of itself in its metadata. @module */
import { type Type, type } from "arktype";

/** The key in the metadata. */
export const BACKBONE_FACTS = "segad.backbone";

/** The statistics that most networks trained on ImageNet use. */
export const IMAGENET_MEAN = [0.485, 0.456, 0.406] as const;
export const IMAGENET_STD = [0.229, 0.224, 0.225] as const;

/** Layers and normalisation. */
export interface BackboneFacts {
  readonly layers: readonly string[];
  readonly mean: readonly [number, number, number];
  readonly std: readonly [number, number, number];
}

const triple = type(["number", "number", "number"]);
const schema: Type<BackboneFacts> = type({ layers: "string[] >= 1", mean: triple, std: triple });

/** The facts in a file's metadata; undefined where it says nothing. Throws a SyntaxError where they are damaged. */
export function readFacts(metadata: Readonly<Record<string, string>>, name: string): BackboneFacts | undefined {
  const text = metadata[BACKBONE_FACTS];
  if (text === undefined) return undefined;
  const parsed = type("string.json.parse").to(schema)(text);
  if (!(parsed instanceof type.errors)) return parsed;
  throw new SyntaxError(`Cannot use "${name}" as a backbone as its metadata is damaged: ${parsed.summary}`);
}
