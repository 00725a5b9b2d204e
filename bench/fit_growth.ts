/**
 * What a whole `fit patchcore` takes, from the files of the pictures to the model, as the pictures become more:
 *
 *     deno task bench:fit [PICTURES…]              1,600 and 6,400 where left out
 *
 * Pictures are drawn, 128 × 128; each number is fitted in a process of its own, whose time and memory are told. Expected: time
 * in proportion to the pictures, and memory that does not grow with them.
 */
import { execFileSync } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { photo } from "../lib/domain.ts";
import { BOUNDED } from "../lib/method/detect/patchcore/patchcore.ts";
import { encodePng } from "../lib/picture/image/encode.ts";
import { fitFolder } from "../lib/product/make/fit.ts";
import { openGoodFolder } from "../lib/product/make/good_folder.ts";

const SIDE = 128;
const COUNTS = [1600, 6400];
const FIT = "--fit";

/** What a fit took. */
interface Taken {
  readonly wall: number;
  readonly cpu: number;
  readonly peak: number;
}

const args = process.argv.slice(2);
if (args[0] === FIT) console.log(JSON.stringify(await fit(args[1])));
else await compare(args.length > 0 ? args.map(Number) : COUNTS);

async function compare(counts: readonly number[]): Promise<void> {
  console.log("| pictures | seconds | of the processor | ms of it a picture | peak memory |");
  console.log("| -------: | ------: | ---------------: | -----------------: | ----------: |");
  for (const count of counts) {
    const folder = await mkdtemp(join(tmpdir(), "segad-bench-"));
    try {
      await draw(join(folder, "good"), count);
      const permissions = ["--allow-read", "--allow-write", "--allow-env", "--allow-ffi"];
      const words = ["run", "--quiet", "--no-prompt", ...permissions, process.argv[1], FIT, folder];
      const { wall, cpu, peak }: Taken = JSON.parse(execFileSync(process.execPath, words, { encoding: "utf8" }));
      const cells = [count, wall.toFixed(1), cpu.toFixed(1), (1000 * cpu / count).toFixed(1), `${peak.toFixed(2)} GB`];
      console.log(`| ${cells.join(" | ")} |`);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
}

/** Parts with a bright bar that lies a little elsewhere in each, under noise. */
async function draw(folder: string, count: number): Promise<void> {
  await mkdir(folder);
  const random = seededRandom(1);
  for (let i = 0; i < count; i++) {
    const picture = photo([SIDE, SIDE, 3]);
    const [left, tilt] = [40 + 8 * random.uniform(), random.uniform() / 10];
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const bar = Math.abs(x - left - tilt * y) < 12 ? 90 : 0;
        picture.data.fill(60 + bar + 40 * random.uniform(), 3 * (y * SIDE + x), 3 * (y * SIDE + x) + 3);
      }
    }
    await writeFile(join(folder, `${i}.png`), await encodePng(picture));
  }
}

async function fit(data: string): Promise<Taken> {
  const begun = performance.now();
  const folder = await openGoodFolder({
    data,
    picture: { height: SIDE, width: SIDE },
    detectors: { patchcore: BOUNDED },
    seed: 0,
    device: "cpu",
    cache: join(data, "cache"),
    reporter: { say: () => {}, warn: console.error, progress: () => {} },
    signal: new AbortController().signal,
  });
  await fitFolder(folder, { seed: 0, falseAlarms: 0.01, out: join(data, "model") });
  await folder.work.close();
  const { user, system } = process.cpuUsage();
  return {
    wall: (performance.now() - begun) / 1000,
    cpu: (user + system) / 1e6,
    peak: process.resourceUsage().maxRSS * 1024 / 1e9,
  };
}
