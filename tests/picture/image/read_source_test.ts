import assert from "node:assert/strict";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import fc from "fast-check";
import { decodePixels } from "../../../lib/picture/image/decode.ts";
import { readSource } from "../../../lib/picture/image/read_source.ts";
import { put, withFolder } from "../../app/cli/product.ts";
import { fileOf } from "./fixtures.ts";

const file = fileOf("png rgb");
const pixels = await decodePixels(file);

Deno.test("a path, a URL, bytes, a buffer and a blob of one file give the same pixels", async () => {
  await withFolder(async (folder) => {
    const path = await put(join(folder, "a b#1.png"), file);
    const text = btoa(String.fromCharCode(...file));
    const sources = [
      path,
      pathToFileURL(path),
      file,
      file.buffer,
      new Blob([file]),
      new URL(`data:image/png;base64,${text}`),
    ];
    for (const source of sources) assert.deepEqual(await readSource(source), pixels);
    const part = new Uint8Array([1, 2, ...file, 3]).subarray(2, file.length + 2);
    assert.deepEqual(await readSource(part), pixels);
  });
});

Deno.test("a picture comes from a server, and what the server refuses is told", async () => {
  const server = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen: () => {} },
    ({ url }) => url.endsWith("a.png") ? new Response(file) : new Response("", { status: 404 }),
  );
  const at = (name: string) => new URL(`http://127.0.0.1:${server.addr.port}/${name}`);
  assert.deepEqual(await readSource(at("a.png")), pixels);
  await assert.rejects(readSource(at("b.png")), /^Error: Cannot read "http:.*b\.png" as the server answered 404/);
  await server.shutdown();
  await assert.rejects(readSource(at("a.png")), /^Error: Cannot read "http:.*a\.png" as /);
});

Deno.test("frames are their samples without alpha, of 8 bits and of 16 by the depth policy", async () => {
  const side = fc.integer({ min: 1, max: 9 });
  await fc.assert(
    fc.asyncProperty(
      side,
      side,
      fc.constantFrom(1, 2, 3, 4),
      fc.infiniteStream(fc.nat(65535)),
      async (width, height, channels, stream) => {
        const count = width * height * channels;
        const samples = [...stream.take(count)];
        const colours = channels <= 2 ? 1 : 3;
        const kept = samples.filter((_, i) => i % channels < colours);
        const frame = { width, height, channels: channels as 1 | 2 | 3 | 4 };
        const eight = await readSource({ ...frame, data: Uint8Array.from(samples) });
        assert.deepEqual(eight, { width, height, channels: colours, data: Uint8Array.from(kept) });
        const deep = { ...frame, data: Uint16Array.from(samples) };
        const scaled = await readSource(deep, { depth: { kind: "scale" } });
        assert.deepEqual([...scaled.data], kept.map((value) => Math.round(value / 257)));
        await assert.rejects(
          readSource(deep),
          /^RangeError: Cannot read the frame "picture" as it has 16 bits a sample/,
        );
      },
    ),
    { numRuns: 30 },
  );
  const canvas = { width: 1, height: 2, data: Uint8ClampedArray.of(1, 2, 3, 255, 4, 5, 6, 0) };
  assert.deepEqual((await readSource(canvas)).data, Uint8Array.of(1, 2, 3, 4, 5, 6));
});

Deno.test("a frame is copied, as its memory is the camera's", async () => {
  const data = Uint8Array.of(1, 2);
  const read = await readSource({ width: 2, height: 1, channels: 1, data });
  data.fill(9);
  assert.deepEqual(read.data, Uint8Array.of(1, 2));
});

Deno.test("what is no picture, and a frame with other samples than it says, are refused", async () => {
  const odd = [undefined, null, 7, {}, [], new DataView(new ArrayBuffer(2)), { data: [1], width: 1, height: 1 }];
  for (const source of odd) {
    await assert.rejects(
      readSource(source as never),
      /^TypeError: Cannot read a picture from .* as it must be a path, a URL/,
    );
  }
  const data = new Uint8Array(12);
  for (
    const frame of [{ width: 2, height: 2, channels: 4, data }, { width: 5, height: 1, data }, {
      width: 2.5,
      height: 1,
      data,
    }]
  ) {
    await assert.rejects(readSource(frame as never), /^TypeError: Cannot read the frame "picture" as /);
  }
  await assert.rejects(readSource({ width: 12, height: 1, data }, { maxPixels: 11 }), /^RangeError: .*limit of 11/);
});
