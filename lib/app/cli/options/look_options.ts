/** `--look NAME=ONNX` and `--look NAME=SIDE`: a backbone or a size of pictures of one detector or classifier. @module */
import type { Look, Looks } from "../../../product/experiment/looks.ts";
import { fromProject } from "../place.ts";

/**
 * The looks of a pipeline with those of the command line in their place. A number, or two with an x between, is a size in
 * pixels (height, width); all else is the path of a backbone.
 *
 * @throws {TypeError} where one is not NAME=…
 */
export function readLooks(looks: Looks | undefined, given: readonly string[]): Looks | undefined {
  const read: Record<string, Look> = { ...looks };
  for (const text of given) {
    const [, name, value] = /^([^=]+)=(.+)$/.exec(text) ?? [];
    if (name === undefined) throw new TypeError(`Cannot use --look "${text}" as it must be NAME=ONNX or NAME=PIXELS`);
    const [size, height, width = height] = /^(\d+)(?:x(\d+))?$/.exec(value) ?? [];
    read[name] = {
      ...Object.hasOwn(read, name) ? read[name] : {},
      ...size === undefined
        ? { backbone: fromProject(value) }
        : { picture: { height: Number(height), width: Number(width) } },
    };
  }
  return Object.keys(read).length === 0 ? undefined : read;
}
