/** A model of drawn parts, for benchmarks that are given none. @module */
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encodePng } from "../lib/picture/image/encode.ts";
import { DEFECT_KINDS, type PartKind } from "../lib/picture/stand_in/kinds.ts";
import { partSpec } from "../lib/picture/stand_in/part.ts";
import { renderPart } from "../lib/picture/stand_in/render.ts";
import { parseDefinition } from "../lib/product/experiment/define_pipeline.ts";
import { runPipeline } from "../lib/product/run/run.ts";
import folderPipeline from "../pipelines/folder.ts";

/** What was drawn and fitted; the caller removes the folder. */
export interface StandInModel {
  /** Holds all of it. */
  readonly folder: string;
  /** The run. */
  readonly run: string;
  /** Pictures of parts that the run has not seen. */
  readonly paths: readonly string[];
}

/** A model with two detectors, evidence and a forest, of drawn parts; the pictures are those of parts that it has not seen. */
export async function fitStandIn(): Promise<StandInModel> {
  const folder = await mkdtemp(join(tmpdir(), "segad-bench-"));
  const draw = async (name: string, index: number, kind: PartKind) => {
    const path = join(folder, name, `${index}.png`);
    await mkdir(join(folder, name), { recursive: true });
    await writeFile(path, await encodePng(renderPart(partSpec({ seed: 0, index, kind }))));
    return path;
  };
  for (let i = 0; i < 40; i++) await draw("parts/good", i, "good");
  for (let i = 40; i < 56; i++) await draw("parts/bad", i, DEFECT_KINDS[i % DEFECT_KINDS.length]);
  const paths: string[] = [];
  for (let i = 56; i < 72; i++) {
    paths.push(await draw("new", i, i % 2 ? "good" : DEFECT_KINDS[i % DEFECT_KINDS.length]));
  }
  const { Forest, Regression } = folderPipeline.methods;
  const definition = parseDefinition({
    ...folderPipeline,
    methods: { Forest, Regression, Together: { together: ["Regression", "Forest"] } },
    decision: { ...folderPipeline.decision, method: "Together" },
  });
  await runPipeline(definition, {
    ...{ file: "bench/stand_in_model.ts", data: join(folder, "parts"), size: "small", device: "cpu" },
    ...{ runs: join(folder, "runs"), cache: join(folder, "cache"), name: "bench" },
    reporter: { say: () => {}, warn: console.error, progress: () => {} },
    signal: new AbortController().signal,
  });
  return { folder, run: join(folder, "runs", definition.name, "bench"), paths };
}
