/** A segment map to begin with, found by `deno task segment` in good pictures. @module */
import { copyFile, link, mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { IGNORED } from "../../domain.ts";
import { listParts } from "../../product/station/parts.ts";
import { picturePath } from "../../product/station/pictures.ts";
import { ConflictError, type Station } from "../../product/station/station.ts";
import { type PaintedMap, readPainted } from "../../product/station/segment_map.ts";
import { parseLegend } from "../../picture/segment/legend.ts";
import { readPlane } from "../../picture/segment/plane.ts";
import { GREY, segmentColours } from "../../picture/segment/palette.ts";

/** Like places of aligned pictures, or the part and what is around it. */
export type Way = "clusters" | "foreground";

/** Good pictures that are looked at. */
const MOST = 40;
const SIDE = 256;

/** @throws {ConflictError} where the project has too few good pictures */
export async function suggestMap(
  station: Station,
  project: string,
  { way, parts }: { readonly way: Way; readonly parts: number },
): Promise<PaintedMap> {
  const good = listParts(station, project, { role: "training", label: "good", order: "old", limit: MOST }).parts;
  if (good.length < 3) throw new ConflictError(`Cannot find segments as "${project}" has ${good.length} good pictures`);
  const folder = await mkdtemp(join(tmpdir(), "segad-"));
  try {
    const data = join(folder, "good");
    await mkdir(data);
    for (const { id, sha256 } of good) {
      const [from, to] = [picturePath(station, sha256), join(data, `${id}.png`)];
      await link(from, to).catch(() => copyFile(from, to));
    }
    const out = way === "clusters" ? join(folder, "map.png") : join(folder, "maps");
    await segment([
      way,
      "--data",
      data,
      "--out",
      out,
      "--side",
      `${SIDE}`,
      ...way === "clusters" ? ["--parts", `${parts}`] : [],
    ]);
    return way === "clusters" ? await readPainted(out) : await mostCommon(out);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function segment(args: readonly string[]): Promise<void> {
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--allow-read", "--allow-write", "--allow-env", "--allow-ffi"],
      ...["lib/app/cli/main.ts", "segment", ...args],
    ],
    cwd: root,
    env: { DENO_NO_UPDATE_CHECK: "1" },
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).output();
  if (code !== 0) throw new Error(new TextDecoder().decode(stderr).replace(/^[^]*Error: /, "").trim());
}

/** Of the maps of several pictures the label that most have at each place. */
async function mostCommon(folder: string): Promise<PaintedMap> {
  const legend = parseLegend(await readFile(join(folder, "legend.json"), "utf8"), join(folder, "legend.json"));
  const names = legend.labels.filter(({ ignored }) => !ignored).sort((a, b) => a.value - b.value);
  const files = (await readdir(folder, { recursive: true })).filter((name) =>
    name.endsWith(".png") && !/sheet/.test(name)
  );
  const planes = await Promise.all(files.map((name) => readPlane(join(folder, name), legend)));
  const [{ height, width }] = planes;
  const labels = Uint8Array.from({ length: height * width }, (_, i) => {
    const counts = new Uint32Array(256);
    for (const plane of planes) counts[plane.labels[i]]++;
    counts[IGNORED] = 0;
    return counts.indexOf(Math.max(...counts));
  });
  const colours = segmentColours(names.length, [GREY]);
  return {
    plane: { height, width, labels },
    segments: names.map(({ name }, value) => ({ value, name, colour: colours[value] })),
  };
}
