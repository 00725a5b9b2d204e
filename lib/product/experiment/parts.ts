/** Which part a picture shows, and which kind of defect a bad one has, where names or a table say so. @module */
import { readCsv } from "../../base/io/csv.ts";
import { firstFew } from "../../base/text/first_few.ts";
import { groupsByName, groupsByText, joinGroups } from "../../method/learn/groups.ts";
import type { Dataset, Item } from "../../picture/data/dataset.ts";

/** What says which pictures are of one part. */
export interface PartSettings {
  /**
   * A regular expression over the path of a picture below the folder of the data, `good/part7_left.png`: pictures with the same
   * captured text are of one part: `(part\d+)_`.
   */
  readonly group?: string;
  /** A CSV file with the columns `file`, the path of a picture below the folder of the data, and `part` or `kind` or both. */
  readonly table?: string;
}

/**
 * The pattern of a setting.
 *
 * @throws {SyntaxError} where it is no regular expression
 * @throws {TypeError} where it captures nothing
 */
export function groupPattern(group: string): RegExp {
  let pattern: RegExp;
  try {
    pattern = new RegExp(group, "u");
  } catch (cause) {
    throw new SyntaxError(`Cannot group pictures by "${group}" as it is no regular expression`, { cause });
  }
  groupsByName([], pattern);
  return pattern;
}

/**
 * The data set with the part of each picture, and the kinds of defects of a table.
 *
 * @throws {Error} where the table cannot be read, or names files that are not there
 * @throws {SyntaxError} where it has neither a column `part` nor `kind`, or the pattern is broken
 */
export async function withParts(dataset: Dataset, { group, table }: PartSettings): Promise<Dataset> {
  if (group === undefined && table === undefined) return dataset;
  const { items } = dataset;
  const ids = items.map(({ id }) => id);
  const rows = table === undefined ? new Map<string, Row>() : await readTable(table, ids);
  const byTable = groupsByText(ids, (id) => rows.get(id)?.part || undefined);
  const groups = group === undefined ? byTable : joinGroups([byTable, groupsByName(ids, groupPattern(group))]);
  const labelled = items.map((item): Item => {
    const kind = item.label === "bad" ? rows.get(item.id)?.kind : undefined;
    return kind ? { ...item, kind } : item;
  });
  return { ...dataset, items: inGroups(labelled, groups) };
}

interface Row {
  readonly part?: string;
  readonly kind?: string;
}

async function readTable(path: string, ids: readonly string[]): Promise<Map<string, Row>> {
  const records = await readCsv(path, ["file"]);
  if (!records.some(({ part, kind }) => part !== undefined || kind !== undefined)) {
    throw new SyntaxError(`Cannot read "${path}" as it must have a column part or kind beside file`);
  }
  const there = new Set(ids);
  const unknown = records.map(({ file }) => file).filter((file) => !there.has(file));
  if (unknown.length > 0) {
    throw new Error(
      `Cannot use "${path}" as ${unknown.length} of ${records.length} files that it names are not in the data: ` +
        `${firstFew(unknown)}; paths are those below its folder, such as "${ids[0]}"`,
    );
  }
  return new Map(records.map(({ file, part, kind }) => [file, { part, kind }]));
}

/** Items with the part that they show, where it has several pictures; a part is called as its first picture is. */
export function inGroups(items: readonly Item[], groups: ArrayLike<number>): Item[] {
  const sizes = new Map<number, number>();
  for (let i = 0; i < items.length; i++) sizes.set(groups[i], (sizes.get(groups[i]) ?? 0) + 1);
  return items.map((item, i) => sizes.get(groups[i])! > 1 ? { ...item, part: items[groups[i]].id } : item);
}

/** The group of each item by its part: the number of its first picture. */
export function partGroups(items: readonly Item[]): Int32Array<ArrayBuffer> {
  return groupsByText(items, ({ part }) => part);
}

/** How many of some pictures are of parts that have several: "120 of 480 pictures show 30 parts"; undefined where none is. */
export function describeParts(items: readonly Item[]): string | undefined {
  const grouped = items.filter(({ part }) => part !== undefined);
  if (grouped.length === 0) return undefined;
  const parts = new Set(grouped.map(({ part }) => part)).size;
  return `${grouped.length} of ${items.length} pictures show ${parts} part${parts === 1 ? "" : "s"} several times`;
}
