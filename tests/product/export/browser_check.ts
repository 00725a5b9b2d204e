/**
 * Opens the page of an export in Chromium, lets it prove the model and judge a picture, and prints what it says as JSON.
 *
 *     deno run --allow-all tests/product/export/browser_check.ts CHROMIUM URL PICTURE [SCREENSHOT]
 *
 * A process of its own, as playwright-core looks into places that Deno opens with all permissions alone.
 */
import { chromium } from "playwright-core";

const [executablePath, url, picture, screenshot] = Deno.args;
const browser = await chromium.launch({
  executablePath,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});
const page = await browser.newPage();
const elsewhere: string[] = [];
page.on("request", (request) => {
  const asked = request.url();
  if (!asked.startsWith(new URL(url).origin) && !/^(?:blob|data):/.test(asked)) elsewhere.push(asked);
});
await page.goto(url);
const failed = page.locator("#error:not(:empty)");
await page.locator("#state", { hasText: "hold" }).or(failed).waitFor({ timeout: 90_000 });
const open = await page.isEnabled("#file");
if (open) {
  await page.setInputFiles("#file", picture);
  await page.locator("#verdict:not(:empty)").or(failed).waitFor();
}
if (screenshot) await page.screenshot({ path: screenshot, fullPage: true });
console.log(JSON.stringify({
  open,
  state: await page.textContent("#state"),
  error: await page.textContent("#error"),
  decision: await page.getAttribute("#verdict", "class"),
  score: Number(await page.getAttribute("#score", "data-score")),
  text: await page.textContent("#score"),
  elsewhere,
}));
await browser.close();
