import assert from "node:assert/strict";
import { openXgboost, XGBOOST_VERSION } from "../mod.ts";

Deno.test("the embedded XGBoost is of the version that is said", async () => {
  assert.equal((await openXgboost()).version, XGBOOST_VERSION);
});
