/**
 * One exported graph, from pictures to scores, by device and batch size:
 *
 *     SEGAD_EXPORT=DIR deno task bench --filter "one graph"
 *
 * DIR is what `deno task export` wrote. Pictures go in as bytes, and scores and decisions alone come back. A device that is
 * not there is passed over with a word; without a folder nothing is measured.
 */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import process from "node:process";
import { seededRandom } from "../lib/base/tensor/random.ts";
import { tensor } from "../lib/base/tensor/tensor.ts";
import { DEVICES } from "../lib/engine/session/device.ts";
import { openRuntime } from "../lib/engine/session/runtime.ts";
import type { Session } from "../lib/engine/session/session.ts";
import { benchStage } from "./pictures_per_second.ts";

const folder = process.env.SEGAD_EXPORT;
if (folder === undefined) console.warn("one graph: not measured, as SEGAD_EXPORT names no export");

for (const device of folder === undefined ? [] : DEVICES) {
  let runtime: Awaited<ReturnType<typeof openRuntime>>;
  try {
    runtime = await openRuntime({ device });
  } catch (error) {
    console.warn(`one graph, ${device}: not measured, as ${(error as Error).message}`);
    continue;
  }
  const model = await readFile(join(folder!, "model.onnx"));
  const random = seededRandom(0);
  for (const batch of [1, 8, 32]) {
    let session: Session;
    let picture: ReturnType<typeof tensor>;
    benchStage({
      stage: "one graph",
      ...{ device, batch, pictures: batch },
      async before() {
        session = await runtime.open(model, "one graph");
        const [, height, width] = session.inputs[0].shape.map(Number);
        const data = Uint8Array.from({ length: batch * height * width * 3 }, () => 256 * random.uniform());
        picture = tensor("u8", [batch, height, width, 3], data);
      },
      run: () => session.run({ picture }, ["score", "decision"]),
      after: () => session.release(),
    });
  }
}
