/**
 * Goes the whole way with a station that runs, as a person does in Chromium: from a folder of pictures to a correction that is
 * learned, accepted and taken back. Prints a line of JSON a check, as `browser_check.ts` does.
 *
 *     deno run --allow-all --config tests/deno.json tests/app/serve/page/station_check.ts CHROMIUM ADDRESS FOLDER
 *
 * ADDRESS is that of a station with a model of the project `plate`; FOLDER has the pictures that it was made of in `parts/`, and
 * is written to.
 */
import assert from "node:assert/strict";
import { Buffer } from "node:buffer";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { drawPart } from "../../cli/product.ts";
import { dropPicture, findFaults, isDrawn } from "./in_page.js";

const [executablePath, address, folder] = Deno.args;
const profile = await mkdtemp(join(tmpdir(), "station-page-"));
const browser = await chromium.launchPersistentContext(profile, {
  executablePath,
  viewport: { width: 1280, height: 900 },
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
});
const page = await browser.newPage();
page.setDefaultTimeout(30_000);
const problems: string[] = [];
page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
page.on("pageerror", (error) => problems.push(String(error)));
page.on("request", (request) => {
  if (!/^(?:blob:|data:)/.test(request.url()) && !request.url().startsWith(address)) problems.push(request.url());
});

