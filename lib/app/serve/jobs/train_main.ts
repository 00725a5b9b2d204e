/**
 * The process that trains: a run of a pipeline beside the service, so that parts are judged meanwhile. The first line of its
 * input says what to do, the line "stop" asks it to stop where nothing is lost; where the input ends, the service is gone, and
 * the process ends too. Finished steps are kept.
 * @module
 */
import { getPriority, setPriority } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import process from "node:process";
import { writeFileAtomic } from "../../../base/io/atomic.ts";
import { listPictures } from "../../../picture/data/listing.ts";
import { GOOD_PARTS, type PictureSettings } from "../../../picture/image/settings.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import { leaveSignals } from "../../../base/workers/leave_signals.ts";
import type { ScoreSet } from "../../../product/experiment/results.ts";
import { parseDefinition } from "../../../product/experiment/define_pipeline.ts";
import { adviceFor } from "../../../product/report/advice.ts";
import { writeRunReport } from "../../../product/report/run_report.ts";
import { sharpReference } from "../../../product/run/pictures/reference.ts";
import { readPipeline } from "../../../product/run/read_pipeline.ts";
import { runPipeline, type RunSummary } from "../../../product/run/run.ts";
import { describeMapWorth } from "../../../product/station/map_worth.ts";
import { readRunFacts, type RunFacts } from "../../../product/station/run_facts.ts";
import type { TrainingMessage, TrainingSpec } from "./training_spec.ts";

/** What stands behind the line that is inspected. */
const BACKGROUND = 10;

function tell(message: TrainingMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function train(spec: TrainingSpec, signal: AbortSignal): Promise<void> {
  const main = await runOnce(spec, spec.name, spec.changes.segments, signal);
  let both: Pick<RunFacts, "without" | "mapWorth"> = {};
  if (spec.both) {
    const other = await runOnce(spec, `${spec.name}-rings`, "rings", signal);
    const { results } = await readRunFacts(other.folder);
    const [a, b] = [main, other].map(scoresOf);
    const mapWorth = a && b && describeMapWorth(a, b);
    both = { ...results && { without: results }, ...mapWorth !== undefined && { mapWorth } };
  }
  const { folder, notes, swapped = null } = main;
  tell({
    kind: "done",
    run: folder,
    facts: await readRunFacts(folder, {
      ...{ advice: adviceFor(main), notes, swapped },
      ...both,
    }),
  });
}

/** The mean of the good pictures that lie as their mean, which is what a map was painted over: a file beside it. */
async function sharpened(mean: string, data: string, picture: PictureSettings): Promise<string> {
  const good = await listPictures(join(data, "good"));
  const path = join(dirname(mean), "reference.sharp.png");
  await writeFileAtomic(path, await sharpReference(mean, good.map(({ path }) => path), picture));
  return path;
}

/** What the model of a run says of parts that it has not seen. */
function scoresOf({ scores, deployment }: RunSummary): ScoreSet | undefined {
  const model = deployment?.model;
  return scores.find(({ benchmark, method, seed }) =>
    benchmark === model?.benchmark && method === model.method && seed === model.seed
  );
}

async function runOnce(
  { pipeline, changes, data, runs, cache, worth, minutes }: TrainingSpec,
  name: string,
  segments: string | undefined,
  signal: AbortSignal,
): Promise<RunSummary> {
  const { definition, file } = await readPipeline(pipeline, "small");
  const { decision, align: mean, ...rest } = changes;
  const settings = { ...definition.picture, ...rest.picture };
  const align = mean === undefined || mean === GOOD_PARTS ? mean : await sharpened(mean, data, settings);
  const changed = parseDefinition({
    ...definition,
    ...rest,
    picture: { ...settings, ...align !== undefined && { align } },
    segments: segments ?? definition.segments,
    decision: { ...definition.decision, ...decision },
  });
  const summary = await runPipeline(changed, {
    ...{ file, data, runs, cache, name, worth, minutes, signal, size: "small", device: "cpu" },
    // What cannot be read was not taken in; a file that the disk has damaged must not stop the others.
    skipUnreadable: true,
    reporter: {
      say: (line) => tell({ kind: "say", line }),
      warn: (line) => tell({ kind: "warn", line }),
      progress: (progress) => tell({ kind: "progress", progress }),
    },
  });
  if (!summary) throw new Error("Cannot train as only a plan was made");
  if (!summary.deployment) throw new Error(summary.undeployed ?? "Cannot make a model as its method has failed");
  await writeRunReport(summary);
  return summary;
}

if (import.meta.main) {
  try {
    setPriority(getPriority() + BACKGROUND);
  } catch {
    // A system that does not know priorities trains beside the line all the same.
  }
  const stopping = new AbortController();
  leaveSignals();
  const lines = createInterface({ input: process.stdin });
  lines.on("close", () => Deno.exit(1));
  let begun = false;
  lines.on("line", (line) => {
    if (begun) return stopping.abort();
    begun = true;
    train(JSON.parse(line), stopping.signal).then(() => 0, (error) => {
      tell(stopping.signal.aborted ? { kind: "stopped" } : { kind: "failed", error: describeError(error) });
      return 1;
    }).then((code) => Deno.exit(code));
  });
}
