import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";
import { run, withFolder } from "../cli/product.ts";
import { queueTest, start, until, withRedis } from "./redis.ts";

queueTest("status, retry, drain and metrics tell of jobs and change what they say", async () => {
  await withFolder(async (folder) => {
    await withRedis(folder, async ({ url, port, ask }) => {
      ask("hset", "team:fleet:kins", "abc", "Release X");
      const connection = new Redis(port, "127.0.0.1", { maxRetriesPerRequest: null });
      const queue = new Queue("abc", { connection, prefix: "team" });
      for (let i = 0; i < 3; i++) await queue.add("job", {}, { jobId: `job-${i}` });
      const worker = new Worker("abc", () => Promise.reject(new Error('It is "broken"')), {
        ...{ connection: connection.duplicate(), prefix: "team" },
      });
      await until(async () => (await queue.getJobCounts("failed")).failed === 3);
      await worker.close();
      await queue.add("job", {}, { jobId: "waiting" });
      const at = ["--queue", `${url}?prefix=team`];
      const status = await run("queue", "status", ...at);
      assert.equal(status.code, 0, status.err);
      assert.match(status.out, /^Release X\n {2}jobs {5}1 waiting, 0 active, 0 completed, 3 failed$/m);
      assert.match(status.out, /failed {3}job-0: It is "broken"/);
      // Another prefix is another queue.
      assert.match((await run("queue", "status", "--queue", url)).out, /Nobody is at this queue/);
      const serving = start("queue", ["metrics", ...at, "--listen", "127.0.0.1:0"]);
      await serving.saying(/http:\/\/127\.0\.0\.1:\d+\/metrics/);
      const place = /http:\/\/127\.0\.0\.1:\d+\/metrics/.exec(serving.said())![0];
      const response = await fetch(place);
      assert.match(response.headers.get("content-type")!, /^text\/plain; version=0\.0\.4/);
      const text = await response.text();
      serving.signal("SIGINT");
      assert.equal((await serving.end).code, 0);
      const lines = text.split("\n");
      assert.ok(lines.includes('segad_queue_jobs{version="Release X",state="failed"} 3'), text);
      assert.ok(lines.includes('segad_queue_jobs{version="Release X",state="waiting"} 1'), text);
      // The format of Prometheus: a comment, or a name with labels and a number.
      for (const line of lines.filter((line) => line !== "")) {
        assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{(\w+="(\\.|[^"\\])*",?)*\})? -?[\d.e+]+)$/);
      }
      assert.match((await run("queue", "retry", ...at)).out, /^3 jobs that had failed are waiting again\n$/);
      assert.deepEqual(await queue.getJobCounts("waiting", "failed"), { waiting: 4, failed: 0 });
      assert.match((await run("queue", "drain", ...at)).out, /^4 jobs taken out of the queue\n$/);
      assert.deepEqual(await queue.getJobCounts("waiting", "failed"), { waiting: 0, failed: 0 });
      await queue.close();
      connection.disconnect();
    });
  });
});

/** Makes a certificate that signs itself. */
function makeCertificate(folder: string, name: string): { readonly key: string; readonly certificate: string } {
  const [key, certificate] = [join(folder, `${name}.key`), join(folder, `${name}.pem`)];
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"],
    ...["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
  ], { stdio: "ignore" });
  return { key, certificate };
}

queueTest("over TLS the server must be the one that its certificates say", async () => {
  await withFolder(async (folder) => {
    let own;
    try {
      own = makeCertificate(folder, "own");
    } catch {
      return console.log("skipped: there is no openssl here");
    }
    const other = makeCertificate(folder, "other");
    const { key, certificate } = own;
    const more = ["--tls-cert-file", certificate, "--tls-key-file", key, "--tls-auth-clients", "no"];
    await withRedis(folder, async ({ url }) => {
      const right = await run("queue", "status", "--queue", `${url}?ca=${certificate}`);
      assert.equal(right.code, 0, right.err);
      for (const wrong of [url, `${url}?ca=${other.certificate}`, url.replace("rediss", "redis")]) {
        const { code, err } = await run("queue", "status", "--queue", wrong);
        assert.equal(code, 1, err);
        assert.match(err, /Error: Cannot reach the queue rediss?:\/\/127\.0\.0\.1:\d+ as /);
      }
    }, { more, scheme: "rediss" });
  });
});
