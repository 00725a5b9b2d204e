import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sha256 } from "../../../lib/base/io/hash.ts";
import { decodePhoto, readPixels } from "../../../lib/picture/image/decode.ts";
import { type Loaded, openLoader } from "../../../lib/picture/image/loader.ts";
import { toImage } from "../../../lib/picture/image/image.ts";
import { lookAt } from "../../../lib/picture/image/look.ts";
import { resizePhoto } from "../../../lib/picture/image/resize.ts";
import { thumbnailsOf } from "../../../lib/picture/image/thumbnail.ts";
import { eightBit, sixteenBit } from "./fixtures.ts";

const size = { height: 16, width: 24 };

async function inFolder(work: (paths: string[]) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "loader-"));
  try {
    const files = [...eightBit, ...sixteenBit];
    const paths = files.map((_, i) => join(folder, `${i}.png`));
    await Promise.all(files.map(({ file }, i) => writeFile(paths[i], file)));
    await work(paths);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Comparable: a photograph or the error's name and message. */
function plain(loaded: Loaded): unknown {
  return "photo" in loaded
    ? { path: loaded.path, shape: loaded.photo.shape, data: loaded.photo.data }
    : { path: loaded.path, name: loaded.error.name, message: loaded.error.message };
}

async function collect(loaded: AsyncGenerator<Loaded>): Promise<unknown[]> {
  const all: unknown[] = [];
  for await (const each of loaded) all.push(plain(each));
  return all;
}

Deno.test("a loader gives decoded and resized photographs in order, whatever the number of workers", () =>
  inFolder(async (paths) => {
    const wanted = await Promise.all(eightBit.map(async ({ file }, i) => {
      const photo = resizePhoto(await decodePhoto(file), size);
      return { path: paths[i], shape: photo.shape, data: photo.data };
    }));
    const results = [];
    for (const workers of [1, 2, "none"] as const) {
      const loader = openLoader({ ...size, workers });
      results.push(await collect(loader.load(paths.slice(0, wanted.length))));
      await loader.close();
    }
    assert.deepEqual(results[0], wanted);
    assert.deepEqual(results[1], wanted);
  }));

Deno.test("the order of the paths changes no photograph, and two loads may run beside each other", () =>
  inFolder(async (paths) => {
    const loader = openLoader({ ...size, workers: 2, ahead: 3, depth: { kind: "scale" }, filter: "bicubic" });
    const [forward, backward] = await Promise.all([
      collect(loader.load(paths)),
      collect(loader.load([...paths].reverse())),
    ]);
    assert.deepEqual(backward.reverse(), forward);
    await loader.close();
  }));

Deno.test("a file that cannot be read is an error in its place and the others still come", () =>
  inFolder(async (paths) => {
    const loader = openLoader({ ...size, workers: 2 });
    const deep = paths[eightBit.length];
    const empty = `${paths[0]}.empty`;
    await writeFile(empty, "");
    const all = await collect(loader.load([paths[0], "/nowhere/a.png", empty, deep, paths[1]]));
    assert.deepEqual(all.map((each) => (each as { name?: string }).name), [
      undefined,
      "Error",
      "SyntaxError",
      "RangeError",
      undefined,
    ]);
    assert.equal((all[2] as { message: string }).message, `Cannot decode "${empty}" as the file is empty`);
    assert.match((all[1] as { message: string }).message, /^Cannot read "\/nowhere\/a.png" as ENOENT/);
    await loader.close();
  }));

Deno.test("a load that is left early, and a loader that is closed in the middle, end", () =>
  inFolder(async (paths) => {
    const loader = openLoader({ ...size, workers: 2 });
    for await (const loaded of loader.load(paths)) {
      assert.ok("photo" in loaded);
      break;
    }
    const load = loader.load(paths);
    await load.next();
    await loader.close();
    const rest = await collect(load);
    assert.equal(rest.length, paths.length - 1);
    assert.match((rest.at(-1) as { message: string }).message, /closed/);
  }));

Deno.test("no more pictures are under way than the look-ahead", () =>
  inFolder(async (paths) => {
    const loader = openLoader({ ...size, workers: 1, ahead: 2 });
    const load = loader.load(paths.slice(0, 6));
    await load.next();
    // Only the second picture was asked for besides the first: the others are gone when it is time for them.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await Promise.all(paths.slice(2, 6).map((path) => rm(path)));
    const rest = await collect(load);
    assert.deepEqual(rest.map((each) => "data" in (each as object)), [true, false, false, false, false]);
    await loader.close();
  }));

Deno.test("a loader without workers, look-ahead or size is refused, one without paths gives nothing", async () => {
  assert.throws(() => openLoader({ ...size, workers: 0 }), RangeError);
  assert.throws(() => openLoader({ ...size, ahead: 0 }), {
    name: "RangeError",
    message: "Cannot open a loader that looks 0 pictures ahead as at least one is needed",
  });
  assert.throws(() => openLoader({ height: 0, width: 5 }), {
    name: "RangeError",
    message: "Cannot open a loader for 0 × 5 pixels as sizes are whole numbers from 1 to 65535",
  });
  const loader = openLoader(size);
  assert.deepEqual(await collect(loader.load([])), []);
  await loader.close();
  const [only] = await collect(loader.load(["a.png"]));
  assert.match((only as { message: string }).message, /closed/);
});

Deno.test("a look gives the error of each file that loading it gives, and what the others are like", () =>
  inFolder(async (paths) => {
    const loader = openLoader({ ...size, workers: 2 });
    const some = [paths[0], "/nowhere/a.png", paths[eightBit.length], paths[1]];
    let told = 0;
    const looks = await loader.look(some, (done) => assert.equal(done, ++told));
    const errors = looks.map((look) => look instanceof Error ? look : undefined);
    assert.equal(told, 4);
    const loaded = await collect(loader.load(some));
    assert.deepEqual(
      errors.map((error) => error?.message),
      loaded.map((each) => (each as { message?: string }).message),
    );
    assert.deepEqual(errors.map((error) => error !== undefined), [false, true, true, false]);
    assert.deepEqual(looks[0], lookAt(await readPixels(paths[0])));
    assert.deepEqual(await loader.look([]), []);
    // With a thumbnail of the picture that loading it gives.
    const [first] = looks;
    const [photo] = await Array.fromAsync(loader.load([paths[0]]));
    assert.ok("photo" in photo);
    const [closer] = await loader.look([paths[0]], undefined, true);
    assert.deepEqual(closer, { ...first, thumbnail: thumbnailsOf(toImage([photo.photo]))[0] });
    await loader.close();
  }));

Deno.test("a file that has changed since it was hashed is an error and no photograph", () =>
  inFolder(async (paths) => {
    const some = paths.slice(0, 3);
    const hashes = some.map((_, i) => sha256(eightBit[i].file));
    const loader = openLoader({ ...size, workers: 1 });
    assert.ok((await collect(loader.load(some, hashes))).every((each) => "data" in (each as object)));
    await writeFile(some[1], eightBit[2].file);
    const [first, second, third] = await collect(loader.load(some, hashes)) as { message?: string }[];
    assert.deepEqual([first.message, third.message], [undefined, undefined]);
    assert.match(second.message!, /^Cannot use ".*1\.png" as it has changed since it was hashed: run the same command/);
    await loader.close();
  }));
