import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import fc from "fast-check";
import { DOMParser } from "linkedom";
import sharp from "sharp";
import type { ReportInput } from "../../../lib/product/report/report_input.ts";
import { renderReport } from "../../../lib/product/report/report.ts";
import { spread } from "../../../lib/product/report/figures.ts";
import { disc, exampleInput } from "./example.ts";

async function pageOf(input: ReportInput) {
  const html = await renderReport(input);
  return { html, document: new DOMParser().parseFromString(html, "text/html") };
}

type Mutable<T> = T extends ArrayBufferView ? T : { -readonly [K in keyof T]: Mutable<T[K]> };

function small(): Mutable<ReportInput> {
  const input = exampleInput({ benchmarks: ["One-class"], seeds: [1], good: 8, bad: 6, unseen: 2, pictures: 4 });
  return input as Mutable<ReportInput>;
}

Deno.test("the table holds every row as the paper prints it and marks the best of each column", async () => {
  const input = exampleInput();
  const { document } = await pageOf(input);
  const tables = [...document.querySelectorAll("table.results")];
  assert.equal(tables.length, 2);
  input.rows.forEach((row, r) => {
    const line = tables[Math.floor(r / 2)].querySelectorAll("tbody tr")[r % 2];
    const cells = [...line.children].map((cell) => cell.textContent!.replace("★ ", ""));
    assert.deepEqual(cells, [
      row.method,
      spread(row.auroc),
      spread(row.fpr95),
      spread(row.aurocUnseen!),
      String(row.n.good),
      String(row.n.bad),
    ]);
    assert.match(cells[1], /^\d\d\.\d ± \d\.\d$/);
    const other = input.rows[r ^ 1];
    assert.equal(line.children[1].className, row.auroc.mean > other.auroc.mean ? "best" : "");
    assert.equal(line.children[2].className, row.fpr95.mean < other.fpr95.mean ? "best" : "");
  });
});

Deno.test("optional figures have a column only where they are given", async () => {
  const input = small();
  const heads = async () =>
    [...(await pageOf(input)).document.querySelectorAll("table.results th[scope=col]")].map((head) => head.textContent);
  assert.deepEqual(await heads(), ["Method", "Cl. AUROC ↑", "FPR@95TPR ↓", "AUROC unseen ↑", "good", "bad"]);
  for (const row of input.rows) delete row.aurocUnseen;
  input.rows[1].aupr = { mean: 0.75, std: 0, values: [0.75] };
  input.rows[1].paper = { auroc: 0.9, fpr95: 0.251 };
  assert.deepEqual(await heads(), [
    "Method",
    "Cl. AUROC ↑",
    "FPR@95TPR ↓",
    "AU-PR ↑",
    "in the paperAUROC / FPR",
    "good",
    "bad",
  ]);
  const { document } = await pageOf(input);
  assert.equal(document.querySelector('td[data-head="in the paper"]')!.textContent, "–");
  assert(document.body.textContent!.includes("90.0 / 25.1"));
  input.rows[1].paper = { auroc: 0.9, aurocStd: 0.012, fpr95: 0.251 };
  assert((await pageOf(input)).document.body.textContent!.includes("90.0 ± 1.2 / 25.1"));
});

Deno.test("names of files, methods and kinds are text, whatever they hold", async () => {
  const evil = `<img src=x onerror="alert(1)"></script><script>alert(1)</script>&amp;'"<!--\u202e\0`;
  const shown = evil.replace("\0", "\ufffd");
  const input = small();
  input.title =
    input.pipeline =
    input.data =
    input.date =
      evil;
  input.notes = input.segmentNames = [evil];
  input.counts = { [evil]: 3 };
  input.versions = { [evil]: evil };
  input.picturesFrom = { benchmark: evil, method: evil, seed: 1 };
  for (const row of input.rows) row.benchmark = row.method = evil;
  for (const set of input.scores) {
    set.benchmark = set.method = evil;
    for (const part of set.parts) part.id = evil;
  }
  for (const picture of input.pictures) {
    picture.id =
      picture.kind =
      picture.reason =
      picture.why =
        evil;
    for (const map of picture.maps) map.detector = evil;
  }
  const { html, document } = await pageOf(input);
  assert.equal(document.querySelectorAll("script").length, 1);
  assert.equal(document.querySelectorAll("img, [onerror], [src]").length, 0);
  assert.equal(html.split("<!--").length, 1);
  assert.equal(document.querySelector("h1")!.textContent, shown);
  assert.equal(document.querySelector("table.results tbody th")!.textContent, shown);
  assert.equal(document.querySelector("bdi.file")!.textContent, shown);
  assert(document.querySelector(".tiles svg")!.getAttribute("aria-label")!.startsWith(shown));
  // The same elements as with harmless names: nothing was opened or closed by a name.
  const tags = (page: typeof document) => [...page.querySelectorAll("*")].map((element) => element.tagName).join();
  const harmless = JSON.stringify(input, (_, value) => value === evil ? "x" : value);
  assert(harmless.includes('"x"'));
  const plain = { ...input, ...JSON.parse(harmless), pictures: input.pictures };
  plain.pictures = input.pictures.map((picture) => ({
    ...picture,
    id: "x",
    kind: "x",
    reason: "x",
    why: "x",
    maps: picture.maps.map((map) => ({ ...map, detector: "x" })),
  }));
  assert.equal(tags(document), tags((await pageOf(plain)).document));
});

