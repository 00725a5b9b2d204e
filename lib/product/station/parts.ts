/** Pictures of parts: those that a project is taught with, and those that came to be judged. @module */
import { addEvent } from "./events.ts";
import { MissingError, now, type Station } from "./station.ts";
import { parseVerdict, type StoredVerdict, type VerdictRow } from "./verdicts.ts";

/** What a person says of a part. */
export type Label = "good" | "bad";

/** Where a picture came from. */
export type PartSource = "upload" | "folder" | "watch" | "api" | "run";

/** A picture of a part; the same bytes are one part of a project, however often they come. */
export interface Part {
  readonly id: number;
  readonly project: string;
  /** As the file was called. */
  readonly name: string;
  readonly source: PartSource;
  /** What it came for. */
  readonly role: "training" | "judged";
  readonly label: Label | null;
  /** The kind of defect, where somebody has said it. */
  readonly kind: string | null;
  /** Of the frozen set that models are compared on: never learned from. */
  readonly control: boolean;
  /** In pixels. */
  readonly width: number;
  readonly height: number;
  /** Of the file. */
  readonly bytes: number;
  readonly sha256: string;
  readonly added: string;
  readonly labelled: { readonly at: string; readonly by: string } | null;
  /** The latest. */
  readonly verdict: StoredVerdict | null;
}

/** What is known of a picture before it is a part. */
export interface NewPart {
  readonly project: string;
  readonly name: string;
  readonly source: PartSource;
  readonly role: Part["role"];
  readonly label?: Label | null;
  readonly kind?: string | null;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  readonly sha256: string;
  /** Who has labelled it. */
  readonly by?: string;
}

/** Which parts of a project; those that a key is left out for are all. */
export interface PartFilter {
  readonly role?: Part["role"];
  readonly label?: Label | "none";
  readonly decision?: StoredVerdict["decision"];
  readonly source?: PartSource;
  readonly control?: boolean;
  /** Whose label and latest decision differ. */
  readonly wrong?: boolean;
  readonly order?: "new" | "old" | "score" | "name";
  readonly limit?: number;
  readonly offset?: number;
}

type PartRow = Omit<Part, "control" | "labelled" | "verdict"> & {
  readonly control: number;
  readonly labelled_at: string | null;
  readonly labelled_by: string | null;
  readonly verdict: number | null;
};

/** @throws {MissingError} where there is none of that number */
export function findPart(station: Station, id: number): Part {
  const row = station.first<PartRow>("SELECT * FROM part WHERE id = ?", id);
  if (row) return parse(station, row);
  throw new MissingError(`Cannot find part ${id}`);
}

/** The part of those bytes, where the project has it. */
export function partOfBytes(station: Station, project: string, sha256: string): Part | undefined {
  const row = station.first<PartRow>("SELECT * FROM part WHERE project = ? AND sha256 = ?", project, sha256);
  return row && parse(station, row);
}

