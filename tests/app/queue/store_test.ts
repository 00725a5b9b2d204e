/** Machines that share no folder share a store: a real server on this machine, asked over HTTP. */
import assert from "node:assert/strict";
import { readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { here } from "../cli/commands.ts";
import { drawPart, pipelineText, put, ROOT, withFolder, writeParts } from "../cli/product.ts";
import { placesOf, queueTest, type Running, start, withRedis } from "./redis.ts";

const SECRET = "s3cr3t-of-the-store";

/** Runs a test with a store; its objects lie as files below the folder that the test is given. */
async function withStore(
  folder: string,
  test: (env: Record<string, string>, objects: string) => Promise<void>,
): Promise<void> {
  const objects = join(folder, "objects");
  const server = new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "-A", "--quiet", "--config", join(ROOT, "tests/deno.json")],
      ...[fileURLToPath(new URL("./s3_main.ts", import.meta.url)), objects, "parts"],
    ],
    stdin: "null",
    stdout: "piped",
    stderr: "null",
  }).spawn();
  const reader = server.stdout.getReader();
  const { value } = await reader.read();
  const port = Number(new TextDecoder().decode(value));
  try {
    await test({
      AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
      AWS_ACCESS_KEY_ID: "S3RVER",
      AWS_SECRET_ACCESS_KEY: "S3RVER",
    }, join(objects, "parts"));
  } finally {
    await reader.cancel();
    server.kill("SIGKILL");
    await server.status;
  }
}

queueTest(
  "machines that share a store and no folder give the bytes of one machine, with the pictures in the store",
  async () => {
    await withFolder(async (folder) => {
      const data = join(folder, "parts");
      await writeParts(data, 14, 8);
      const file = await put(join(folder, "small.ts"), pipelineText({ seeds: [1] }));
      const alone = placesOf(folder, "alone");
      const first = await here("pipeline", file, "--data", data, "--threads", "1", ...alone.args);
      assert.equal(first.code, 0, first.err);
      await withStore(folder, async (env, objects) => {
        await withRedis(folder, async ({ url }) => {
          const queue = ["--queue", url, "--store", "s3://parts/steps"];
          const workers = ["first", "second"].map((name) =>
            start("worker", [
              ...["--threads", "1", ...queue, "--cache", join(folder, name, "cache")],
              ...["--data", `${data}=s3://parts/pictures`],
            ], env)
          );
          const end = async (one: Running) => {
            const { code, out, err } = await one.end;
            for (const text of [out, err]) assert.ok(!text.includes("S3RVER"), text);
            return { code, out, err };
          };
          try {
            const many = placesOf(folder, "many");
            // The pictures are put there as another program does it.
            const { AwsClient } = await import("aws4fetch");
            const client = new AwsClient({
              accessKeyId: "S3RVER",
              secretAccessKey: "S3RVER",
              service: "s3",
              region: "us-east-1",
            });
            const upload = async (name: string, bytes: Uint8Array<ArrayBuffer>) => {
              const response = await client.fetch(`${env.AWS_ENDPOINT_URL}/parts/${name}`, {
                method: "PUT",
                body: bytes,
              });
              assert.ok(response.ok, await response.text());
            };
            for (const label of ["good", "bad"]) {
              for (const name of await readdir(join(data, label))) {
                await upload(`pictures/${label}/${name}`, new Uint8Array(await readFile(join(data, label, name))));
              }
            }
            const done = await end(start("pipeline", [file, "--data", data, ...queue, ...many.args], env));
            assert.equal(done.code, 0, done.err);
            for (const name of ["results.json", "scores.csv"]) {
              assert.ok((await readFile(join(alone.run, name))).equals(await readFile(join(many.run, name))), name);
            }
            // A machine that has nothing of it finds all in the store, the maps of its report among it.
            const other = placesOf(folder, "other");
            const again = await end(start("pipeline", [file, "--data", data, ...queue, ...other.args], env));
            assert.equal(again.code, 0, again.err);
            assert.doesNotMatch(again.err, /Tasks:/);
            assert.ok(
              (await readFile(join(alone.run, "scores.csv"))).equals(await readFile(join(other.run, "scores.csv"))),
            );
            assert.ok((await readdir(objects)).length > 0);

            // An archive that lies in the store alone.
            const archive = join(folder, "archive");
            for (let i = 0; i < 20; i++) {
              await put(join(archive, `${i}.png`), await drawPart(700 + i, i % 2 === 0));
              await upload(`archive/${i}.png`, await drawPart(700 + i, i % 2 === 0));
            }
            await upload("archive/notes.txt", new TextEncoder().encode("no picture"));
            await upload("archive/odd.png", new TextEncoder().encode("no picture"));
            await put(join(archive, "odd.png"), "no picture");
            const near = await here("score", "--run", alone.run, archive);
            assert.equal(near.code, 3, near.err);
            const there = await end(
              start("score", ["--run", alone.run, ...queue, "--cache", many.cache, "s3://parts/archive"], env),
            );
            assert.equal(there.code, 3, there.err);
            assert.equal(there.out, near.out.replaceAll(archive, "s3://parts/archive"));
          } finally {
            for (const worker of workers) worker.signal("SIGKILL");
            await Promise.all(workers.map(end));
          }
        });
      });
      await rename(data, join(folder, "gone"));
      await rm(join(folder, "gone"), { recursive: true });
    });
  },
);

Deno.test("a pipeline says what to do with pictures that lie in a store", async () => {
  const { code, err } = await here("pipeline", "vad.ts", "--data", "s3://parts/pictures", "--plan");
  assert.equal(code, 1);
  assert.match(
    err,
    /^Error: Cannot read "s3:\/\/parts\/pictures" .* tell workers --data FOLDER=s3:\/\/parts\/pictures\n$/,
  );
});

queueTest("a store that cannot be used is told, and no key with it", async () => {
  await withFolder(async (folder) => {
    const data = join(folder, "parts");
    await writeParts(data, 12, 6);
    const file = await put(join(folder, "small.ts"), pipelineText());
    await withRedis(folder, async ({ url }) => {
      const args = [file, "--data", data, "--queue", url, ...placesOf(folder, "many").args];
      const cases: [string, Record<string, string>, RegExp][] = [
        ["s3://parts", {}, /AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not in the environment/],
        ["parts", {}, /it must be s3:\/\/BUCKET/],
        ["s3://parts", {
          ...{ AWS_ACCESS_KEY_ID: "who", AWS_SECRET_ACCESS_KEY: SECRET, AWS_ENDPOINT_URL: "http://127.0.0.1:9" },
        }, /Error: Cannot .* "s3:\/\/parts\/.*" as /],
      ];
      for (const [store, env, message] of cases) {
        const { code, err } = await start("pipeline", [...args, "--store", store], env).end;
        assert.equal(code, 1, err);
        assert.match(err, message);
        assert.ok(!err.includes(SECRET), err);
      }
    });
  });
});
