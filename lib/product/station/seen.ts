/** What judges were shown of the parts of a station, so that another version can judge them without their pictures. @module */
import { canonicalJson, sha256 } from "../../base/io/hash.ts";
import type { Seen } from "../model/seen.ts";
import type { Station } from "./station.ts";

/** Adds what was seen of a part, in place of what was seen before. */
export function keepSeen(station: Station, part: number, sight: string, { columns, values, scores }: Seen): void {
  const id = keyOf(sight, columns);
  station.run("INSERT INTO sight VALUES (?, ?) ON CONFLICT (id) DO NOTHING", id, JSON.stringify(columns));
  station.run(
    `INSERT INTO seen VALUES (?, ?, ?, ?)
     ON CONFLICT (part) DO UPDATE SET sight = excluded.sight, row = excluded.row, scores = excluded.scores`,
    ...[part, id, new Uint8Array(values.buffer, values.byteOffset, values.byteLength), JSON.stringify(scores)],
  );
}

/** What was seen of some parts in the same way and by the same columns; the others are left out. */
export function seenParts(
  station: Station,
  parts: readonly number[],
  sight: string,
  columns: readonly string[],
): Map<number, Seen> {
  const id = keyOf(sight, columns);
  const found = new Map<number, Seen>();
  for (const part of parts) {
    const row = station.first<{ sight: string; row: Uint8Array; scores: string }>(
      "SELECT sight, row, scores FROM seen WHERE part = ?",
      part,
    );
    if (row?.sight !== id) continue;
    found.set(part, { columns, values: new Float32Array(row.row.slice().buffer), scores: JSON.parse(row.scores) });
  }
  return found;
}

/** Keeps the score that a version gives a part that another one has judged. */
export function keepRescored(station: Station, version: number, part: number, score: number): void {
  station.run(
    "INSERT INTO rescored VALUES (?, ?, ?) ON CONFLICT (version, part) DO UPDATE SET score = excluded.score",
    ...[version, part, score],
  );
}

/** The scores that a version gives parts, by part, of those that are kept. */
export function rescoredParts(station: Station, version: number): Map<number, number> {
  const rows = station.all<{ part: number; score: number }>(
    "SELECT part, score FROM rescored WHERE version = ?",
    version,
  );
  return new Map(rows.map(({ part, score }) => [part, score]));
}

function keyOf(sight: string, columns: readonly string[]): string {
  return sha256(canonicalJson([sight, columns]));
}
