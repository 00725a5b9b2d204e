/** The detectors and classifiers of a pipeline file. @module */
import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { compare, exists } from "../../../base/io/walk.ts";
import type { BackboneLayer } from "../../../method/backbone/backbone.ts";
import type { Detector } from "../../../method/detect/contract.ts";
import { detectorNamed } from "../../../method/detect/table.ts";
import { classifierNamed } from "../../../method/classify/table.ts";
import type { Classifier } from "../../../method/classify/contract.ts";
import { sha256 } from "../../../base/io/hash.ts";
import { SettingsError } from "../../../base/text/errors.ts";

/** A detector of a pipeline with its settings filled in. */
export interface NamedDetector {
  /** As columns and methods name it. */
  readonly name: string;
  readonly detector: Detector;
  readonly config: unknown;
  /** SHA-256 of the files and folders that the settings name, by path; see {@linkcode withFiles}. */
  readonly files?: Readonly<Record<string, string>>;
}

/**
 * The detectors of a pipeline, in its order. A name of the user's own gives the detector as `type`.
 *
 * @throws {TypeError} for an unknown detector or wrong settings, with the path
 */
export function namedDetectors(detectors: Readonly<Record<string, object>>): NamedDetector[] {
  return Object.entries(detectors).map(([name, settings]) => {
    const { found, config } = configure("detectors", name, settings, detectorNamed);
    return { name, detector: found, config };
  });
}

/**
 * The detector with the content of the files that its settings name.
 *
 * @throws {Error} where one cannot be read; the message has the path and the detector
 */
export async function withFiles(named: NamedDetector): Promise<NamedDetector> {
  const paths = named.detector.files?.(named.config) ?? [];
  if (paths.length === 0) return named;
  const hashes: [string, string][] = [];
  for (const path of paths) {
    try {
      const names = await exists(path, "folder")
        ? (await readdir(path, { recursive: true, withFileTypes: true }))
          .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).sort(compare)
        : [path];
      const lines: string[] = [];
      for (const name of names) lines.push(`${relative(path, name)} ${sha256(await readFile(name))}`);
      hashes.push([path, sha256(lines.join("\n"))]);
    } catch (cause) {
      throw new Error(`Cannot use "${path}" for detectors.${named.name} as ${(cause as Error).message}`, { cause });
    }
  }
  return { ...named, files: Object.fromEntries(hashes) };
}

/** The layers of a backbone that some detectors see, in its order. */
export function layersOf(detectors: readonly NamedDetector[], layers: readonly BackboneLayer[]): BackboneLayer[] {
  const used = new Set(detectors.flatMap(({ detector, config }) => detector.layers(config, layers)));
  return layers.filter(({ name }) => used.has(name));
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
    const { found, config } = configure("classifiers", name, settings, classifierNamed);
    return { name, classifier: found, config };
  });
}

function configure<T extends { parse(config: unknown): unknown }>(
  kind: string,
  name: string,
  settings: object,
  named: (type: string) => T,
): { found: T; config: unknown } {
  const { type = name, ...config } = settings as { type?: string };
  try {
    const found = named(type);
    return { found, config: found.parse(config) };
  } catch (cause) {
    // A detector names its settings; the reader of a pipeline wants their paths.
    if (!(cause instanceof SettingsError)) {
      throw new TypeError(`Cannot use this pipeline as ${kind}.${name} is wrong`, { cause });
    }
    throw new SettingsError("use this pipeline", cause.problems.map((problem) => `${kind}.${name}.${problem}`));
  }
}
