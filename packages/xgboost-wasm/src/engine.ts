/**
 * Training, prediction and contributions as plain functions over plain data, on any {@linkcode Library}.
 *
 * All of it is synchronous and XGBoost is asked for one thread: workers run several engines side by side.
 * @module
 */
import { type Fault, findFault } from "./find_fault.ts";
import type { Arguments, FunctionName, Library } from "./library.ts";
import { openScratch } from "./scratch.ts";

/** Rows of features, row-major, NaN where a value is missing. */
export interface Table {
  /** f32, `rows` × `columns.length`. */
  readonly values: Float32Array;
  readonly rows: number;
  /** The name of each column; empty names none, but then the width is `width`. */
  readonly columns: readonly string[];
  readonly width: number;
}

/** XGBoost's parameters by their own names; `seed`, `objective`, `max_depth` and so on. */
export type Parameters = Readonly<Record<string, string | number | boolean>>;

/** What a model is trained on and how. */
export interface TrainTask {
  /** For error messages. Default: "a model". */
  readonly name?: string;
  readonly table: Table;
  /** f32, one a row: classes from 0, or numbers, as the objective wants them. */
  readonly labels: Float32Array;
  /** XGBoost's own parameters. */
  readonly parameters: Parameters;
  /** Rounds of boosting. */
  readonly rounds: number;
}

/** A model. The engine keeps the last four loaded, by their keys. */
export interface StoredModel {
  /** Equal for equal models. Default: the array of the bytes, which must not be changed afterwards. */
  readonly key?: number;
  /** For error messages. Default: "a model". */
  readonly name?: string;
  /** XGBoost's JSON (or UBJSON). */
  readonly bytes: Uint8Array;
}

/** What to predict. */
export interface PredictTask {
  readonly model: StoredModel;
  readonly table: Table;
  /**
   * `value`: what the objective predicts, a probability say; `score`: the raw margin; both [rows], or [rows, classes].
   * `contributions`: SHAP values of the score, the bias last, [rows, columns + 1], or [rows, classes, columns + 1].
   */
  readonly output: "value" | "score" | "contributions";
}

/** What a stored model says of itself. */
export interface ModelInfo {
  readonly width: number;
  /** Empty where the model was saved without names. */
  readonly columns: readonly string[];
}

/** A model in one of XGBoost's formats, and its name for error messages. */
export interface ConvertTask {
  readonly bytes: Uint8Array;
  /** For error messages. Default: "a model". */
  readonly name?: string;
  readonly format: "json" | "ubj";
}

/** XGBoost as functions. */
export interface Engine {
  readonly version: string;
  /** The model as XGBoost's JSON. Throws a RangeError in XGBoost's words. */
  train(task: TrainTask): Uint8Array<ArrayBuffer>;
  /** Throws a RangeError in XGBoost's words where the model has no such output. */
  predict(task: PredictTask): Float32Array<ArrayBuffer>;
  inspect(model: StoredModel): ModelInfo;
  convert(task: ConvertTask): Uint8Array<ArrayBuffer>;
}

/** Models that an engine keeps loaded, each some 10 MB. */
const KEPT = 4;

/** `value`, `score` and `contributions` as XGBoost counts them. */
const OUTPUTS = { value: 0, score: 1, contributions: 2 } as const;