/** What the station itself says. */
// deno-lint-ignore no-explicit-any
const ask = async (path: string): Promise<any> => await (await fetch(`${address}/v1${path}`)).json();
const open = (place: string) => page.goto(`${address}/#/plate/${place}`);
async function until(what: () => boolean | Promise<boolean>, words: string): Promise<void> {
  for (const end = Date.now() + 60_000; !await what();) {
    if (Date.now() > end) throw new Error(`it never came that ${words}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

let failed = false;
/** One step of the way; behind one that has failed there is none. */
async function check(name: string, body: () => Promise<void>): Promise<void> {
  if (failed) return;
  try {
    await body();
    assert.deepEqual(problems, []);
    console.log(JSON.stringify({ name }));
  } catch (error) {
    failed = true;
    console.log(JSON.stringify({ name, error: `${error} ${problems.join("; ")}` }));
  }
}

await check("a folder is taken in, and what is odd is said with the pictures", async () => {
  await open("teach");
  await page.getByLabel("Your name").fill("Ada");
  await page.getByLabel("Folder", { exact: true }).fill(join(folder, "parts"));
  await page.getByRole("button", { name: "Add folder" }).click();
  await until(async () => (await ask("/projects/plate")).counts.good === 24, "24 good parts are there");
  await page.getByRole("option", { name: "good/000.png, good" }).waitFor();
  await page.getByLabel("Choose files").setInputFiles({
    name: "small.png",
    mimeType: "image/png",
    buffer: Buffer.from(await drawPart(77, false, 16)),
  });
  await page.getByRole("region", { name: "Warnings" }).getByRole("button", { name: "Show 1 picture" }).first().click();
  await until(async () => await page.locator(".tile").count() === 1, "the small picture is shown");
  await page.getByRole("option", { name: "small.png, good" }).waitFor();
  await page.getByRole("button", { name: "Remove from the project" }).click();
  await until(async () => (await ask("/projects/plate")).counts.good === 24, "it is gone");
});

await check("a segment map is painted over the mean of the good parts, and kept", async () => {
  await open("teach/map");
  const canvas = page.getByRole("application");
  await page.getByLabel("Name of segment 1").fill("plate");
  await canvas.focus();
  await page.keyboard.press("f");
  await canvas.click();
  await page.getByText("100 %", { exact: true }).waitFor();
  await page.getByRole("button", { name: "Keep this map" }).click();
  await page.getByRole("button", { name: "Kept" }).waitFor();
  const { segments, width } = await ask("/projects/plate/segments");
  assert.deepEqual([segments.map(({ name }: { name: string }) => name), width > 0], [["plate"], true]);
});

await check("a training begins, says where it is, and is stopped", async () => {
  await open("teach/train");
  await page.getByRole("button", { name: "Start training" }).click();
  await page.getByRole("heading", { name: "Training" }).waitFor();
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Go on" }).waitFor();
  await until(async () => (await ask("/projects/plate")).job === null, "nothing runs");
});

await check("the threshold is moved by a slider, and is the model's from then on", async () => {
  await open("operate");
  const before = (await ask("/projects/plate/operating-point")).current.threshold;
  const slider = page.getByRole("slider", { name: "Threshold: bad from here on" });
  await slider.focus();
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowRight");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Saved" }).waitFor();
  const { current } = await ask("/projects/plate/operating-point");
  assert.ok(current.threshold > before);
  const { changes: [{ by }] } = await ask("/projects/plate/operating-point/history");
  assert.equal(by, "Ada");
});

await check("a dropped part is judged with its reason, and a watched folder is followed", async () => {
  await open("inspect");
  await page.locator(".drop").evaluate(dropPicture, [...await drawPart(95_001, true)]);
  await page.getByRole("button", { name: /dropped.png/ }).waitFor();
  const { parts: [part] } = await ask("/projects/plate/parts?role=judged");
  await page.getByText(part.verdict.reason).first().waitFor();
  await until(() => page.locator("img.picture").first().evaluate(isDrawn), "the picture is there");
  const inbox = join(folder, "in");
  await mkdir(inbox);
  for (const i of [1, 2, 3]) await writeFile(join(inbox, `w${i}.png`), await drawPart(90_000 + i, false));
  await page.getByLabel(/^Watch a folder/).fill(inbox);
  await page.getByLabel("A judged picture").selectOption("move");
  await page.getByRole("button", { name: "Watch", exact: true }).click();
  await page.getByText("3 judged of 3 seen").waitFor();
  await page.getByRole("button", { name: /w3.png/ }).waitFor();
  await page.getByRole("button", { name: "Stop watching" }).click();
  await page.getByRole("button", { name: "Watch", exact: true }).waitFor();
});

await check("verdicts are corrected by key, learned, compared, accepted and taken back", async () => {
  await open("correct");
  await page.getByRole("button", { name: /dropped.png/ }).waitFor();
  const labelled = async (label: string) => (await ask(`/projects/plate/parts?role=judged&label=${label}`)).total;
  for (const [i, key] of ["g", "g", "b", "g"].entries()) {
    await page.keyboard.press(key);
    await until(async () => await labelled("good") + await labelled("bad") === i + 1, `${i + 1} have labels`);
  }
  await page.getByText("All answered").waitFor();
  await page.keyboard.press("z");
  await until(async () => await labelled("good") === 2, "the last is taken back");
  await open("correct/learn");
  const learn = page.getByRole("button", { name: "Learn", exact: true });
  await learn.click();
  await page.getByRole("heading", { name: "Version 2 waits for your decision" }).waitFor({ timeout: 90_000 });
  await page.getByText(/^\d+ of 4$/).waitFor();
  await page.getByRole("button", { name: "Accept" }).click();
  await page.getByText("No version waits for a decision").waitFor();
  const active = async () => (await ask("/projects/plate/versions")).active;
  const second = await active();
  await open("correct/versions");
  await page.getByRole("button", { name: "Roll back to the one before" }).click();
  await page.getByText("The version before is in use again").waitFor();
  assert.notEqual(await active(), second);
});

await check("the line shows what was judged, and no view has a fault that can be found, wide and narrow", async () => {
  const faults: string[] = [];
  for (const width of [1280, 800]) {
    await page.setViewportSize({ width, height: 900 });
    for (const place of ["teach", "teach/train", "operate", "inspect", "correct", "correct/versions", "line"]) {
      await open(place);
      await until(async () => await page.locator("[aria-busy]").count() === 0, "all is loaded");
      await page.waitForTimeout(100);
      faults.push(...(await page.evaluate(findFaults)).map((fault) => `${place} at ${width}: ${fault}`));
    }
  }
  await page.locator(".uplot canvas").first().waitFor();
  assert.deepEqual(faults, []);
  await page.goto(`${address}/#/plate%/line`);
  await page.getByText('There is no project "plate%"').waitFor();
});

await browser.close();
await rm(profile, { recursive: true, force: true });
Deno.exit(0);