Deno.test("any text survives as it is", async () => {
  const texts = fc.string({ unit: "binary", maxLength: 40 }).filter((text) => !/[\p{Cc}\s]/u.test(text) && text !== "");
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const input: ReportInput = { ...small(), rows: [], scores: [], pictures: [], title: text };
      assert.equal((await pageOf(input)).document.querySelector("h1")!.textContent, text);
    }),
    { numRuns: 30 },
  );
});

Deno.test("the page refers to nothing outside itself", async () => {
  const { html, document } = await pageOf(exampleInput());
  const text = html.replaceAll(/"data:image\/png;base64,[^"]*"/g, "").replaceAll("http://www.w3.org/2000/svg", "");
  assert(!/\/\/[a-z]|url\(|@import|fetch|XMLHttp|WebSocket/i.test(text));
  for (const element of document.querySelectorAll("[href], [xlink\\:href]")) {
    assert.match(element.getAttribute("href")!, /^(?:data:|#)/);
  }
  assert.match(
    document.querySelector("meta[http-equiv]")!.getAttribute("content")!,
    /default-src 'none'; img-src data:;/,
  );
});

Deno.test("links and labels lead to what is there, and no id stands twice", async () => {
  const { document } = await pageOf(exampleInput());
  const ids = [...document.querySelectorAll("[id]")].map((element) => element.id);
  assert.equal(new Set(ids).size, ids.length);
  const targets = [...document.querySelectorAll('[href^="#"], label[for]')]
    .map((element) => (element.getAttribute("href") ?? `#${element.getAttribute("for")}`).slice(1));
  assert(targets.length > 20);
  for (const target of targets) assert(ids.includes(target), target);
});

Deno.test("each picture is a card with its photo, a tile a detector and the reason", async () => {
  const input = small();
  const { document } = await pageOf(input);
  const cards = [...document.querySelectorAll(".card")];
  assert.equal(cards.length, 4);
  const groups = [...document.querySelectorAll("h3")].map((heading) => heading.textContent);
  assert(groups.includes("Typical good parts") && groups.includes("Clear defects"));
  for (const [i, card] of cards.entries()) {
    const { photo, reason, id } = input.pictures[i];
    assert.equal(card.querySelectorAll("figure").length, 3);
    assert(card.textContent!.includes(reason));
    assert(card.querySelector("svg")!.getAttribute("aria-label")!.startsWith(id));
    const stored = card.querySelector("image")!.getAttribute("href")!;
    const png = Buffer.from(stored.replace("data:image/png;base64,", ""), "base64");
    const { data } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual(new Uint8Array(data), photo.data);
  }
});

Deno.test("the same input gives the same page, byte for byte", async () => {
  assert.equal(await renderReport(exampleInput()), await renderReport(exampleInput()));
});

Deno.test("a report without scores, pictures, rows or one of the classes is still a page", async () => {
  const input = small();
  const onlyGood = input.scores.map((set) => ({ ...set, parts: set.parts.filter(({ label }) => label === "good") }));
  const { document } = await pageOf({ ...input, scores: onlyGood, rows: [] });
  assert.equal(document.querySelectorAll(".charts svg").length, 2);
  const empty = await pageOf({ ...input, scores: [], rows: [], pictures: [], seeds: [], notes: [], counts: {} });
  assert(empty.document.body.textContent!.includes("No scores were kept for this report."));
  assert(empty.document.body.textContent!.includes("No pictures were kept for this report."));
});

Deno.test("a map or an outline of another size than its photo is an error that names them", async () => {
  const map = small();
  map.pictures[0].id = "a.png";
  map.pictures[0].maps[1].map = new Float32Array(5);
  await assert.rejects(renderReport(map), {
    name: "TypeError",
    message:
      'Cannot show picture "a.png" as its PaDiM map must have a value a pixel of u8[64,64,3]: current length is 5',
  });
  const outline = small();
  outline.pictures[0].id = "a.png";
  outline.pictures[0].outline = new Uint8Array(6);
  await assert.rejects(renderReport(outline), {
    name: "TypeError",
    message: 'Cannot show picture "a.png" as its outline must have a value a pixel of u8[64,64,3]: current length is 6',
  });
});

Deno.test("a paper-sized run with 16 pictures of two maps stays below 5 MB", async () => {
  const { html } = await pageOf(exampleInput({
    benchmarks: ["One-class", "High-shot", "Low-shot"],
    methods: ["a", "b", "c", "d", "e"].map((name, i) => [name, 1 + i / 3, 1]),
    seeds: [1, 2, 3, 4, 5],
    good: 1000,
    bad: 1000,
    pictures: 16,
    // Grain is the worst that can be compressed.
    photos: Array.from({ length: 16 }, (_, i) => disc(i, 256)),
  }));
  assert(html.length < 5e6, `${html.length} characters`);
});
