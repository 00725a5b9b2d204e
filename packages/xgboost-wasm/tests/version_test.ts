import assert from "node:assert/strict";
import { embeddedEngine } from "../../../lib/method/forest/embedded.ts";
import { XGBOOST_VERSION } from "../../../lib/method/forest/version.ts";

Deno.test("the embedded XGBoost is of the version that runs record", async () => {
  assert.equal((await embeddedEngine()).version, XGBOOST_VERSION);
});
