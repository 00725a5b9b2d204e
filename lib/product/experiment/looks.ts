/** How a detector or classifier looks at pictures where it differs from its pipeline. @module */
import { type Type, type } from "arktype";
import { ownOf } from "../../base/text/own.ts";

/** A backbone, a size of pictures, or both, in place of the pipeline's. */
export interface Look {
  /** An ONNX file, as `--backbone` takes it. */
  readonly backbone?: string;
  /** In pixels. */
  readonly picture?: { readonly height: number; readonly width: number };
}

/** By the name of the detector or classifier in the pipeline. */
export type Looks = Readonly<Record<string, Look>>;

const side = type("8 <= number.integer <= 8192");

/** {@linkcode Looks} as pipeline files say them. */
export const looksSchema: Type<Looks> = type({
  "[string]": { "+": "reject", "backbone?": "string >= 1", "picture?": { "+": "reject", height: side, width: side } },
});

/** What a pipeline says that looks depend on. */
interface Looking {
  readonly looks?: Looks;
  readonly detectors: Readonly<Record<string, object>>;
  readonly classifiers?: Readonly<Record<string, object>>;
}

/**
 * What is wrong with the looks of a pipeline.
 *
 * @param evidence whether a method sees evidence, which is told of one backbone
 * @param decided the detectors and the classifier of the model for new pictures
 * @param auto the detectors of automatic judges
 */
export function looksProblems(
  { looks = {}, detectors, classifiers = {} }: Looking,
  { evidence, decided, auto }: {
    readonly evidence: boolean;
    readonly decided: readonly string[];
    readonly auto: readonly string[];
  },
): string[] {
  const known = [...Object.keys(detectors), ...Object.keys(classifiers)];
  const differs = (name: string) => ownOf(looks, name) !== undefined;
  // The network of a classifier holds its backbone; a model looks at pictures once for all its detectors.
  const apart = decided.filter((name) =>
    Object.hasOwn(classifiers, name) ? ownOf(looks, name)?.picture !== undefined : differs(name)
  );
  return [
    ...Object.keys(looks).filter((name) => !known.includes(name)).map((name) =>
      `looks must name detectors or classifiers of this pipeline (${known.join(", ")}): found "${name}"`
    ),
    ...apart.map((name) =>
      `looks.${name} must be left out as decision.method uses it, and the model for new pictures sees them once, in one size`
    ),
    ...auto.filter(differs).map((name) => `looks.${name} must be left out as an automatic judge sees its evidence`),
    ...evidence && Object.keys(looks).some((name) => Object.hasOwn(detectors, name))
      ? ["looks must be of classifiers alone where a method sees evidence, which is told of one backbone"]
      : [],
  ];
}
