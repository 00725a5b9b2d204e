/** The detectors and classifiers of a pipeline file. @module */
import type { Detector } from "../detect/contract.ts";
import { detectorNamed } from "../detect/detectors.ts";
import { classifierNamed } from "../classify/classifiers.ts";
import type { Classifier } from "../classify/contract.ts";

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
    const { held, config } = configure("detectors", name, settings, detectorNamed);
    return { name, detector: held, config };
  });
}

/** A classifier of a pipeline with its settings filled in. */
export interface NamedClassifier {
  /** As columns and methods name it. */
  readonly name: string;
  readonly classifier: Classifier;
  readonly config: unknown;
}

/** {@linkcode namedDetectors} for classifiers. */
export function namedClassifiers(classifiers: Readonly<Record<string, object>> = {}): NamedClassifier[] {
  return Object.entries(classifiers).map(([name, settings]) => {
    const { held, config } = configure("classifiers", name, settings, classifierNamed);
    return { name, classifier: held, config };
  });
}

function configure<T extends { parse(config: unknown): unknown }>(
  kind: string,
  name: string,
  settings: object,
  named: (type: string) => T,
): { held: T; config: unknown } {
  const { type = name, ...config } = settings as { type?: string };
  try {
    const held = named(type);
    return { held, config: held.parse(config) };
  } catch (cause) {
    // A detector names its settings; the reader of a pipeline wants their paths.
    const [, reasons] = /^Cannot configure .*? as (.*)$/s.exec((cause as Error).message) ?? [];
    if (reasons === undefined) {
      throw new TypeError(`Cannot use this pipeline as ${kind}.${name} is wrong`, { cause });
    }
    const paths = reasons.split("; ").map((reason) => `${kind}.${name}.${reason}`);
    throw new TypeError(`Cannot use this pipeline as ${paths.join("; ")}`);
  }
}
