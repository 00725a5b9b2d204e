/** What goes wrong while others work: real processes, a real Redis, and the bytes of one machine in the end. */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, statfs, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { encodePng } from "../../../lib/picture/image/encode.ts";
import { photo } from "../../../lib/domain.ts";
import { here } from "../cli/commands.ts";
import { drawPart, pipelineText, put, ROOT, run, withFolder, writeParts } from "../cli/product.ts";
import { type OpenProxy, openProxy } from "./proxy.ts";
import {
  placesOf,
  queueTest,
  sleep,
  type Small,
  start,
  startWorker,
  until,
  withRedis,
  withSmall,
  withWorkers,
} from "./redis.ts";

/** What others have made is what one machine has made. */
async function checkSame({ alone }: Small, run: string): Promise<void> {
  for (const name of ["results.json", "scores.csv"]) {
    assert.ok((await readFile(join(alone, name))).equals(await readFile(join(run, name))), name);
  }
}

const mapsIn = async (cache: string) =>
  (await readdir(join(cache, "maps"), { recursive: true }).catch(() => [])).length;

queueTest("workers, Redis and the run itself may be killed at any moment", async () => {
  await withSmall(async (small) => {
    const { folder, file, data } = small;
    const many = placesOf(folder, "many");
    await withRedis(folder, async ({ url, kill, start: startAgain }) => {
      const worker = () => startWorker(["--queue", url, "--cache", many.cache]);
      const workers = [worker(), worker()];
      const args = [file, "--data", data, "--queue", url, ...many.args];
      let producer = start("pipeline", args);
      try {
        await until(async () => (await readdir(join(many.cache, "fits")).catch(() => [])).length > 0);
        // A worker with all that it has in hand …
        workers[0].signal("SIGKILL");
        workers[0] = worker();
        await until(async () => await mapsIn(many.cache) > 1);
        // … the server, which keeps what it has on the disk …
        await kill();
        await sleep(500);
        await startAgain();
        await sleep(Math.random() * 500);
        workers[1].signal("SIGKILL");
        workers[1] = worker();
        // … and who hands the work out.
        await sleep(Math.random() * 1000);
        producer.signal("SIGKILL");
        await producer.end;
        producer = start("pipeline", args);
        const { code, err } = await producer.end;
        assert.equal(code, 0, err);
        await checkSame(small, many.run);
      } finally {
        for (const each of [...workers, producer]) each.signal("SIGKILL");
        await Promise.all([...workers, producer].map(({ end }) => end));
      }
    }, { more: ["--appendonly", "yes"] });
  });
});

queueTest(
  "a picture that kills the process at it, or at which it hangs, is reported after three tries, and the others have their lines",
  async () => {
    await withFolder(async (folder) => {
      const data = join(folder, "parts");
      await writeParts(data, 20, 12);
      // A feature that ends the process, or hangs, where the whole map is as far from the mean as a white picture is.
      const deadly = `defineFeature("mean", (pixels) => {
      const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
      if (mean > 0.35 && Deno.env.has("HANGS")) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
      if (mean > 0.35) Deno.exit(9);
      return mean;
    })`;
      const file = await put(
        join(folder, "small.ts"),
        pipelineText({
          detectors: { mean_difference: {} },
          methods: { "Both": { forest: ["mean_difference"] } },
          seeds: [1],
        }, deadly),
      );
      const alone = placesOf(folder, "alone");
      const trained = await here("pipeline", file, "--data", data, "--threads", "1", ...alone.args);
      assert.equal(trained.code, 0, trained.err);
      const archive = join(folder, "archive");
      for (let i = 0; i < 12; i++) await put(join(archive, `${i}.png`), await drawPart(300 + i, i % 2 === 0));
      const known = await here("score", "--run", alone.run, "--features", file, archive);
      assert.equal(known.code, 0, known.err);
      const white = photo([64, 64, 3], new Uint8Array(64 * 64 * 3).fill(255));
      await put(join(archive, "5-white.png"), await encodePng(white));
      await withRedis(folder, async ({ url }) => {
        const cache = join(folder, "cache");
        const queue = ["--queue", url, "--cache", cache];
        await withWorkers(1, [...queue, "--features", file], async ([worker]) => {
          const { code, out, err } = await run("score", "--run", alone.run, ...queue, archive);
          assert.equal(code, 3, err);
          const lines = out.split("\n");
          const [poison] = lines.splice(lines.findIndex((line) => line.includes("5-white.png")), 1);
          assert.equal(lines.join("\n"), known.out);
          assert.match(poison, /5-white\.png,,unread,.*as the process that did it ended: it ended with code 9/);
          // Once with all others, once with a few, three times alone.
          const deaths = worker.said().match(/The process that did a job has ended/g)?.length;
          assert.ok(deaths !== undefined && deaths >= 4 && deaths <= 5, `${deaths} deaths`);
        });
        const slow = [...queue, "--features", file, "--task-minutes", "0.05", "--threads", "1"];
        const hanging = start("worker", slow, { HANGS: "1" });
        try {
          await hanging.saying(/Taking jobs/);
          const { code, out, err } = await run("score", "--run", alone.run, ...queue, join(archive, "5-white.png"));
          assert.equal(code, 3, err);
          assert.match(out, /5-white\.png,,unread,.*ended: it said nothing of its work for 0\.05 minutes/);
          assert.equal(hanging.said().match(/The process that did a job has ended/g)?.length, 3);
        } finally {
          hanging.signal("SIGKILL");
          await hanging.end;
        }
      });
    });
  },
);

