/** What a pipeline file says that cannot go together. @module */
import { ownOf } from "../../base/text/own.ts";
import { type } from "arktype";
import { BLOCKS } from "../../method/evidence/block_columns.ts";
import { groupPattern } from "./parts.ts";
import { looksProblems } from "./looks.ts";
import { smoothingProblems } from "./smoothing.ts";
import type { ForestMethod, MethodSettings, PipelineDefinition } from "./definition.ts";

const word = type(/^[a-z][a-z0-9_]*$/).describe("lower-case letters, digits and underscores");

/** What is wrong with a definition whose every part is right: sentences without a beginning, as "seeds must differ from each other". */
export function definitionProblems(parsed: PipelineDefinition): string[] {
  return [
    ...nameProblems(parsed),
    ...Object.entries(parsed.methods).flatMap(([name, method]) => methodProblems(name, method, parsed)),
    ...Object.keys(parsed.methods).length === 0 ? ["methods must name at least one"] : [],
    ...decisionProblems(parsed),
    ...splitProblems(parsed),
    ...groupProblems(parsed),
    ...smoothingProblems(parsed.smoothing, parsed.detectors, Object.values(parsed.methods).some(usesEvidence)),
    ...looksProblems(parsed, {
      evidence: Object.values(parsed.methods).some(usesEvidence),
      decided: usedBy(parsed.decision.method, parsed),
      auto: Object.values(parsed.methods).flatMap((how) => "auto" in how ? how.auto : []),
    }),
    ...ownProblems(parsed),
    ...new Set(parsed.seeds).size !== parsed.seeds.length ? ["seeds must differ from each other"] : [],
  ];
}

/** Names are words of columns. */
function nameProblems({ detectors, classifiers = {} }: PipelineDefinition): string[] {
  const odd = Object.entries({ detectors, classifiers }).flatMap(([kind, own]) =>
    Object.keys(own).filter((name) => !word.allows(name)).map((name) =>
      `${kind}.${name} must be named in ${word.description}`
    )
  );
  const twice = Object.keys(classifiers).filter((name) => Object.hasOwn(detectors, name));
  return [
    ...odd,
    ...twice.map((name) => `classifiers.${name} must not have the name of a detector`),
    ...Object.keys(detectors).length === 0 ? ["detectors must name at least one"] : [],
  ];
}

/** The detectors and the classifier that a method uses; none for a method that is not there. */
function usedBy(
  name: string,
  { methods, detectors }: Pick<PipelineDefinition, "methods" | "detectors">,
): readonly string[] {
  const how = ownOf(methods, name);
  if (how === undefined || "mean" in how || "auto" in how) return [];
  if ("alone" in how) return [how.alone];
  if ("regression" in how) return Object.keys(detectors);
  if ("forest" in how) return [...how.forest, ...how.classifier === undefined ? [] : [how.classifier]];
  return ("together" in how ? how.together : how.best).filter((other) => other !== name)
    .flatMap((other) => usedBy(other, { methods, detectors }));
}

function usesEvidence(method: MethodSettings): boolean {
  return "regression" in method || "forest" in method && method.blocks !== undefined;
}

/** What a method uses must be there, and possible with the split. */
function methodProblems(name: string, method: MethodSettings, parsed: PipelineDefinition): string[] {
  const place = `methods["${name}"]`;
  const made = madeOfProblems(place, method, parsed);
  if ("mean" in method) return made;
  const crossed = "together" in method || "best" in method || "regression" in method ||
    "forest" in method && method.blocks;
  return [
    ...made,
    ...crossed && parsed.split.kind !== "folds"
      ? [`${place} can be judged only where split.kind is "folds": found "${parsed.split.kind}"`]
      : [],
    ..."alone" in method || "forest" in method ? sightProblems(place, method, parsed) : [],
    ..."auto" in method ? sightProblems(place, { forest: method.auto }, parsed) : [],
  ];
}

/** Other methods that a method is made of. */
function madeOfProblems(place: string, method: MethodSettings, { methods }: PipelineDefinition): string[] {
  const named = (fits: (how: MethodSettings) => boolean) =>
    Object.entries(methods).filter(([, how]) => fits(how)).map(([other]) => other);
  if ("mean" in method) {
    const others = named((how) => !("mean" in how));
    return method.mean.filter((other) => !others.includes(other)).map((other) =>
      `${place}.mean must name methods that are no means (${others.join(", ")}): found "${other}"`
    );
  }
  const [kind, others] = "together" in method
    ? ["together", method.together]
    : ["best", "best" in method ? method.best : []];
  const simple = named((how) =>
    !("mean" in how || "best" in how || "auto" in how) && !("together" in how && kind === "together")
  );
  return others.filter((other) => !simple.includes(other)).map((other) =>
    `${place}.${kind} must name methods such as ${simple.join(", ") || "none"}: found "${other}"`
  );
}

