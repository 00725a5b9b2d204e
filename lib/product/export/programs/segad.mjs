// Checks the model beside this file by its certificate, in Node.js 20 or later.
//
//     npm install onnxruntime-node
//     node segad.mjs         ends with 1 where the model says something else than it must
import { readFile } from "node:fs/promises";
import process from "node:process";
import * as ort from "onnxruntime-node";
import { readCertified, verify } from "./verify.mjs";

const read = async (file) => new Uint8Array(await readFile(new URL(file, import.meta.url))).buffer;
const certificate = JSON.parse(new TextDecoder().decode(await read("certificate.json")));
const session = await ort.InferenceSession.create(await readCertified(certificate.model, read));
const found = await verify(ort, session, certificate, read);
for (const { name, score, decision, expected, scoreError, mapError, holds } of found) {
  console.log(
    `${holds ? "ok  " : "FAIL"} ${name}: ${score.toFixed(6)} (${decision}), expected ${expected.toFixed(6)}; ` +
      `off by ${scoreError.toExponential(1)}, maps by ${mapError.toExponential(1)}`,
  );
}
const failed = found.filter(({ holds }) => !holds).length;
console.log(`${found.length - failed} of ${found.length} hold`);
process.exitCode = failed > 0 ? 1 : 0;
