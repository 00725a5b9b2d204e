/** Pictures, labels, warnings and segment maps of a project that has no model yet. */
import assert from "node:assert/strict";
import { join } from "node:path";
import sharp from "sharp";
import { drawPart, withFolder, writeParts } from "../cli/product.ts";
import { type Json, start } from "./service.ts";

const flat = (value: number, width = 64, height = 64) =>
  sharp({ create: { width, height, channels: 3, background: { r: value, g: value, b: value } } }).png().toBuffer();

Deno.test("a project is taught over HTTP", async (t) => {
  await withFolder(async (folder) => {
    await using service = await start(["--project", join(folder, "station")]);
    await service.send("POST", "/v1/projects", { name: "plate", about: "Plates with a ring" });
    const path = "/v1/projects/plate";

    await t.step(
      "files come with their labels, the same bytes once, and those that cannot be read are told",
      async () => {
        const form = new FormData();
        for (const i of [0, 1, 2, 3]) form.append("good", new Blob([await drawPart(i, false)]), `g${i}.png`);
        form.append("bad", new Blob([await drawPart(9, true)]), "b.png");
        form.append("file", new Blob([await drawPart(8, false)]), "x.png");
        form.append("good", new Blob([await drawPart(0, false)]), "again.png");
        form.append("bad", new Blob(["text"]), "odd.png");
        const answer = await service.fetch(`${path}/parts?by=eva`, { method: "POST", body: form });
        assert.equal(answer.status, 201);
        const { added, known, unread } = await answer.json();
        assert.deepEqual(added.map(({ label }: Json) => label), ["good", "good", "good", "good", "bad", null]);
        assert.deepEqual(known.map(({ name }: Json) => name), ["g0.png"]);
        assert.match(unread[0].error, /odd\.png.*it is text/);
        const { counts } = await service.get(path);
        assert.deepEqual(counts, { good: 4, bad: 1, unlabelled: 1, judged: 0 });
        const { parts } = await service.send("POST", `${path}/labels`, { ids: [added[5].id], label: "bad", by: "eva" });
        assert.deepEqual(parts[0].labelled.by, "eva");
      },
    );

    await t.step("what is odd about pictures is told with the pictures", async () => {
      const send = async (bytes: Uint8Array, label: string, name: string) => {
        const query = `?label=${label}&name=${name}`;
        const answer = await service.fetch(`${path}/parts${query}`, { method: "POST", body: new Uint8Array(bytes) });
        return (await answer.json()).added[0].id;
      };
      const black = await send(await flat(0), "good", "black.png");
      const wide = await send(
        await sharp(await drawPart(1, false)).resize(128, 64, { fit: "fill" }).png().toBuffer(),
        "good",
        "wide.png",
      );
      const small = await send(await sharp(await drawPart(2, false)).resize(16).png().toBuffer(), "good", "small.png");
      // The same pixels in other bytes, as another label.
      const twin = await send(
        await sharp(await drawPart(3, false)).png({ compressionLevel: 0 }).toBuffer(),
        "bad",
        "twin.png",
      );
      const { warnings } = await service.get(`${path}/warnings`);
      const of = (kind: string) => warnings.filter((one: Json) => one.kind === kind);
      assert.ok(of("exposure").some(({ parts, message }: Json) => parts.includes(black) && /black/.test(message)));
      assert.deepEqual(of("shape").map(({ parts }: Json) => parts), [[wide]]);
      assert.deepEqual(of("size").map(({ parts }: Json) => parts), [[small]]);
      assert.equal(of("both").length, 1);
      assert.ok(of("both")[0].parts.includes(twin) && of("both")[0].parts.length === 2);
      assert.deepEqual(of("few").map(({ message }: Json) => /\d+ (\w+) picture/.exec(message)![1]), ["good", "bad"]);
      for (const id of [black, wide, small, twin]) await service.send("DELETE", `/v1/parts/${id}?by=eva`);
      const after = await service.get(`${path}/warnings`);
      assert.deepEqual(after.warnings.map(({ kind }: Json) => kind), ["few", "few"]);
    });

    await t.step("the mean of good pictures is there to paint over", async () => {
      const mean = await sharp(new Uint8Array(await (await service.fetch(`${path}/mean`)).arrayBuffer())).metadata();
      assert.deepEqual([mean.width, mean.height, mean.format], [256, 256, "png"]);
    });

    await t.step("a segment map is kept in either form, and refused where it does not fit its legend", async () => {
      const put = async (png: Uint8Array, legend: unknown, as: "text" | "file" = "text") => {
        const form = new FormData();
        form.append("map", new Blob([new Uint8Array(png)]), "map.png");
        const text = JSON.stringify(legend);
        if (as === "text") form.append("legend", text);
        else form.append("legend", new Blob([text]), "map.json");
        const answer = await service.fetch(`${path}/segments?by=eva`, { method: "PUT", body: form });
        return { status: answer.status, body: await answer.json() };
      };
      assert.equal((await service.fetch(`${path}/segments`)).status, 404);
      // Left half red, right half blue, a black row.
      const colours = Uint8Array.from({ length: 8 * 8 * 3 }, (_, i) => {
        const [x, y, c] = [Math.floor(i / 3) % 8, Math.floor(i / 24), i % 3];
        return y === 0 ? 0 : (x < 4 ? [255, 0, 0] : [0, 0, 255])[c];
      });
      const painted = await sharp(colours, { raw: { width: 8, height: 8, channels: 3 } }).png().toBuffer();
      const kept = await put(painted, { "#ff0000": "body", "#0000ff": "pin" });
      assert.equal(kept.status, 200, JSON.stringify(kept.body));
      const named = (body: Json) => body.segments.filter(({ ignored }: Json) => !ignored).map(({ name }: Json) => name);
      assert.deepEqual([kept.body.width, kept.body.height, named(kept.body)], [8, 8, ["body", "pin"]]);
      const back = new Uint8Array(await (await service.fetch(`${path}/segments.png`)).arrayBuffer());
      assert.deepEqual(new Uint8Array(await sharp(back).removeAlpha().raw().toBuffer()), colours);
      assert.equal((await service.get(path)).segments, true);

      const grey = Uint8Array.from({ length: 64 }, (_, i) => i < 8 ? 7 : i % 8 < 4 ? 0 : 1);
      const plane = await sharp(grey, { raw: { width: 8, height: 8, channels: 1 } }).toColourspace("b-w").png()
        .toBuffer();
      const legend = {
        name: "plate",
        labels: [{ value: 0, name: "a" }, { value: 1, name: "b" }, { value: 7, name: "edge", ignored: true }],
      };
      const second = await put(plane, legend, "file");
      assert.equal(second.status, 200, JSON.stringify(second.body));
      assert.deepEqual(second.body.segments.map(({ name, ignored = false }: Json) => [name, ignored]), [
        ...[["a", false], ["b", false], ["edge", true]],
      ]);
      for (
        const [png, names] of [[plane, { name: "x", labels: [{ value: 0, name: "a" }] }], [painted, {
          "#ff0000": "a b",
        }]] as const
      ) {
        const refused = await put(png, names);
        assert.equal(refused.status, 400, JSON.stringify(refused.body));
      }
      // What was refused has changed nothing.
      assert.deepEqual(named(await service.get(`${path}/segments`)), ["a", "b"]);
      await service.send("DELETE", `${path}/segments`);
      assert.equal((await service.get(path)).segments, false);
    });

    await t.step("folders of the machine are listed, for who sits at it", async () => {
      await writeParts(join(folder, "parts"), 3, 2);
      const { folders, parent } = await service.get(`/v1/folders?path=${encodeURIComponent(join(folder, "parts"))}`);
      assert.equal(parent, folder);
      assert.deepEqual(folders.map(({ name, pictures }: Json) => [name, pictures]), [["bad", 2], ["good", 3]]);
    });

    await t.step("without a model nothing is judged, and the reason is told", async () => {
      const answer = await service.fetch("/v1/score?project=plate", { method: "POST", body: await drawPart(1, false) });
      assert.equal(answer.status, 409);
      assert.match((await answer.json()).error.message, /no model yet/);
    });
    await service.kill("SIGTERM");
  });
});
