/**
 * Opens the page in Chromium, does what people do with it, and prints a line of JSON a check: `{"name": …}`, with an `error`
 * where it failed.
 *
 *     deno run --allow-all --config tests/deno.json tests/app/serve/page/browser_check.ts CHROMIUM
 *
 * A process of its own, as playwright-core looks into places that Deno opens with all permissions alone.
 */
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright-core";
import sharp from "sharp";
import { type FakePicture, startFake } from "./fake_service.ts";
import { addFaults, dropPicture, findFaults, focusedArea } from "./in_page.js";

const [executablePath] = Deno.args;
const folder = await mkdtemp(join(tmpdir(), "page-"));
const browser = await chromium.launchPersistentContext(join(folder, "profile"), {
  executablePath,
  viewport: { width: 1280, height: 900 },
  acceptDownloads: true,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});

/** A bright plate with a dark bar at a place of its own; a bad one has a scratch. */
async function draw(number: number, bad: boolean): Promise<Uint8Array<ArrayBuffer>> {
  const scratch = bad ? `<path d="M20 ${30 + number}L80 ${60 + number / 2}" stroke="#fff" stroke-width="3"/>` : "";
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="96" height="96"><rect width="96" height="96" fill="#889"/>
    <rect y="${40 + number % 3}" width="96" height="10" fill="#334"/>${scratch}</svg>`;
  return new Uint8Array(await sharp(new TextEncoder().encode(svg)).png().toBuffer());
}

async function pictures(): Promise<FakePicture[]> {
  const list: FakePicture[] = [];
  for (let i = 0; i < 12; i++) {
    const bad = i > 7;
    const label = i < 6 ? "good" as const : i > 9 ? "bad" as const : undefined;
    list.push({ name: `part_${i}.png`, bytes: await draw(i, bad), role: "training", ...label && { label } });
  }
  for (const [i, score] of [0.2, 1.2, 1.8, 3.1].entries()) {
    list.push({ name: `new_${i}.png`, bytes: await draw(20 + i, score > 1.5), role: "judged", score });
  }
  return list;
}

type Fake = Awaited<ReturnType<typeof startFake>>;

async function check(
  name: string,
  body: (page: Page, fake: Fake) => Promise<void>,
  { trained = true, stepMs = 40, empty = false } = {},
) {
  const fake = await startFake({ pictures: empty ? [] : await pictures(), trained, stepMs });
  const page = await browser.newPage();
  page.setDefaultTimeout(20_000);
  const problems: string[] = [];
  page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!/^(?:blob:|data:)/.test(url) && !url.startsWith(fake.address)) problems.push(`request: ${url}`);
  });
  try {
    await page.goto(fake.address);
    await body(page, fake);
    assert.deepEqual(problems, []);
    console.log(JSON.stringify({ name }));
  } catch (error) {
    console.log(JSON.stringify({ name, error: `${error} ${problems.join("; ")}` }));
  }
  await page.close();
  await fake.close();
}

const go = (page: Page, fake: Fake, place: string) => page.goto(`${fake.address}/#/cells/${place}`);
/** Waits until something is so, as the page answers in its own time. */
async function until(what: () => boolean | Promise<boolean>, words: string): Promise<void> {
  for (let turn = 0; turn < 400; turn++) {
    if (await what()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it never came that ${words}`);
}

await check("a project is made, and pictures that are chosen get the label that was said", async (page, fake) => {
  await page.getByLabel("Name", { exact: true }).fill("Solar Cells");
  await page.getByText('It will be called "solar-cells"').waitFor();
  await page.getByLabel("Name", { exact: true }).fill("cells");
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "Teach cells" }).waitFor();
  await page.getByRole("button", { name: "bad", exact: true }).click();
  await page.getByLabel("Choose files").setInputFiles([
    { name: "a.png", mimeType: "image/png", buffer: Buffer.from(await draw(1, true)) },
    { name: "b.png", mimeType: "image/png", buffer: Buffer.from(await draw(2, true)) },
    { name: "notes.png", mimeType: "image/png", buffer: Buffer.from("no picture") },
  ]);
  await page.getByRole("option", { name: "a.png, bad" }).waitFor();
  assert.equal(await page.locator(".tile").count(), 2);
  await page.getByText('Cannot read "notes.png" as it is no picture').waitFor();
  assert.deepEqual(fake.parts.map(({ label }) => label), ["bad", "bad"]);
}, { trained: false, empty: true });

await check("the gallery is labelled by keys alone, and a filter shows what has no label", async (page, fake) => {
  await go(page, fake, "teach");
  await page.getByLabel("Your name").fill("Ada");
  const gallery = page.getByRole("listbox", { name: "Pictures" });
  await page.getByRole("button", { name: /^No label 4/ }).click();
  await until(async () => await page.locator(".tile").count() === 4, "four have no label");
  await gallery.focus();
  await page.keyboard.press("g");
  await page.keyboard.press("g");
  await page.keyboard.press("b");
  await until(() => fake.parts.filter(({ label }) => label === null).length === 5, "three got a label");
  assert.deepEqual(fake.parts.slice(6, 10).map(({ label }) => label), ["good", "good", "bad", null]);
  assert.equal(fake.parts[6].labelled?.by, "Ada");
  await page.getByRole("button", { name: /^All/ }).click();
  await until(async () => await page.locator(".tile").count() === 12, "all are shown");
  await gallery.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("Shift+ArrowRight");
  await page.keyboard.press("b");
  await until(() => fake.parts.slice(0, 4).map(({ label }) => label).join() === "bad,bad,bad,good", "three are bad");
});

await check("a warning shows the pictures that it is about", async (page, fake) => {
  await go(page, fake, "teach");
  await page.getByRole("button", { name: "Show 2 pictures" }).click();
  await until(async () => await page.locator(".tile").count() === 2, "two are shown");
});

await check(
  "a map is painted, undone, redone, filled and kept as a label plane with its legend",
  async (page, fake) => {
    await go(page, fake, "teach/map");
    const canvas = page.getByRole("application");
    const box = (await canvas.boundingBox())!;
    const side = Math.min(box.width, box.height);
    const at = (x: number, y: number) =>
      [box.x + (box.width - side) / 2 + x * side, box.y + (box.height - side) / 2 + y * side] as const;
    await page.getByLabel("Name of segment 1").fill("plate");
    await page.keyboard.press("Escape");
    await canvas.focus();
    await page.keyboard.press("f");
    await page.mouse.click(...at(0.1, 0.1));
    await page.getByRole("button", { name: "Add", exact: true }).click();
    await page.getByLabel("Name of segment 2").fill("bar");
    await page.getByRole("button", { name: /^Polygon/ }).click();
    for (const [x, y] of [[0, 0.25], [1, 0.25], [1, 0.5], [0, 0.5]]) {
      await page.mouse.click(...at(0.001 + 0.998 * x, y));
    }
    await canvas.press("Enter");
    await page.getByText("25 %").waitFor();
    await page.keyboard.press("Control+z");
    await until(async () => await page.getByText("25 %").count() === 0, "the polygon is taken back");
    await page.keyboard.press("Control+y");
    await page.getByText("25 %").waitFor();
    await page.getByRole("button", { name: /^Brush/ }).click();
    await page.mouse.move(...at(0.1, 0.8));
    await page.mouse.down();
    await page.mouse.move(...at(0.9, 0.8), { steps: 4 });
    await page.mouse.up();
    await page.getByRole("button", { name: "Keep this map" }).click();
    await page.getByRole("button", { name: "Kept" }).waitFor();
    const { map, legend } = fake.segments!;
    assert.deepEqual(legend.labels.map(({ value, name }) => [value, name]), [[0, "plate"], [1, "bar"]]);
    const { data, info } = await sharp(map).toColourspace("b-w").raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.height, info.width], [96, 96]);
    const label = (x: number, y: number) => data[(Math.floor(y * 96) * 96 + Math.floor(x * 96)) * info.channels];
    assert.deepEqual([label(0.5, 0.1), label(0.5, 0.4), label(0.5, 0.6), label(0.5, 0.8)], [0, 1, 0, 1]);
    await page.reload();
    await page.getByRole("button", { name: "Kept" }).waitFor();
    assert.equal(await page.getByLabel("Name of segment 2").inputValue(), "bar");
  },
);

await check("a map is painted by keys, suggested, exported and imported again", async (page, fake) => {
  await go(page, fake, "teach/map");
  const canvas = page.getByRole("application");
  await canvas.focus();
  await canvas.press("ArrowRight");
  await canvas.press(" ");
  await until(async () => await page.getByRole("button", { name: "Undo" }).isEnabled(), "something is painted");
  await page.getByRole("button", { name: "Places alike" }).click();
  await until(async () => await page.getByLabel("Name of segment 1").inputValue() === "left", "a map is suggested");
  const downloads: string[] = [];
  page.on("download", async (download) => {
    const path = join(folder, download.suggestedFilename());
    await download.saveAs(path);
    downloads.push(path);
  });
  await page.getByRole("button", { name: "Export" }).click();
  await until(() => downloads.length === 2, "two files are downloaded");
  const legend = JSON.parse(await Deno.readTextFile(join(folder, "cells.json")));
  assert.deepEqual(legend.labels.map((label: { name: string }) => label.name), ["left", "right"]);
  await page.getByRole("button", { name: "Clear" }).click();
  await page.getByText("100 % of the map is in no segment").waitFor();
  legend.labels[1].name = "east";
  await writeFile(join(folder, "cells.json"), JSON.stringify(legend));
  await page.getByLabel("Import a map and its legend").setInputFiles(downloads);
  await until(async () => await page.getByLabel("Name of segment 2").inputValue() === "east", "the map is read");
  assert.equal(await page.getByText("50 %").count(), 2);
});

await check(
  "a training shows where it is, stops, goes on and says whether SegAD is better here",
  async (page, fake) => {
    await go(page, fake, "teach/train");
    await page.getByText("is not better than its best detector here").waitFor();
    await page.getByRole("button", { name: "Start training" }).click();
    await page.getByText(/of 5 · about \d+ s left/).waitFor();
    await page.getByRole("button", { name: "Stop" }).click();
    await page.getByText("What was finished is kept").waitFor();
    await page.getByRole("button", { name: "Go on" }).click();
    await page.getByRole("heading", { name: "Version 2, without a segment map" }).waitFor();
    await page.getByRole("button", { name: "Use this version" }).click();
    await page.getByText("in use", { exact: true }).waitFor();
    const sent = fake.asked.find(({ path }) => path.endsWith("/train"))!.body as { recall: number };
    assert.equal(sent.recall, 0.95);
  },
  { stepMs: 300 },
);

await check("the operating point is live, by cost, by promise and with a band, and is saved", async (page, fake) => {
  await go(page, fake, "operate");
  const caught = page.locator(".figure", { hasText: "Bad parts caught" });
  await caught.getByText("47 of 60").waitFor();
  const slider = page.getByRole("slider", { name: "Threshold: bad from here on" });
  await slider.focus();
  await page.keyboard.press("Home");
  await caught.getByText("60 of 60").waitFor();
  await page.getByLabel("A bad part is missed").fill("400");
  await page.getByRole("button", { name: "Cheapest threshold" }).click();
  await page.getByText("By cost: from 0.750 on").waitFor();
  const cost = fake.asked.at(-1)!.body;
  assert.deepEqual(cost, { kind: "cost", miss: 400, alarm: 2, badShare: 0.01 });
  await page.getByLabel("Bad parts caught, %").fill("99");
  await page.getByRole("button", { name: "Promise" }).click();
  await page.getByText("239 more bad parts are needed").waitFor();
  await page.getByLabel("Threshold: bad from here on").and(page.locator("[type=number]")).fill("2");
  await page.keyboard.press("Tab");
  await page.getByText("Two thresholds, and a person looks").click();
  await page.getByText("Good parts to be looked at").waitFor();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
  const saved = fake.asked.at(-1)!.body as { threshold: number; review: number };
  assert(saved.threshold === 2 && saved.review < 2);
  await page.getByRole("cell", { name: "2.000" }).waitFor();
});

await check(
  "a dropped picture is judged and shown as the newest, with its reason and statistics",
  async (page, fake) => {
    await go(page, fake, "inspect");
    await page.getByRole("button", { name: /new_3.png/ }).waitFor();
    const bytes = [...await draw(40, true)];
    await page.locator(".drop").evaluate(dropPicture, bytes);
    await page.getByRole("button", { name: /dropped.png/ }).waitFor();
    await page.getByText("bright spot in fingers_between, stranger than in 99 of 100 good parts").waitFor();
    await page.getByText("The statistics behind it").click();
    await page.getByRole("cell", { name: "+1.38" }).waitFor();
    assert.equal(await page.locator(".worst").count(), 1);
    await page.keyboard.press("ArrowDown");
    await page.getByRole("button", { name: "Back to the newest" }).waitFor();
  },
);

await check("a folder is watched and no longer watched", async (page, fake) => {
  await go(page, fake, "inspect");
  await page.getByLabel(/^Watch a folder/).fill("/data/camera1");
  await page.getByLabel("A judged picture").selectOption("move");
  await page.getByRole("button", { name: "Watch", exact: true }).click();
  await page.getByText("12 judged of 12 seen").waitFor();
  await page.getByRole("button", { name: "Stop watching" }).click();
  await page.getByRole("button", { name: "Watch", exact: true }).waitFor();
});

await check("verdicts are confirmed, corrected and taken back by key", async (page, fake) => {
  await go(page, fake, "correct");
  await page.getByRole("button", { name: /new_3.png/ }).waitFor();
  await page.keyboard.press("c");
  await until(() => fake.parts[15].label === "bad", "the verdict is confirmed");
  await page.keyboard.press("g");
  await until(() => fake.parts[14].label === "good", "the verdict is corrected");
  await page.keyboard.press("z");
  await until(() => fake.parts[14].label === null, "the correction is taken back");
  await page.getByRole("combobox", { name: "Parts" }).selectOption("labelled_bad");
  await until(async () => await page.locator(".list li").count() === 1, "one is labelled");
});

await check("what was learned is compared, accepted and rolled back", async (page, fake) => {
  fake.parts[14].label = "good";
  await go(page, fake, "correct/learn");
  await page.getByText("It contradicts 1 verdict.").waitFor();
  await page.getByRole("button", { name: "Learn" }).click();
  await page.getByRole("heading", { name: "Version 2 waits for your decision" }).waitFor();
  await page.getByText("2 of 4").waitFor();
  await page.getByText("1 no longer good, 1 good again").waitFor();
  await page.getByText("good, so better").waitFor();
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("No version waits for a decision").waitFor();
  await page.getByRole("link", { name: "Versions" }).click();
  await page.getByRole("button", { name: "Roll back to the one before" }).click();
  await page.getByText("The version before is in use again").waitFor();
  const chosen = page.locator("tr.chosen th");
  await until(async () => (await chosen.innerText()).startsWith("1"), "version 1 is in use");
});

await check("the line shows its hours, an alarm shows its parts and is acknowledged", async (page, fake) => {
  await go(page, fake, "line");
  await page.getByText("busbars has moved").waitFor();
  await page.getByText("1 of 40 statistics of the last 400 parts are not as in the 120 good training parts").waitFor();
  assert.equal(await page.locator(".uplot canvas").count(), 2);
  await page.getByRole("button", { name: "Parts", exact: true }).click();
  await until(async () => await page.locator(".alarm-parts img.picture").count() >= 3, "the parts are shown");
  await page.getByRole("button", { name: "Seen" }).click();
  await until(async () => await page.getByText("busbars has moved").count() === 0, "the alarm is gone");
});

const PLACES = [
  "teach",
  "teach/map",
  "teach/train",
  "operate",
  "inspect",
  "correct",
  "correct/learn",
  "correct/versions",
  "line",
];
for (const colorScheme of ["light", "dark"] as const) {
  await check(`every view has names, order and contrast, and fits 800 pixels, ${colorScheme}`, async (page, fake) => {
    await page.emulateMedia({ colorScheme });
    const faults: string[] = [];
    for (const width of colorScheme === "light" ? [1280, 800] : [800]) {
      await page.setViewportSize({ width, height: 900 });
      for (const place of ["", ...PLACES]) {
        await page.goto(place === "" ? fake.address : `${fake.address}/#/cells/${place}`);
        await page.waitForTimeout(120);
        await until(async () => await page.locator("[aria-busy]").count() === 0, "all is loaded");
        faults.push(
          ...(await page.evaluate(findFaults)).map((fault) => `${place || "projects"} at ${width}: ${fault}`),
        );
      }
    }
    assert.deepEqual(faults, []);
  });
}

await check("faults that are put into the page are found", async (page, fake) => {
  await go(page, fake, "operate");
  await page.locator(".uplot").first().waitFor();
  await page.evaluate(addFaults);
  const faults = await page.evaluate(findFaults);
  const expected = [
    /no name/,
    /alternative text/,
    /id app/,
    /left out/,
    /contrast 2\.85: "Pale"/,
    /wider/,
    /stand out/,
  ];
  for (const fault of expected) assert(faults.some((one) => fault.test(one)), `${fault} in ${faults}`);
});

await check("every control of a view is reached by the tab key, in the order that is seen", async (page, fake) => {
  await go(page, fake, "operate");
  await page.locator(".uplot").first().waitFor();
  await page.locator("body").press("Tab");
  const areas: number[] = [];
  for (let turn = 0; turn < 60; turn++) {
    const area = await page.evaluate(focusedArea);
    if (area === undefined) break;
    if (area >= 0) areas.push(area);
    await page.keyboard.press("Tab");
  }
  assert(areas.length >= 20, `${areas.length} stops`);
  assert.deepEqual(areas, areas.toSorted((a, b) => a - b));
});

await browser.close();
await rm(folder, { recursive: true });
Deno.exit(0);
