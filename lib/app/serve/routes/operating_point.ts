/** The operating point of a project's model. @module */
import { join } from "node:path";
import { type } from "arktype";
import { cheapestThreshold, operatingPoint } from "../../../method/evaluate/operating_point.ts";
import { promiseFalseAlarms } from "../../../method/evaluate/promise.ts";
import {
  decideByHand,
  decideByRecall,
  decideQuietlyByHand,
  type Thresholds,
} from "../../../product/decide/decisions.ts";
import { type PartScores, readUnseenScores, scoresByPart, sorted } from "../../../product/decide/unseen_scores.ts";
import { writeDecision } from "../../../product/decide/write_decision.ts";
import { describe } from "../../../product/station/run_facts.ts";
import { addThreshold, thresholdsOf } from "../../../product/station/thresholds.ts";
import { findVersion, setFacts, type Version } from "../../../product/station/versions.ts";
import { findProject } from "../../../product/station/projects.ts";
import { ConflictError } from "../../../product/station/station.ts";
import { describeError } from "../../../base/text/describe_error.ts";
import type { ServiceContext } from "../context.ts";
import { type Route, route } from "../http/route.ts";

const path = "/v1/projects/:project/operating-point";
const proposal = type({ kind: "'cost'", miss: "number >= 0", alarm: "number >= 0", badShare: "0 <= number <= 1" })
  .or({ kind: "'recall'", recall: "0 < number <= 1", "confidence?": "0 < number < 1" })
  .or({ kind: "'alarms'", rate: "0 < number < 1", "confidence?": "0 < number < 1" });

export function operatingRoutes({ station, models }: ServiceContext): Route[] {
  function active(project: string): Version {
    const { name, active } = findProject(station, project);
    if (active !== null) return findVersion(station, active);
    throw new ConflictError(`Cannot tell the operating point of "${name}" as it has no model yet: train one`);
  }

  async function scoresOf({ run, number, facts }: Version): Promise<PartScores> {
    if (facts.exported) {
      throw new ConflictError(
        `Cannot move the thresholds of version ${number} as it is an exported model, which keeps no scores of parts and stays ` +
          'as it is: use "deno task decide" on the run that it was exported of and export that again, or serve the run with --run',
      );
    }
    return scoresByPart(await refused(() => readUnseenScores(run)));
  }

  async function view(version: Version, threshold?: number, review?: number) {
    const { facts, id, number } = version;
    const scores = sorted(await scoresOf(version));
    const at = {
      threshold: threshold ?? facts.threshold,
      review: review ?? (threshold === undefined ? facts.review : null),
    };
    return {
      ...{ ...at, method: facts.method, version: id, number, description: facts.description },
      current: { threshold: facts.threshold, review: facts.review },
      good: [...scores.good],
      bad: [...scores.bad],
      at: operatingPoint(scores, at.threshold, at.review ?? undefined),
    };
  }

  return [
    route({
      method: "get",
      path,
      tag: "operating point",
      about: "What the thresholds do to parts that the judge has not seen, or what others would do",
      query: type({ "threshold?": "string.numeric.parse", "review?": "string.numeric.parse" }),
      handle: ({ param, query: { threshold, review } }) => view(active(param("project")), threshold, review),
    }),
    route({
      method: "post",
      path: `${path}/propose`,
      tag: "operating point",
      about: "The cheapest threshold, or the one that promises a recall or a share of false alarms",
      body: proposal,
      handle: async ({ param, body }) => {
        const scores = await scoresOf(active(param("project")));
        return await refused(() => propose(scores, body));
      },
    }),
    route({
      method: "put",
      path,
      tag: "operating point",
      about: "Writes other thresholds into the model; past verdicts stay as they were decided",
      body: type({ threshold: "number", "review?": "number | null", "by?": "string <= 200" }),
      async handle({ param, body: { threshold, review, by = "" } }) {
        const version = active(param("project"));
        const { id, run, project, facts } = version;
        const thresholds = {
          threshold,
          ...review !== undefined && review !== null && review < threshold && { review },
        };
        const decision = await refused(async () => decided(await scoresOf(version), thresholds, review ?? threshold));
        await writeDecision(join(run, "models"), decision);
        const moved = {
          ...facts,
          ...{ decision, threshold, review: decision.review ?? null, description: describe({ decision }) },
        };
        station.transaction(() => {
          setFacts(station, id, moved);
          addThreshold(station, version, {
            ...{ by, threshold, review: moved.review, was: facts.threshold, was_review: facts.review },
          });
        });
        await models.refresh(project);
        return await view(findVersion(station, id));
      },
    }),
    route({
      method: "get",
      path: `${path}/history`,
      tag: "operating point",
      about: "Who has moved the thresholds, the newest first",
      handle: ({ param }) => ({ changes: thresholdsOf(station, findProject(station, param("project")).name) }),
    }),
  ];
}

/** What thresholds do that somebody has chosen; of a model that knows no bad parts, to good ones. */
function decided(scores: PartScores, thresholds: Thresholds, review: number) {
  if (review > thresholds.threshold) {
    throw new RangeError(
      `Cannot decide by ${thresholds.threshold} and ${review} as the second threshold must not be above the first`,
    );
  }
  return scores.bad.length > 0 ? decideByHand(scores, thresholds) : decideQuietlyByHand(scores, thresholds);
}

/** What the scores do not allow is no fault of the service. */
async function refused<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    throw new ConflictError(describeError(cause), { cause });
  }
}

function propose(parts: PartScores, wish: typeof proposal.infer) {
  const scores = sorted(parts);
  if (wish.kind === "cost") {
    const perThousand = cheapestThreshold(scores, wish);
    const { threshold, misses, alarms, money } = perThousand;
    return {
      ...{ threshold, perThousand, at: operatingPoint(scores, threshold) },
      sentence: `The cheapest threshold by ${scores.bad.length} bad and ${scores.good.length} good parts: ${
        money.toFixed(1)
      } of 1,000 parts, with ${misses.toFixed(1)} misses and ${alarms.toFixed(1)} false alarms.`,
    };
  }
  if (wish.kind === "alarms") {
    const { rate, confidence = 0.95 } = wish;
    const { threshold, promised, missing } = promiseFalseAlarms(parts.good, { share: rate, confidence });
    return {
      ...{ threshold, missing, promised, at: operatingPoint(scores, threshold) },
      sentence: promised <= rate
        ? `At most ${percent(promised)} of good parts to come are called bad, with ${percent(confidence)} confidence.`
        : `Not with these parts: ${missing} more good parts are needed to promise ${percent(rate)} false alarms.`,
    };
  }
  const { recall, confidence } = wish;
  const decision = decideByRecall(parts, { recall, ...confidence !== undefined && { confidence } });
  const { threshold, promised, missing = null } = decision;
  const sentence = describe({ decision });
  return {
    ...{ threshold, promised, missing, at: operatingPoint(scores, threshold) },
    sentence: `${sentence[0].toUpperCase()}${sentence.slice(1)}.`,
  };
}

function percent(share: number): string {
  return `${Number((100 * share).toFixed(2))} %`;
}
