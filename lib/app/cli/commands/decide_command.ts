/** `deno task decide --run RUNDIR`: other thresholds for a model, by what it keeps of parts that its judge had not seen. @module */
import { appendFile } from "node:fs/promises";
import { join } from "node:path";
import type { InferValue } from "@optique/core/parser";
import { wrap } from "../../../base/text/wrap.ts";
import type { Reporter } from "../../../base/text/progress.ts";
import { catchBad } from "../../../method/evaluate/catching.ts";
import { type Costs, operatingPoint } from "../../../method/evaluate/operating_point.ts";
import {
  decideByCost,
  decideByFalseAlarms,
  decideByHand,
  decideByRecall,
  decideQuietlyByHand,
} from "../../../product/decide/decisions.ts";
import { describeBill, describePoints, SHOWN_RECALLS } from "../../../product/decide/describe.ts";
import { type PartScores, readUnseenScores, scoresByPart, sorted } from "../../../product/decide/unseen_scores.ts";
import { describeDecision } from "../../../product/model/describe_decision.ts";
import { MODEL_FILE, type ModelFile, readModelFile } from "../../../product/model/model_file.ts";
import { writeDecision } from "../../../product/decide/write_decision.ts";
import { EXIT } from "../exit_codes.ts";
import { print } from "../print.ts";
import type { decideCommand } from "../options/decide_options.ts";

type Options = InferValue<typeof decideCommand>;
type Decision = ModelFile["decision"];

/** Of a run folder: what was decided when, a line each. */
const HISTORY = "decisions.jsonl";

export async function runDecideCommand(options: Options, reporter: Reporter): Promise<number> {
  const models = join(options.run, "models");
  const before = (await readModelFile(join(models, MODEL_FILE))).decision;
  const scores = scoresByPart(await readUnseenScores(options.run));
  const wanted = decisionFor(options, scores);
  if (!wanted) {
    showPoints(scores, before, reporter);
    return EXIT.ok;
  }
  const words = describe(wanted);
  reporter.say(wrap(`Threshold ${words}`, 80, 2));
  for (const line of billLines(options, scores, wanted)) reporter.say(wrap(line, 80, 2));
  if (options.plan) return EXIT.ok;
  await writeDecision(models, wanted);
  const line = { at: new Date().toISOString(), before, after: wanted };
  await appendFile(join(options.run, HISTORY), `${JSON.stringify(line)}\n`);
  reporter.say(`Wrote ${join(models, MODEL_FILE)}`);
  return EXIT.ok;
}

/** The decision that is wished for; undefined where none is. */
function decisionFor(options: Options, scores: PartScores): Decision | undefined {
  const { recall, confidence, falseAlarms, threshold, review, missCost, alarmCost, badPer1000 } = options;
  const ways = [
    ...threshold === undefined ? [] : ["--threshold"],
    ...missCost === undefined && alarmCost === undefined && badPer1000 === undefined ? [] : ["--miss-cost"],
    ...recall === undefined && (falseAlarms === undefined) ? [] : ["--recall or --false-alarms"],
  ];
  if (ways.length > 1) throw new TypeError(`Cannot set thresholds in two ways: give ${ways.join(" or ")}`);
  if (review !== undefined && threshold === undefined) {
    throw new TypeError("Cannot set the second threshold alone: give --threshold with --review");
  }
  const knowsBad = scores.bad.length > 0;
  if (threshold !== undefined) {
    return knowsBad ? decideByHand(scores, { threshold, review }) : decideQuietlyByHand(scores, { threshold, review });
  }
  if (ways.length > 0 && !knowsBad && falseAlarms === undefined) {
    throw new TypeError(
      "Cannot set a threshold by bad parts as the model knows none: give --false-alarms or --threshold",
    );
  }
  const costs = costsOf(options);
  if (costs) return decideByCost(scores, costs);
  if (recall === undefined && falseAlarms === undefined) return undefined;
  if (!knowsBad) {
    if (recall !== undefined) {
      throw new TypeError("Cannot promise a recall as the model knows no bad parts: leave out --recall");
    }
    return decideByFalseAlarms(scores, { falseAlarms: falseAlarms!, confidence });
  }
  if (recall === undefined) throw new TypeError("Cannot set thresholds by false alarms alone: give --recall too");
  return decideByRecall(scores, { recall, confidence, falseAlarms });
}

function costsOf({ missCost, alarmCost, badPer1000 }: Options): Costs | undefined {
  const some = [missCost, alarmCost, badPer1000].filter((value) => value !== undefined).length;
  if (some === 0) return undefined;
  if (missCost === undefined || alarmCost === undefined || badPer1000 === undefined) {
    throw new TypeError("Cannot count costs without all of --miss-cost, --alarm-cost and --bad-per-1000");
  }
  return { miss: missCost, alarm: alarmCost, badShare: badPer1000 / 1000 };
}

function describe(decision: Decision): string {
  const at = decision.threshold.toPrecision(4);
  if ("recall" in decision) return `${at}: ${describeDecision(decision)}`;
  const { promised, confidence, parts } = decision;
  return `${at}: of good parts to come at most ${(100 * (promised ?? 1)).toFixed(1)} % are called bad ` +
    `(${(100 * (confidence ?? 0.95)).toFixed(0)} % confidence, ${parts} good parts)`;
}

/** What costs or shifts are asked for, of thresholds that know bad parts. */
function billLines(options: Options, scores: PartScores, { threshold, review }: Decision): string[] {
  const costs = costsOf(options);
  if (!costs || scores.bad.length === 0) return [];
  return describeBill(operatingPoint(sorted(scores), threshold, review), costs, options.partsPerShift);
}

/** The choice that there is: what other thresholds would do. */
function showPoints(scores: PartScores, before: Decision, reporter: Reporter): void {
  reporter.say(wrap(`Now: threshold ${describe(before)}`, 80, 2));
  if (scores.bad.length === 0 || scores.good.length === 0) return;
  const thresholds = new Set(SHOWN_RECALLS.map((recall) => catchBad(scores.bad, scores.good, { recall }).threshold));
  const points = [...thresholds].map((threshold) => ({ threshold, ...operatingPoint(sorted(scores), threshold) }));
  print(`${describePoints(points).join("\n")}\n`);
  reporter.say("Intervals are at 95 %. Nothing is set: give --recall, --miss-cost or --threshold");
}
