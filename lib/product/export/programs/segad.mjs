// Checks the model beside this file by its certificate, in Node.js 20 or later.
//
//     npm install onnxruntime-node
//     node segad.mjs         ends with 1 where the model says something else than it must
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import process from "node:process";
import { InferenceSession, Tensor } from "onnxruntime-node";

const DECISIONS = ["good", "review", "bad"];

async function readCertified({ file, sha256 }) {
  const bytes = await readFile(new URL(file, import.meta.url));
  if (createHash("sha256").update(bytes).digest("hex") === sha256) return bytes;
  throw new Error(`${file} is not the file that was certified`);
}

/** An array of NumPy's .npy format, version 1, C order: u8 or f32. */
function readNpy(bytes) {
  const length = bytes.readUInt16LE(8);
  const header = bytes.subarray(10, 10 + length).toString("latin1");
  const shape = /'shape': \(([^)]*)\)/.exec(header)[1].split(",").filter((size) => size.trim()).map(Number);
  const data = new Uint8Array(bytes.subarray(10 + length)).buffer;
  return { shape, data: header.includes("<f4") ? new Float32Array(data) : new Uint8Array(data) };
}

function mapDifference(found, { shape: [count], data }) {
  const pixels = data.length / count;
  let worst = 0;
  for (let k = 0; k < count; k++) {
    let [most, difference] = [1e-30, 0];
    for (let i = k * pixels; i < (k + 1) * pixels; i++) {
      most = Math.max(most, Math.abs(data[i]));
      difference = Math.max(difference, Math.abs(found[i] - data[i]));
    }
    worst = Math.max(worst, difference / most);
  }
  return worst;
}

const certificate = JSON.parse(await readFile(new URL("certificate.json", import.meta.url), "utf8"));
const session = await InferenceSession.create(await readCertified(certificate.model));
let failed = 0;
for (const reference of certificate.references) {
  const picture = readNpy(await readCertified(reference.picture));
  const maps = reference.maps && readNpy(await readCertified(reference.maps));
  const found = await session.run(
    { picture: new Tensor("uint8", picture.data, [1, ...picture.shape]) },
    ["score", "decision", ...maps ? ["maps"] : []],
  );
  const score = found.score.data[0];
  const decision = DECISIONS[Number(found.decision.data[0])];
  const scoreError = Math.abs(score - reference.score) / Math.max(1, Math.abs(reference.score));
  const mapError = maps ? mapDifference(found.maps.data, maps) : 0;
  const holds = scoreError <= certificate.tolerance.score && mapError <= certificate.tolerance.map &&
    decision === reference.decision;
  if (!holds) failed++;
  console.log(
    `${holds ? "ok  " : "FAIL"} ${reference.name}: ${score.toFixed(6)} (${decision}), expected ` +
      `${reference.score.toFixed(6)} (${reference.decision}); off by ${scoreError.toExponential(1)}, ` +
      `maps by ${mapError.toExponential(1)}`,
  );
}
console.log(`${certificate.references.length - failed} of ${certificate.references.length} hold`);
process.exitCode = failed > 0 ? 1 : 0;
