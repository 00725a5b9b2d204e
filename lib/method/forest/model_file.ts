/** Forests on disk. @module */
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type } from "arktype";
import { writeFileAtomic } from "../../base/io/atomic.ts";
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import { type SealedFolder, sealedFolder } from "../../base/io/sealed_folder.ts";
import { type ForestModel, toStored } from "./model.ts";
import { settingsSchema } from "./presets.ts";
import { LEVELS } from "./good_quantiles.ts";
import { type ForestRunner, sharedForestRunner } from "./runner.ts";
import { walkOf } from "./walk.ts";

const MODEL = "model.json";
const NOTES = "forest.json";

const Notes = type({
  "+": "reject",
  /** Of the model beside it. */
  sha256: "string",
  columns: "string[] >= 1",
  "training?": {
    settings: settingsSchema,
    seed: "number.integer >= 0",
    scalePosWeight: "number > 0",
  },
  "reference?": { parts: "number.integer >= 0", quantiles: type("number | null").array() },
});

/**
 * Writes a forest into a folder: `model.json` as XGBoost (and its Python package) reads it, and `forest.json` with the
 * names of the columns, how it was trained and what good parts look like.
 */
export async function writeForest(folder: string, model: ForestModel): Promise<void> {
  const { columns, json, training, goodQuantiles } = model;
  const notes = {
    sha256: sha256(json),
    columns,
    training,
    reference: goodQuantiles && {
      parts: goodQuantiles.parts,
      quantiles: Array.from(goodQuantiles.quantiles, (value) => Number.isNaN(value) ? null : value),
    },
  };
  await writeFileAtomic(join(folder, MODEL), json);
  await writeFileAtomic(join(folder, NOTES), `${canonicalJson(notes)}\n`);
}

/**
 * Reads what {@linkcode writeForest} wrote, or a single file as XGBoost saves it (`.json`, `.ubj`), from Python say.
 * Such a file has no quantiles of good parts; its columns are called f0, f1, … where it names none.
 *
 * @throws {SyntaxError} with the path where a file is broken, with XGBoost's reason
 */
export async function readForest(path: string, runner: ForestRunner = sharedForestRunner()): Promise<ForestModel> {
  if ((await stat(path)).isDirectory()) return await readForestFolder(sealedFolder(path), runner);
  return await importForest(new Uint8Array(await readFile(path)), path, runner);
}

/** Reads what {@linkcode writeForest} wrote, from a folder whose files may be known by their hashes. */
export async function readForestFolder(folder: SealedFolder, runner: ForestRunner): Promise<ForestModel> {
  const [name, described] = [join(folder.path, MODEL), join(folder.path, NOTES)];
  const json = await folder.read(MODEL);
  const notes = parseNotes(new TextDecoder().decode(await folder.read(NOTES)), described);
  if (sha256(json) !== notes.sha256) {
    throw new SyntaxError(`Cannot read model "${name}" as it is not the one that "${described}" describes`);
  }
  const stored = toStored({ json, name });
  walkOf(stored.bytes, checkTrees(json, name));
  const { width } = await runner.inspect(stored);
  const { columns, training } = notes;
  if (width !== columns.length) {
    throw new SyntaxError(`Cannot read model "${name}" as it has ${width} columns: ${NOTES} names ${columns.length}`);
  }
  if (!notes.reference) return { name, columns, json, training };
  const quantiles = Float32Array.from(notes.reference.quantiles, (value) => value ?? NaN);
  if (quantiles.length !== width * LEVELS) {
    throw new SyntaxError(`Cannot read "${described}" as its reference is not ${LEVELS} quantiles a column`);
  }
  return { name, columns, json, training, goodQuantiles: { parts: notes.reference.parts, quantiles } };
}

/** A model in XGBoost's JSON or UBJSON as a forest. See {@linkcode readForest}. */
export async function importForest(
  bytes: Uint8Array<ArrayBuffer>,
  name: string,
  runner: ForestRunner = sharedForestRunner(),
): Promise<ForestModel> {
  const isJson = /^\s*\{\s*"/.test(new TextDecoder().decode(bytes.subarray(0, 64)));
  const json = isJson ? bytes : await runner.convert({ bytes, name, format: "json" });
  const { width, columns } = await runner.inspect(toStored({ json, name }));
  return { name, json, columns: columns.length > 0 ? columns : Array.from({ length: width }, (_, i) => `f${i}`) };
}

/** What of XGBoost's JSON holds the numbers of its trees: where they part, and what their leaves give. */
const Trees = type({
  learner: { gradient_booster: { model: { trees: type({ split_conditions: "number[]" }).array() } } },
});

/**
 * What the JSON says. XGBoost itself reads NaN, and a number that is too large for 32 bits as an infinity.
 *
 * @throws {SyntaxError} where a number of a tree is not finite
 */
function checkTrees(json: Uint8Array, name: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder().decode(json));
  } catch (cause) {
    throw new SyntaxError(`Cannot read model "${name}" as it is not JSON: ${(cause as Error).message}`, { cause });
  }
  const found = Trees(value);
  if (found instanceof type.errors) throw new SyntaxError(`Cannot read model "${name}" as ${found.summary}`);
  for (const [i, { split_conditions }] of found.learner.gradient_booster.model.trees.entries()) {
    const odd = split_conditions.find((number) => !Number.isFinite(Math.fround(number)));
    if (odd === undefined) continue;
    throw new SyntaxError(
      `Cannot read model "${name}" as the numbers of its trees must be finite: tree ${i} has ${odd}`,
    );
  }
  return value;
}

function parseNotes(text: string, path: string): typeof Notes.infer {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new SyntaxError(
      `Cannot read "${path}" as it is not JSON: ${cause instanceof Error ? cause.message : cause}`,
      {
        cause,
      },
    );
  }
  const notes = Notes(value);
  if (notes instanceof type.errors) throw new SyntaxError(`Cannot read "${path}" as ${notes.summary}`);
  return notes;
}
