/** The detectors of a pipeline file. @module */
import type { Detector } from "../detect/contract.ts";
import { detectorNamed } from "../detect/detectors.ts";

/** A detector of a pipeline with its settings filled in. */
export interface NamedDetector {
  /** As columns and methods name it. */
  readonly name: string;
  readonly detector: Detector;
  readonly config: unknown;
}

/**
 * The detectors of a pipeline, in its order. A name of the user's own gives the detector as `type`.
 *
 * @throws {TypeError} for an unknown detector or wrong settings, with the path
 */
export function namedDetectors(detectors: Readonly<Record<string, object>>): NamedDetector[] {
  return Object.entries(detectors).map(([name, settings]) => {
    const { type = name, ...config } = settings as { type?: string };
    try {
      const detector = detectorNamed(type);
      return { name, detector, config: detector.parse(config) };
    } catch (cause) {
      // A detector names its settings; the reader of a pipeline wants their paths.
      const [, reasons] = /^Cannot configure .*? as (.*)$/s.exec((cause as Error).message) ?? [];
      if (reasons === undefined) {
        throw new TypeError(`Cannot use this pipeline as detectors.${name} is wrong`, { cause });
      }
      const paths = reasons.split("; ").map((reason) => `detectors.${name}.${reason}`);
      throw new TypeError(`Cannot use this pipeline as ${paths.join("; ")}`);
    }
  });
}
