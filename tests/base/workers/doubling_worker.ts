import { serve, transferred } from "../../../lib/base/workers/serve.ts";

serve((request: Float32Array<ArrayBuffer> | "throw" | "die" | "hang") => {
  if (request === "throw") throw new RangeError("Cannot double this");
  if (request === "die") Deno.exit(3);
  if (request === "hang") return new Promise<never>(() => {});
  const value = request.map((x) => 2 * x);
  return transferred(value, [value.buffer]);
});