queueTest("a worker of another version is refused with both versions", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    const file = await put(join(folder, "small.ts"), pipelineText());
    const other = join(folder, "other");
    await mkdir(other);
    for (const name of ["lib", "packages"]) await cp(join(ROOT, name), join(other, name), { recursive: true });
    for (const name of ["deno.json", "deno.lock", "mod.ts", "types.ts"]) {
      await symlink(join(ROOT, name), join(other, name));
    }
    const changed = join(other, "lib/product/run/steps/map_step.ts");
    await writeFile(changed, `${await readFile(changed, "utf8")}// Another version.\n`);
    await withRedis(folder, async ({ url, roles }) => {
      const run = start("pipeline", [file, "--data", data, "--queue", url, ...placesOf(folder, "many").args]);
      await run.saying(/waiting for a worker/);
      const args = ["--queue", url, "--cache", join(folder, "cache")];
      const { code, stderr } = await new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", join(other, "lib/app/cli/main.ts"), "worker", ...args],
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).output();
      const err = new TextDecoder().decode(stderr);
      assert.equal(code, 1, err);
      const versions = [...err.matchAll(/0\.1\.0 with code ([0-9a-f]{8}) on Deno\/[\d.]+/g)].map(([, code]) => code);
      assert.equal(new Set(versions).size, 2, err);
      assert.match(err, /Error: Cannot take jobs as the run at this queue is of another version/);
      run.signal("SIGINT");
      assert.equal((await run.end).code, 130);
      // The other way round: the run says whom it waits for.
      const waiting = new Deno.Command(Deno.execPath(), {
        args: ["run", "-A", "--quiet", join(other, "lib/app/cli/main.ts"), "worker", ...args],
        stdin: "null",
        stdout: "null",
        stderr: "null",
      }).spawn();
      await until(() => roles().includes("worker"));
      const again = start("pipeline", [file, "--data", data, "--queue", url, ...placesOf(folder, "many").args]);
      await again.saying(/The workers at this queue are of another version and cannot take these jobs/);
      again.signal("SIGINT");
      waiting.kill("SIGKILL");
      await Promise.all([again.end, waiting.status]);
    });
  });
});

queueTest(
  "a worker that is cut off loses its jobs to others, and a clock that is a day ahead changes nothing",
  async () => {
    await withSmall(async (small) => {
      const { folder, file, data } = small;
      const many = placesOf(folder, "many");
      const ahead = await put(
        join(folder, "ahead.cjs"),
        `const Real = Date; const now = () => Real.now() + 86400000;
      globalThis.Date = class extends Real {
        constructor(...given) { given.length > 0 ? super(...given) : super(now()); }
        static now() { return now(); }
      };`,
      );
      await withRedis(folder, async ({ url, port }) => {
        const proxy: OpenProxy = openProxy(port);
        const cut = startWorker(["--queue", url.replace(`${port}`, `${proxy.port}`), "--cache", many.cache]);
        const run = start("pipeline", [file, "--data", data, "--queue", url, ...many.args]);
        let skewed;
        try {
          await cut.saying(/Fit PatchCore/);
          proxy.cut();
          skewed = start("worker", ["--threads", "1", "--patience", "2", "--queue", url, "--cache", many.cache], {
            NODE_OPTIONS: `--require ${ahead}`,
          });
          await skewed.saying(/Fit PatchCore|Fit PaDiM/);
          await until(async () => await mapsIn(many.cache) > 0);
          proxy.heal();
          const { code, err } = await run.end;
          assert.equal(code, 0, err);
          await checkSame(small, many.run);
          await cut.saying(/can be reached again|is lost: trying again/);
        } finally {
          for (const each of [cut, run, ...skewed ? [skewed] : []]) each.signal("SIGKILL");
          await Promise.all([cut.end, run.end, skewed?.end]);
          proxy.close();
        }
      });
    });
  },
);

/** Runs `mount` or `umount`; false where this user or system may not. */
async function mount(program: "mount" | "umount", ...args: string[]): Promise<boolean> {
  return await new Deno.Command(program, { args, stdout: "null", stderr: "null" }).output().then(
    ({ success }) => success,
    () => false,
  );
}

queueTest("on a full disk workers give their jobs back and say why, and all goes on once there is room", async () => {
  await withSmall(async (small) => {
    const { folder, file, data } = small;
    const disk = join(folder, "disk");
    await mkdir(disk);
    if (!await mount("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", disk)) {
      return console.log("skipped: a small disk cannot be mounted here");
    }
    const cache = join(disk, "cache");
    const many = { ...placesOf(folder, "many"), cache };
    const args = [file, "--data", data, "--cache", cache, "--runs", join(folder, "many/runs"), "--name", "it"];
    try {
      await withRedis(folder, async ({ url }) => {
        const run = start("pipeline", [...args, "--queue", url]);
        await run.saying(/waiting for a worker/);
        const { bsize, blocks, bfree } = await statfs(disk);
        assert.ok(await mount("mount", "-o", `remount,size=${(blocks - bfree) * bsize + 8192}`, disk));
        const worker = startWorker(["--queue", url, "--cache", cache]);
        const ended = await worker.end;
        assert.equal(ended.code, 1, ended.err);
        assert.match(ended.err, /Error: Cannot go on working: Cannot write ".*" as .*(ENOSPC|no space)/);
        const { code, err } = await run.end;
        assert.equal(code, 1, err);
        assert.match(err, /Error: Cannot go on as no worker is left: .* has given its job back: Cannot write ".*"/);
        assert.ok(await mount("mount", "-o", "remount,size=64m", disk));
        await withWorkers(1, ["--queue", url, "--cache", cache], async () => {
          const again = start("pipeline", [...args, "--queue", url]);
          const outcome = await again.end;
          assert.equal(outcome.code, 0, outcome.err);
          await checkSame(small, many.run);
        });
      });
    } finally {
      await mount("umount", "-l", disk);
    }
  });
});
