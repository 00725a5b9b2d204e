/** The page of an export in Chromium: it proves the model there, and judges a picture as the product does. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { openScorer } from "../../../lib/product/model/scorer.ts";
import { exporting, fit } from "../../app/cli/commands.ts";
import { drawPart, put, run, withFolder, writeParts } from "../../app/cli/product.ts";

const CHROMIUM = "/usr/bin/chromium";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
  ".json": "application/json",
};

/** What the page says of a picture. */
async function seen(...args: string[]) {
  const script = fileURLToPath(new URL("./browser_check.ts", import.meta.url));
  const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
  const { stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--allow-all", "--config", config, script, CHROMIUM, ...args],
    stdout: "piped",
    stderr: "piped",
  }).output();
  const text = new TextDecoder().decode(stdout);
  assert.notEqual(text, "", new TextDecoder().decode(stderr));
  return JSON.parse(text);
}

Deno.test({
  name: "the page of an export proves the model in a browser, and judges a picture as the product does",
  ignore: !existsSync(CHROMIUM),
  async fn() {
    await withFolder(async (folder) => {
      const data = join(folder, "parts");
      await writeParts(data, 10, 0);
      const [model, out] = [join(folder, "model"), join(folder, "export")];
      const given = ["--data", data, "--side", "32", "--cache", join(folder, "cache"), "--threads", "1"];
      await fit("padim", "--set", "dims=8", ...given, "--out", model);
      await exporting("--run", model, "--out", out);
      const page = await run("page", out);
      assert.equal(page.code, 0, page.err);
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
        const path = new URL(request.url).pathname;
        const file = join(out, path.endsWith("/") ? `${path}index.html` : path);
        const bytes = await readFile(file).catch(() => undefined);
        const type = TYPES[extname(file)] ?? "application/octet-stream";
        const headers = { "content-type": type };
        return bytes ? new Response(new Uint8Array(bytes), { headers }) : new Response("", { status: 404 });
      });
      const scorer = await openScorer(model, { threads: 1 });
      try {
        const url = `http://127.0.0.1:${server.addr.port}/browser/?device=wasm`;
        // Of another size than the model's, so that the page has to resize it.
        const picture = await put(join(folder, "part.png"), await drawPart(4711, true, 75));
        const [verdict] = await scorer.score([{ id: picture, photo: await scorer.read(picture) }]);
        const { score, text, ...said } = await seen(url, picture);
        assert.ok(Math.abs(score - verdict.score) <= 1e-4 * Math.abs(verdict.score), `${score}`);
        assert.match(text, /^Score \d+\.\d{3}, bad from \d+\.\d{3}; \d+ ms$/);
        assert.deepEqual(said, {
          open: true,
          state: "8 of 8 reference pictures hold, on wasm",
          error: "",
          decision: verdict.decision,
          elsewhere: [],
        });

        // Another model than the one that was certified is refused.
        await put(join(out, "model.onnx"), (await readFile(join(out, "model.onnx"))).subarray(1));
        const { open, error } = await seen(url, picture);
        assert.deepEqual([open, error], [false, 'Cannot use "model.onnx" as it is not the file that was certified']);
      } finally {
        await Promise.all([scorer.close(), server.shutdown()]);
      }
    });
  },
});