/** An engine over a library. See `openXgboost` for one that is ready. */
export function openEngine(library: Library): Engine {
  const loaded = new Map<number | Uint8Array, number>();

  function call<Name extends FunctionName>(name: Name, ...args: Arguments<Name>): void {
    if (library.call(name, ...args) !== 0) throw new Error(cleanMessage(library.lastError()));
  }

  /** Runs `use` with a DMatrix that is freed afterwards. */
  function withMatrix<T>(table: Table, labels: Float32Array | undefined, use: (matrix: number) => T): T {
    checkTable(table, labels);
    const scratch = openScratch(library);
    let matrix = 0;
    try {
      const out = scratch.address();
      const values = scratch.array(table.values, "<f4", [table.rows, table.width]);
      call("XGDMatrixCreateFromDense", values, scratch.text('{"missing": NaN, "nthread": 1}'), out);
      matrix = scratch.readAddress(out);
      if (labels) {
        nameColumns("XGDMatrixSetStrFeatureInfo", matrix, table.columns);
        const array = scratch.array(labels, "<f4", [labels.length]);
        call("XGDMatrixSetInfoFromInterface", matrix, scratch.text("label"), array);
      }
      return use(matrix);
    } finally {
      if (matrix !== 0) library.call("XGDMatrixFree", matrix);
      scratch.release();
    }
  }

  function nameColumns(
    setter: "XGDMatrixSetStrFeatureInfo" | "XGBoosterSetStrFeatureInfo",
    handle: number,
    columns: readonly string[],
  ): void {
    if (columns.length === 0) return;
    const scratch = openScratch(library);
    try {
      call(setter, handle, scratch.text("feature_name"), scratch.texts(columns), BigInt(columns.length));
    } finally {
      scratch.release();
    }
  }

  function createBooster(matrices: readonly number[], parameters: Parameters): number {
    const scratch = openScratch(library);
    let booster = 0;
    try {
      const out = scratch.address();
      call("XGBoosterCreate", scratch.addresses(matrices), BigInt(matrices.length), out);
      booster = scratch.readAddress(out);
      for (const [name, value] of Object.entries({ nthread: "1", verbosity: "0", ...parameters })) {
        call("XGBoosterSetParam", booster, scratch.text(name), scratch.text(String(value)));
      }
      return booster;
    } catch (error) {
      if (booster !== 0) library.call("XGBoosterFree", booster);
      throw error;
    } finally {
      scratch.release();
    }
  }

  function loadBooster(bytes: Uint8Array, name = "a model"): number {
    const fault = findFault(bytes);
    if (fault?.harms) throw refusalOf(name, fault);
    const booster = createBooster([], {});
    const scratch = openScratch(library);
    try {
      call("XGBoosterLoadModelFromBuffer", booster, scratch.bytes(bytes), BigInt(bytes.length));
      if (fault) throw refusalOf(name, fault);
      // A model may carry the number of threads it was trained with.
      call("XGBoosterSetParam", booster, scratch.text("nthread"), scratch.text("1"));
      return booster;
    } catch (cause) {
      library.call("XGBoosterFree", booster);
      if (cause instanceof SyntaxError) throw cause;
      throw new SyntaxError(`Cannot read model "${name}" as XGBoost says: ${messageOf(cause)}`, { cause });
    } finally {
      scratch.release();
    }
  }

  function keep({ bytes, key: given, name }: StoredModel): number {
    const key = given ?? bytes;
    const booster = loaded.get(key) ?? loadBooster(bytes, name);
    loaded.delete(key);
    loaded.set(key, booster);
    for (const [oldest, handle] of loaded) {
      if (loaded.size <= KEPT) break;
      loaded.delete(oldest);
      library.call("XGBoosterFree", handle);
    }
    return booster;
  }

  function save(booster: number, format: "json" | "ubj"): Uint8Array<ArrayBuffer> {
    const scratch = openScratch(library);
    try {
      const [length, data] = [scratch.u64(), scratch.address()];
      call("XGBoosterSaveModelToBuffer", booster, scratch.text(`{"format": "${format}"}`), length, data);
      return library.view(scratch.readAddress(data), scratch.readU64(length)).slice();
    } finally {
      scratch.release();
    }
  }

  function trainOn(matrix: number, { table, parameters, rounds }: TrainTask): Uint8Array<ArrayBuffer> {
    const booster = createBooster([matrix], { ...parameters, validate_parameters: "1" });
    try {
      nameColumns("XGBoosterSetStrFeatureInfo", booster, table.columns);
      for (let round = 0; round < rounds; round++) call("XGBoosterUpdateOneIter", booster, round, matrix);
      return save(booster, "json");
    } finally {
      library.call("XGBoosterFree", booster);
    }
  }

  return {
    version: library.version(),
    train(task) {
      try {
        return withMatrix(task.table, task.labels, (matrix) => trainOn(matrix, task));
      } catch (cause) {
        if (cause instanceof TypeError) throw cause;
        throw new RangeError(`Cannot train ${task.name ?? "a model"} as XGBoost says: ${messageOf(cause)}`, { cause });
      }
    },
    predict({ model, table, output }) {
      const booster = keep(model);
      return withMatrix(table, undefined, (matrix) => {
        const scratch = openScratch(library);
        try {
          const config = scratch.text(
            `{"type": ${
              OUTPUTS[output]
            }, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": true}`,
          );
          const [shape, rank, result] = [scratch.address(), scratch.u64(), scratch.address()];
          try {
            call("XGBoosterPredictFromDMatrix", booster, matrix, config, shape, rank, result);
          } catch (cause) {
            const what = `Cannot predict the ${output} by "${model.name ?? "a model"}" as XGBoost says`;
            throw new RangeError(`${what}: ${messageOf(cause)}`, { cause });
          }
          const sizes = library.view(scratch.readAddress(shape), 8 * scratch.readU64(rank)).slice();
          const count = [...new BigUint64Array(sizes.buffer)].reduce((product, size) => product * Number(size), 1);
          const bytes = library.view(scratch.readAddress(result), 4 * count).slice();
          return new Float32Array(bytes.buffer);
        } finally {
          scratch.release();
        }
      });
    },
    inspect(model) {
      const booster = keep(model);
      const scratch = openScratch(library);
      try {
        const [width, length, names] = [scratch.u64(), scratch.u64(), scratch.address()];
        call("XGBoosterGetNumFeature", booster, width);
        call("XGBoosterGetStrFeatureInfo", booster, scratch.text("feature_name"), length, names);
        const columns = scratch.readTexts(scratch.readAddress(names), scratch.readU64(length));
        return { width: scratch.readU64(width), columns };
      } finally {
        scratch.release();
      }
    },
    convert({ bytes, name, format }) {
      const booster = loadBooster(bytes, name);
      try {
        return save(booster, format);
      } finally {
        library.call("XGBoosterFree", booster);
      }
    },
  };
}

function refusalOf(name: string, { reason }: Fault): SyntaxError {
  return new SyntaxError(`Cannot read model "${name}" as ${reason}`);
}

/** XGBoost reads as many values as it is told that there are. */
function checkTable({ values, rows, width, columns }: Table, labels?: Float32Array): void {
  if (values.length !== rows * width) {
    throw new TypeError(`Cannot use a table of ${rows} × ${width} as it has ${values.length} values`);
  }
  if (columns.length !== 0 && columns.length !== width) {
    throw new TypeError(`Cannot use a table of ${width} columns as it has ${columns.length} names`);
  }
  if (labels && labels.length !== rows) {
    throw new TypeError(`Cannot use a table of ${rows} rows as it has ${labels.length} labels`);
  }
}

/** The first line of XGBoost's message, without the time and the place in its sources. */
export function cleanMessage(message: string): string {
  return message.replace(/^\[\d\d:\d\d:\d\d\] [^\s]+?:\d+: /, "").trim().split("\n")[0].trim();
}

function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}
