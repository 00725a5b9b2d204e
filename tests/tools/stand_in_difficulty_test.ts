import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DEFECT_KINDS, LOGICAL, STRUCTURAL, UNSEEN } from "../../lib/picture/stand_in/kinds.ts";
import { difficultyOf, readScoredParts, type ScoredPart } from "../../tools/stand_in_difficulty.ts";

const part = (seed: string, kind: string, severity: number, score: number): ScoredPart => ({
  seed,
  kind,
  severity,
  score,
});
/** Good parts score 0 and 2; a bad one is above both in seed 1 and between them in seed 2, but burned dots are below. */
const parts = ["1", "2"].flatMap((seed) => [
  part(seed, "good", 0, 0),
  part(seed, "good", 0, 2),
  ...DEFECT_KINDS.map((kind, i) => part(seed, kind, i / 22, kind === "burned_dot" ? -1 : seed === "1" ? 3 : 1)),
]);

Deno.test("the difficulty of each share is its AUROC against all good parts, over seeds", () => {
  const table = new Map(difficultyOf(parts).map(({ share, ...figures }) => [share, figures]));
  const close = (share: string, count: number, mean: number, std: number) => {
    const found = table.get(share)!;
    assert.equal(found.parts, count, share);
    assert.ok(Math.abs(found.mean - mean) < 1e-12 && Math.abs(found.std - std) < 1e-12, `${share} ${found.mean}`);
  };
  close("logical", LOGICAL.length, 0.75, 0.25);
  close("structural", STRUCTURAL.length, 0.75, 0.25);
  close("seen kinds", 19, 0.75, 0.25);
  close("unseen kinds", UNSEEN.length, 0.5, 0.5 / 3);
  close("burned_dot", 1, 0, 0);
  close("all bad", 22, (21 * 0.75) / 22, (21 * 0.25) / 22);
  close("severity below 1/3", 8, 0.75, 0.25);
  close("severity 1/3 to 2/3", 7, 0.75, 0.25);
  close("severity from 2/3", 7, (6 * 0.75) / 7, (6 * 0.25) / 7);
  const kinds = [...table.keys()].slice(-22);
  assert.equal(kinds.at(-1), "burned_dot");
  assert.deepEqual(kinds.toSorted(), DEFECT_KINDS.toSorted());
});

Deno.test("scores of a run are joined with the kinds of the stand-in, and must be of it", async () => {
  const folder = await mkdtemp(join(tmpdir(), "difficulty-"));
  try {
    const files = [{ path: "test/bad/0.png", kind: "crack", severity: 0.5 }];
    await writeFile(join(folder, "stand-in.json"), JSON.stringify({ version: 2, files }));
    const row = (method: string, file: string) => `one-class,${method},333,${file},bad,,false,1.5\n`;
    const text = "benchmark,method,seed,file,label,kind,unseen,score\n" + row("PatchCore", "test/bad/0.png") +
      row("PaDiM", "test/bad/1.png");
    await writeFile(join(folder, "scores.csv"), text);
    const read = (method: string) => readScoredParts(folder, folder, { method, benchmark: "one-class" });
    assert.deepEqual(await read("PatchCore"), [part("333", "crack", 0.5, 1.5)]);
    await assert.rejects(read("PaDiM"), { message: /^Cannot find "test\/bad\/1.png" of ".*" as ".*" holds another/ });
    await assert.rejects(read("SegAD"), {
      message: /^Cannot read scores of "SegAD" for "one-class" as ".*" has none$/,
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
