import assert from "node:assert/strict";
import config from "../../../deno.json" with { type: "json" };
import { VERSION } from "../../../lib/app/serve/version.ts";

Deno.test("the service tells the release that the project has", () => {
  assert.equal(VERSION, config.version);
});
