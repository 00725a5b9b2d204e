/** What is odd about the pictures that a project is taught with, before it is trained. @module */
import { firstFew } from "../../base/text/first_few.ts";
import { nearDuplicates } from "../../method/learn/groups.ts";
import { findOdd } from "../../picture/data/odd_pictures.ts";
import { type KeptLook, lookOf } from "./looks.ts";
import { listParts, type Part } from "./parts.ts";
import type { Station } from "./station.ts";
import { listVersions } from "./versions.ts";

/** Something to look at. */
export interface Warning {
  readonly kind: "copies" | "both" | "near" | "size" | "shape" | "exposure" | "swapped" | "few";
  /** A sentence. */
  readonly message: string;
  /** Which pictures. */
  readonly parts: readonly number[];
}

/** With fewer no threshold and no figure says much. */
const FEW = { good: 24, bad: 10 };
/** Of more pictures each against each would take minutes. */
const MOST_NEAR = 2000;
/** What pipelines bring pictures to, unless they say otherwise. */
const SIZE = { height: 256, width: 256 };

/** All that is odd about the training pictures of a project. */
export async function warningsOf(
  station: Station,
  project: string,
  { maxPixels }: { readonly maxPixels?: number } = {},
): Promise<Warning[]> {
  const { parts } = listParts(station, project, { role: "training", order: "old", limit: -1 });
  const looks = new Map<Part, KeptLook>();
  for (const part of parts) looks.set(part, await lookOf(station, part.sha256, maxPixels));
  return [
    ...copiesAmong(looks),
    ...oddAmong(looks),
    ...nearAmong(looks),
    ...swapped(station, project),
    ...few(parts),
  ];
}

function copiesAmong(looks: ReadonlyMap<Part, KeptLook>): Warning[] {
  const groups = [...Map.groupBy(looks.keys(), (part) => looks.get(part)!.look.content).values()];
  return groups.filter(({ length }) => length > 1).map((same): Warning => {
    const names = same.map(({ name }) => name);
    const labels = new Set(same.map(({ label }) => label).filter((label) => label !== null));
    return labels.size > 1
      ? { kind: "both", message: `The same picture is there as good and as bad: ${firstFew(names)}`, parts: ids(same) }
      : {
        kind: "copies",
        message: `The same picture is there ${same.length} times: ${firstFew(names)}`,
        parts: ids(same),
      };
  });
}

function oddAmong(looks: ReadonlyMap<Part, KeptLook>): Warning[] {
  const byName = Map.groupBy(looks.keys(), ({ name }) => name);
  const seen = Array.from(looks, ([{ name }, { look }]) => ({ id: name, look }));
  return findOdd(seen, SIZE).map(({ kind, sentence, ids }) => ({
    kind,
    message: sentence,
    parts: [...new Set(ids)].flatMap((name) => byName.get(name) ?? []).map(({ id }) => id),
  }));
}

function nearAmong(looks: ReadonlyMap<Part, KeptLook>): Warning[] {
  const parts = [...looks.keys()];
  if (parts.length > MOST_NEAR) return [];
  const groups = nearDuplicates(parts.map((part) => looks.get(part)!.thumbnail));
  const several = [...Map.groupBy(parts, (_, i) => groups[i]).values()].filter((group) =>
    new Set(group.map((part) => looks.get(part)!.look.content)).size > 1
  );
  if (several.length === 0) return [];
  const all = several.flat();
  const message =
    `${all.length} pictures look like another one (${several.length} parts in all), and are judged as one ` +
    `part each: ${firstFew(several[0].map(({ name }) => name))}`;
  return [{ kind: "near", message, parts: ids(all) }];
}

function swapped(station: Station, project: string): Warning[] {
  const [latest] = listVersions(station, project);
  return latest?.facts.swapped ? [{ kind: "swapped", message: latest.facts.swapped, parts: [] }] : [];
}

function few(parts: readonly Part[]): Warning[] {
  return (["good", "bad"] as const).flatMap((label): Warning[] => {
    const count = parts.filter((part) => part.label === label && !part.control).length;
    if (count >= FEW[label]) return [];
    const message = `There ${count === 1 ? "is" : "are"} ${count} ${label} picture${count === 1 ? "" : "s"}: ` +
      `${FEW[label]} or more are wanted`;
    return [{ kind: "few", message, parts: [] }];
  });
}

function ids(parts: readonly Part[]): number[] {
  return parts.map(({ id }) => id);
}
