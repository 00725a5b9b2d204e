import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sealedFolder } from "../../../lib/base/io/sealed_folder.ts";
import { distance, features } from "../../../lib/domain.ts";
import { seededRandom } from "../../../lib/base/tensor/random.ts";
import { presets } from "../../../lib/method/forest/presets.ts";
import { goodQuantilesOf } from "../../../lib/method/forest/good_quantiles.ts";
import { openForestRunner } from "../../../lib/method/forest/runner.ts";
import { trainForest } from "../../../lib/method/forest/train.ts";
import type { Judge, Member } from "../../../lib/method/judge/contract.ts";
import { applyJudge, columnsOf, explainJudge, readJudge, writeJudge } from "../../../lib/method/judge/table.ts";
import { fitLogistic } from "../../../lib/method/regression/logistic.ts";

const N = 40;
const COLUMNS = ["wire.padim.mean", "wire.padim.q995", "stride16.average_0"];
const random = seededRandom(5);
const labels = Array.from({ length: N }, (_, n) => Number(n >= 30));
const table = features(
  [N, 3],
  Float32Array.from(
    { length: 3 * N },
    (_, i) => random.normal() + labels[Math.floor(i / 3)],
  ),
);
const own = distance(
  [N],
  Float32Array.from(
    { length: N },
    (_, n) => Math.exp(random.normal() + labels[n]),
  ),
);
const evidence = { columns: COLUMNS, features: table, scores: { padim: own } };

async function members(
  runner: ReturnType<typeof openForestRunner>,
): Promise<Member[]> {
  const columns = [COLUMNS[2], COLUMNS[0]];
  const two = features(
    [N, 2],
    Float32Array.from(
      { length: 2 * N },
      (_, i) => table.data[Math.floor(i / 2) * 3 + (i % 2 === 0 ? 2 : 0)],
    ),
  );
  const settings = {
    ...presets.brf,
    num_parallel_tree: 4,
    n_estimators: 3,
    reg_alpha: 0,
  };
  return [
    {
      judge: {
        kind: "regression",
        columns,
        model: fitLogistic({ cost: 1 }, two, labels),
        goodQuantiles: goodQuantilesOf(two, labels),
      },
      mean: -1,
      deviation: 2,
      weight: 1,
    },
    {
      judge: {
        kind: "forest",
        model: await trainForest({
          features: table,
          columns: COLUMNS,
          labels,
          settings,
          seed: 1,
        }, runner),
      },
      mean: 0.25,
      deviation: 0.5,
      weight: 2,
    },
    {
      judge: { kind: "detector", name: "padim" },
      log: true,
      mean: 0.1,
      deviation: 1.5,
      weight: 0.5,
    },
  ];
}

Deno.test("judges together are the sum of their standardised scores, before and after they were files", async () => {
  const runner = openForestRunner({ workers: 1 });
  const folder = await mkdtemp(join(tmpdir(), "judge-"));
  try {
    const judge: Judge = { kind: "together", members: await members(runner) };
    assert.deepEqual([...columnsOf(judge)].sort(), [...COLUMNS].sort());
    const context = { runner };
    const alone = await Promise.all(
      judge.members.map((member) => applyJudge(member.judge, context)(evidence)),
    );
    const found = await applyJudge(judge, context)(evidence);
    for (let n = 0; n < N; n++) {
      const [regression, forest, padim] = alone.map(({ data }) => data[n]);
      const right = (regression + 1) / 2 + 2 * (forest - 0.25) / 0.5 +
        0.5 * (Math.log(padim) - 0.1) / 1.5;
      assert.ok(
        Math.abs(found.data[n] - right) < 1e-5 * Math.max(1, Math.abs(right)),
        `part ${n}`,
      );
    }
    await writeJudge(judge, folder);
    const again = await readJudge(
      "together",
      sealedFolder(folder),
      { detectors: ["padim"] },
      runner,
    );
    assert.deepEqual(
      (await applyJudge(again, context)(evidence)).data,
      found.data,
    );
  } finally {
    await runner.close();
    await rm(folder, { recursive: true });
  }
});

Deno.test("contributions of judges together sum to the score, and a member's column counts with its own weight", async () => {
  const runner = openForestRunner({ workers: 1 });
  try {
    const judge: Judge = { kind: "together", members: await members(runner) };
    const explanation = explainJudge(judge, { runner })!;
    const { data } = await explanation.contributions(evidence);
    const { data: scores } = await applyJudge(judge, { runner })(evidence);
    const width = explanation.columns.length + 1;
    for (let n = 0; n < N; n++) {
      const sum = data.subarray(n * width, (n + 1) * width).reduce(
        (total, value) => total + value,
        0,
      );
      assert.ok(
        Math.abs(sum - scores[n]) < 1e-3,
        `part ${n}: ${sum} for ${scores[n]}`,
      );
    }
    assert.equal(explanation.goodQuantiles?.parts, 30);
  } finally {
    await runner.close();
  }
});

Deno.test("a file of judges that is damaged is refused with its path", async () => {
  const runner = openForestRunner({ workers: 1 });
  const folder = await mkdtemp(join(tmpdir(), "judge-"));
  try {
    await writeJudge(
      { kind: "together", members: await members(runner) },
      folder,
    );
    const path = join(folder, "together/members.json");
    const text = await Deno.readTextFile(path);
    await Deno.writeTextFile(
      path,
      text.replace('"deviation": 2', '"deviation": 0'),
    );
    await assert.rejects(
      readJudge("together", sealedFolder(folder), { detectors: [] }, runner),
      /Cannot use the judges in .*members.json/,
    );
  } finally {
    await runner.close();
    await rm(folder, { recursive: true });
  }
});
