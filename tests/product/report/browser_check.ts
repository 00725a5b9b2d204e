/**
 * Opens a report in Chromium and prints a line of JSON a check: `{"name": …}`, with an `error` where it failed.
 *
 *     deno run --allow-all tests/product/report/browser_check.ts CHROMIUM REPORT
 *
 * A process of its own, as playwright-core looks into places that Deno opens with all permissions alone.
 */
import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { type BrowserContextOptions, chromium, type Page } from "playwright-core";
import sharp from "sharp";

const [executablePath, file] = Deno.args;
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

const open = async (options: BrowserContextOptions = {}) => {
  const context = await browser.newContext({ viewport: { width: 1200, height: 900 }, ...options });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on("console", (message) => problems.push(`${message.type()}: ${message.text()}`));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith("data:") && url !== pathToFileURL(file).href) problems.push(`request: ${url}`);
  });
  await page.goto(pathToFileURL(file).href);
  return { page, problems };
};

async function check(name: string, body: () => Promise<void>) {
  try {
    await body();
    console.log(JSON.stringify({ name }));
  } catch (error) {
    console.log(JSON.stringify({ name, error: String(error) }));
  }
}

await check("it opens from disk without an error, a warning or a request, and shows the table", async () => {
  const { page, problems } = await open();
  assert.equal(await page.title(), "SegAD on the stand-in");
  assert.equal(await page.locator("table.results:visible").count(), 2);
  assert.match(await page.locator("td.best").first().innerText(), /^★ \d\d\.\d ± \d\.\d$/);
  assert(await page.locator(".chart svg:visible").count() > 0);
  assert.deepEqual(problems, []);
});

await check("a tab shows its benchmark and seed and hides the others, by mouse and by keyboard", async () => {
  const { page, problems } = await open();
  const shown = () => page.locator(".chart svg:visible").evaluateAll(labels);
  const labels = (charts: { getAttribute(name: string): string | null }[]) =>
    charts.map((chart) => chart.getAttribute("aria-label")!);
  assert((await shown()).every((label) => label.includes("One-class, seed 333")));
  await page.getByText("High-shot", { exact: true }).and(page.locator("label")).click();
  assert((await shown()).every((label) => label.includes("High-shot, seed 333")));
  await page.locator("label:visible", { hasText: "725" }).click();
  assert((await shown()).every((label) => label.includes("High-shot, seed 725")));
  await page.keyboard.press("ArrowLeft");
  assert.equal((await shown()).length, 3);
  assert((await shown()).every((label) => label.includes("High-shot, seed 576")));
  assert.deepEqual(problems, []);
});

await check("the slider fades the maps and the box hides the outlines", async () => {
  const { page, problems } = await open();
  const tile = (i: number) => pixels(page, `.card:first-of-type .tiles figure:nth-child(${i}) svg`);
  await page.locator("#outline").uncheck();
  const [photo, covered] = [await tile(1), await tile(2)];
  await page.locator("#strength").fill("0");
  const bare = await tile(2);
  assert(photo.some((value) => value > 100), "the photo is drawn");
  const [without, full] = [difference(photo, bare), difference(bare, covered)];
  assert(without < 2 && full > 5 * without, `${without} without the map, ${full} by the map`);
  await page.locator("#outline").check();
  const lines = difference(bare, await tile(2));
  assert(lines > 2, `${lines} by the outlines`);
  assert.deepEqual(problems, []);
});

await check("without a script everything is there but the slider", async () => {
  const { page } = await open({ javaScriptEnabled: false });
  assert.equal(await page.locator("#strength").isVisible(), false);
  assert.equal(await page.locator(".card:visible").count(), 8);
  await page.getByText("High-shot", { exact: true }).and(page.locator("label")).click();
  assert.equal(await page.locator("h3:visible", { hasText: /^High-shot$/ }).count(), 1);
  assert.equal(await page.locator("h3:visible", { hasText: /^One-class$/ }).count(), 0);
});

await check("a phone of 360 pixels needs no sideways scrolling and shows all figures", async () => {
  const { page } = await open({ viewport: { width: 360, height: 740 } });
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 360);
  for (const box of await page.locator("table.results td:visible").all()) {
    const { x, width } = (await box.boundingBox())!;
    assert(x >= 0 && x + width <= 360);
  }
});

await check("print has all benchmarks, the table in full, and nothing to click", async () => {
  const { page } = await open({ viewport: { width: 688, height: 1000 } }); // A4 without its margins
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.locator("nav:visible, .controls:visible, .tabs > label:visible").count(), 0);
  assert.equal(await page.locator("h3:visible", { hasText: /^(One-class|High-shot)$/ }).count(), 2);
  assert.equal(await page.locator(".charts:visible").count(), 2);
  assert.equal(await page.evaluate("document.documentElement.scrollWidth"), 688);
  assert((await page.pdf({ preferCSSPageSize: true })).length > 10_000);
});

await browser.close();

async function pixels(page: Page, selector: string): Promise<Uint8Array> {
  const png = await page.locator(selector).first().screenshot();
  const { width, height } = await sharp(png).metadata();
  // Tiles lie on parts of pixels: their rim shows the page, and averages of larger squares do not feel the rest.
  const inner = { left: 4, top: 4, width: width - 8, height: height - 8 };
  const square = await sharp(png).removeAlpha().extract(inner).toBuffer();
  return new Uint8Array(await sharp(square).resize(16, 16, { fit: "fill" }).raw().toBuffer());
}

/** The mean absolute difference of two pictures of one size, in levels. */
function difference(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0) / a.length;
}