/** Adds a part, or gives the one that has the same bytes; `added` says which. */
export function addPart(station: Station, part: NewPart): { readonly part: Part; readonly added: boolean } {
  const { project, name, source, role, label = null, kind = null, width, height, bytes, sha256, by = "" } = part;
  return station.transaction(() => {
    const known = partOfBytes(station, project, sha256);
    if (known) return { part: known, added: false };
    const at = now();
    const { id } = station.run(
      `INSERT INTO part (project, sha256, name, source, role, label, kind, width, height, bytes, added, labelled_at, labelled_by)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
      ...[project, sha256, name, source, role, label, kind, width, height, bytes, at],
      label ? at : null,
      label ? by : null,
    );
    addEvent(station, { project, kind: "part", part: id, data: { part: id, added: true, name, role, label, by } });
    return { part: findPart(station, id), added: true };
  });
}

/** Removes a part with its verdicts; its bytes stay. */
export function removePart(station: Station, id: number, by: string): void {
  station.transaction(() => {
    const { project, name } = findPart(station, id);
    station.run("UPDATE part SET verdict = NULL WHERE id = ?", id);
    station.run("UPDATE watched SET verdict = NULL WHERE verdict IN (SELECT id FROM verdict WHERE part = ?)", id);
    station.run("DELETE FROM part WHERE id = ?", id);
    addEvent(station, { project, kind: "part", part: id, data: { part: id, added: false, name, by } });
  });
}

/** Confirms or corrects what a part is; null takes the label away. */
export function labelPart(
  station: Station,
  id: number,
  { label, kind, by = "", note }: { label: Label | null; kind?: string | null; by?: string; note?: string },
): Part {
  return station.transaction(() => {
    const { project, kind: before, label: was, verdict } = findPart(station, id);
    const at = now();
    station.run(
      "UPDATE part SET label = ?, kind = ?, labelled_at = ?, labelled_by = ? WHERE id = ?",
      label,
      kind === undefined ? before : kind,
      label ? at : null,
      label ? by : null,
      id,
    );
    const data = { part: id, label, was, by, decision: verdict?.decision ?? null, ...note !== undefined && { note } };
    addEvent(station, { project, kind: "label", part: id, data });
    return findPart(station, id);
  });
}

/** Puts a part into the control set, or takes it out. */
export function controlPart(station: Station, id: number, control: boolean, by: string): Part {
  return station.transaction(() => {
    const { project } = findPart(station, id);
    station.run("UPDATE part SET control = ? WHERE id = ?", Number(control), id);
    addEvent(station, { project, kind: "control", part: id, data: { part: id, control, by } });
    return findPart(station, id);
  });
}

/** Takes a part into the training set, or out of it. */
export function setRole(station: Station, id: number, role: Part["role"], by: string): Part {
  return station.transaction(() => {
    const { project } = findPart(station, id);
    station.run("UPDATE part SET role = ? WHERE id = ?", role, id);
    addEvent(station, { project, kind: "role", part: id, data: { part: id, role, by } });
    return findPart(station, id);
  });
}

const ORDERS = {
  new: "part.id DESC",
  old: "part.id",
  score: "v.score DESC NULLS LAST, part.id",
  name: "part.name, part.id",
} as const;

/** Parts of a project, and how many there are of them in all. */
export function listParts(
  station: Station,
  project: string,
  filter: PartFilter = {},
): { readonly parts: Part[]; readonly total: number } {
  const { role, label, decision, source, control, wrong, order = "new", limit = 100, offset = 0 } = filter;
  const wheres = ["part.project = ?"];
  const values: (string | number)[] = [project];
  const need = (sql: string, ...given: (string | number)[]) => void (wheres.push(sql), values.push(...given));
  if (role) need("part.role = ?", role);
  if (label === "none") need("part.label IS NULL");
  else if (label) need("part.label = ?", label);
  if (decision) need("v.decision = ?", decision);
  if (source) need("part.source = ?", source);
  if (control !== undefined) need("part.control = ?", Number(control));
  if (wrong) need("part.label IS NOT NULL AND v.decision IN ('good', 'bad') AND v.decision <> part.label");
  const from = `FROM part LEFT JOIN verdict v ON v.id = part.verdict WHERE ${wheres.join(" AND ")}`;
  const { total } = station.first<{ total: number }>(`SELECT count(*) AS total ${from}`, ...values)!;
  const rows = station.all<PartRow>(
    `SELECT part.* ${from} ORDER BY ${ORDERS[order]} LIMIT ? OFFSET ?`,
    ...values,
    limit,
    offset,
  );
  return { parts: rows.map((row) => parse(station, row)), total };
}

function parse(station: Station, { labelled_at, labelled_by, control, verdict, ...row }: PartRow): Part {
  const latest = verdict === null
    ? undefined
    : station.first<VerdictRow>("SELECT * FROM verdict WHERE id = ?", verdict);
  return {
    ...row,
    control: control === 1,
    labelled: labelled_at === null ? null : { at: labelled_at, by: labelled_by ?? "" },
    verdict: latest ? parseVerdict(latest) : null,
  };
}