/** What a detector's or classifier's own score, or a forest, sees. */
function sightProblems(
  place: string,
  method: Extract<MethodSettings, { readonly alone: string }> | ForestMethod,
  { detectors, classifiers = {} }: PipelineDefinition,
): string[] {
  const own = Object.keys(classifiers);
  const { blocks = [], classifier } = "forest" in method ? method : {};
  const used = "alone" in method ? own.includes(method.alone) ? [] : [method.alone] : method.forest;
  return [
    ...blocks.filter((block) => !BLOCKS.some((known) => known === block)).map((block) =>
      `${place}.blocks must name some of ${BLOCKS.join(", ")}: found "${block}"`
    ),
    ...classifier !== undefined && !own.includes(classifier)
      ? [`${place}.classifier must be one of this pipeline (${own.join(", ") || "none"}): found "${classifier}"`]
      : [],
    ...used.filter((detector) => !Object.hasOwn(detectors, detector)).map((detector) =>
      `${place} must use detectors of this pipeline (${Object.keys(detectors).join(", ")}): found "${detector}"`
    ),
  ];
}

/** The model for new pictures is one of the table, with a threshold. */
function decisionProblems(
  { decision: { benchmark, method }, benchmarks, methods }: PipelineDefinition,
): string[] {
  const known = Object.hasOwn(benchmarks, benchmark);
  return [
    ...known ? [] : [`decision.benchmark must be one of ${Object.keys(benchmarks).join(", ")}: found "${benchmark}"`],
    ...known && benchmarks[benchmark] === "none"
      ? [`decision.benchmark must have parts to set a threshold on: benchmarks["${benchmark}"] is "none"`]
      : [],
    ...Object.hasOwn(methods, method)
      ? []
      : [`decision.method must be one of ${Object.keys(methods).join(", ")}: found "${method}"`],
    ..."mean" in (ownOf(methods, method) ?? {}) ? [`decision.method must be no mean: found "${method}"`] : [],
    ..."auto" in (ownOf(methods, method) ?? {})
      ? [`decision.method must be no automatic judge, of which folder.ts makes a model: found "${method}"`]
      : [],
  ];
}

/** What only some splits can have. */
function splitProblems({ split, benchmarks, classifiers = {} }: PipelineDefinition): string[] {
  const lowShot = Object.keys(benchmarks).filter((name) => benchmarks[name] === "low-shot");
  return [
    ...(split.kind === "vad" ? [] : lowShot).map((name) =>
      `benchmarks["${name}"] must not be "low-shot": only data in VAD's layout lists such parts`
    ),
    ...split.kind === "folds" && Object.keys(classifiers).length > 0
      ? ['classifiers must be left out where split.kind is "folds": they would have to be trained for each fold']
      : [],
  ];
}

/** Only folds keep the pictures of a part together. */
function groupProblems({ data: { group }, split }: PipelineDefinition): string[] {
  if (group === undefined) return [];
  if (split.kind !== "folds") {
    return [`data.group can be kept together only where split.kind is "folds": found "${split.kind}"`];
  }
  try {
    groupPattern(group);
    return [];
  } catch (error) {
    return [`data.group is no pattern: ${(error as Error).message}`];
  }
}

/** Where detectors are fitted on all good parts, none is left for what must not see the detectors' parts. */
function ownProblems({ split, benchmarks, methods, classifiers, decision }: PipelineDefinition): string[] {
  const whole = split.kind === "own";
  const shots = Object.entries(benchmarks).filter(([, kind]) => typeof kind === "object" && kind.kind === "shots");
  if (!whole) return shots.map(([name]) => `benchmarks["${name}"] can have shots only where split.kind is "own"`);
  const forests = Object.entries(methods).filter(([, how]) => "forest" in how);
  const decided = ownOf(methods, decision.method);
  return [
    ...forests.map(([name]) => `methods["${name}"] must have no forest where split.kind is "own"`),
    ...decided && "alone" in decided && ownOf(classifiers, decided.alone)
      ? [`decision.method must be a detector where split.kind is "own": a classifier has seen all training parts`]
      : [],
  ];
}
